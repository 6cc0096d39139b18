"""`pilotzone capacity`: what a flow of lists asks of machines."""

from __future__ import annotations

import json

import click

from pilotzone.portal.bench.capacity import PARAMETERS, Asked, capacity, costs


@click.command("capacity")
@click.option("--lists-per-day", required=True, type=click.IntRange(1, 10_000_000_000), help="Declaration lists a day.")
@click.option("--batch", default="100", show_default=True, type=click.Choice(["100", "1"]), help="Documents a message.")
@click.option("--peak-factor", default=PARAMETERS["peak_factor"][0], show_default=True, type=click.FloatRange(1, 1000))
@click.option("--cores-per-machine", default=16, show_default=True, type=click.IntRange(1, 1024))
@click.option("--years", default=PARAMETERS["kept_years"][0], show_default=True, type=click.FloatRange(0.1, 100))
@click.option("--json", "as_json", is_flag=True, help="Print the result as data.")
def command(
    lists_per_day: int, batch: str, peak_factor: float, cores_per_machine: int, years: float, as_json: bool
) -> None:
    """Machines, cores, disk and partitions for so many lists a day, from unit costs measured by the benchmarks."""
    asked = Asked(lists_per_day, int(batch), peak_factor, cores_per_machine, years)
    told = capacity(asked, costs())
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    disk, cores, busy = told["disk_gb"], told["cores"], PARAMETERS["busy_share"][0]
    print(f"高峰 peak: {told['peak_lists_per_s']:,} lists/s = {told['peak_docs_per_s']:,} documents/s")
    print("核 cores: " + "  ".join(f"{kind} {value}" for kind, value in cores.items()))
    print(
        f"机器 machines of {told['cores_per_machine']} cores: {told['machines']} + {told['standby_machines']} standby"
    )
    print(f"内存 memory of intake and workers: {told['memory_mb']:,} MB in {told['workers']} workers")
    print(f"磁盘 disk: {disk['day']:,} GB a day, {disk['year']:,} GB a year, {disk['kept']:,} GB kept")
    parts = told["partitions"]
    print(f"分区 partitions: inbox {parts['inbox']}, {parts['days']} days, {parts['months']} months")
    if not told["one_stream_is_enough"]:
        print(
            f"一条判定流每秒至多 one stream of decisions takes {told['stream_lists_per_s']:,} lists/s at most, busy to {busy:.0%}, however many workers: see docs/adr/0008"
        )
    if not told["one_database_is_enough"]:
        print("一台数据库不够 one database server is not enough: see docs/operations.md")
    for one in told["parameters"]:
        print(f"  {one['key']} = {one['value']} [{one['tag']}] {one['what']}")
    measured = told["measured"]
    print(f"实测 measured {measured['date']}, commit {measured['commit']}, {measured['machine']}")
