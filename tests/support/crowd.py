"""Inventories of two like systems with many small partitions, as text."""

LEFT, RIGHT = "left", "right"


def crowd(
    partitions: int,
    *,
    movers: int = 1,
    memory: str = "16 MB",
    rate: str = "1 Gbit/s",
    backbone: str = "none",
    workload: str = "{kind: uniform, written: 90 %, working_set: 30 %, rate: 4 MB/s}",
    timings: str = "{}",
) -> str:
    """Give an inventory: `partitions` run on `left`; each side has `movers` Virtual I/O Servers."""
    names = [f"p{number:02}" for number in range(1, partitions + 1)]
    disks = ", ".join([f"hdisk{i}: {name}_root" for i, name in enumerate(names, 1)])
    lines = [
        f"timings: {timings}",
        f"networks: {{lan: 1 Gbit/s, movers: {{rate: {rate}, backbone: {backbone}}}}}",
        f"luns: {{{', '.join(f'{name}_root: 1 GB' for name in names)}}}",
        "systems:",
    ]
    for side, serial in ((LEFT, "10AAAAA"), (RIGHT, "10BBBBB")):
        lines += [f"  {side}:", f"    serial: {serial}", "    memory: 64 GB"]
        lines += ["    memory_block: 16 MB", "    processors: 32", "    partitions:"]
        for number in range(1, movers + 1):
            lines += [
                f"      {side}_vios{number}:",
                f"        {{id: {number}, type: vioserver, memory: 512 MB, max_virtual_slots: 200,",
                f"         mover: {{network: movers, rate: {rate}}}, disks: {{{disks}}},",
                f"         bridges: {{ent4: {{network: lan, vlans: [1], priority: {number}}}}}}}",
            ]
        if side is LEFT:
            for number, name in enumerate(names):
                server = f"{side}_vios{number % movers + 1}"
                lines += [
                    f"      {name}:",
                    f"        {{id: {movers + 1 + number}, memory: {memory},",
                    "         processing_units: 0.1,",
                    f"         scsi: {{2: {{server: {server}, luns: [{name}_root]}}}},",
                    f"         ethernet: {{3: 1}}, os: {{workload: {workload}}}}}",
                ]
    return "\n".join(lines) + "\n"
