"""Write docs/metrics.md: every metric of a served console.

usage: python docs/metrics.py     (`make docs` runs it; a test compares the page with its output)
"""

from __future__ import annotations

from pathlib import Path

from hmcsh.metrics.table import TABLE, Metric

_HEAD = """# Metrics

<!-- Written by docs/metrics.py. -->

What `hmcsh serve --metrics [ADDRESS:]PORT` answers at `/metrics`, in the text format of Prometheus
or as OpenMetrics, as the client asks. [Operating](operating.md) says how to use it. Counters and
histograms begin at 0 with the server. Beside these there are `process_*` (CPU time, memory, file
descriptors, start time) and `python_gc_*` of prometheus_client.

| metric | type | labels | what |
| --- | --- | --- | --- |
"""


def _row(one: Metric) -> str:
    labels = ", ".join(f"`{name}`" for name in one.labels)
    bounds = f" Buckets: {', '.join(f'{bound:g}' for bound in one.buckets)} s."
    return f"| `{one.name}` | {one.kind} | {labels} | {one.what}{bounds if one.buckets else ''} |\n"


def page() -> str:
    """The text of the page."""
    return _HEAD + "".join(map(_row, TABLE)).replace("|  |", "| |")


if __name__ == "__main__":
    Path(__file__).with_suffix(".md").write_text(page())
