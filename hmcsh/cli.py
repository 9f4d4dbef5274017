"""The `hmcsh` program."""


def main() -> int:
    """Placeholder while the parts below are built."""
    raise SystemExit("hmcsh: not built yet")
