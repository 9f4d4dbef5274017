"""What a served console counts and measures of itself, for Prometheus.

`table` declares the metrics, `watching` takes them, `exposition` answers who asks for them.
"""
