"""What a benchmark row is, how it is timed and how the table is printed."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from udfs import binding, catalogue


@dataclass(frozen=True)
class Row:
    """One job: our seconds, the others' in the same run, and what was promised."""

    job: str
    seconds: float
    others: dict[str, float] = field(default_factory=dict)
    target: str = ""
    kept: bool | None = None
    memory_mb: float | None = None


def median_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    times = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def evaluate(name, *cells):
    """A function's result as columns: what it costs without making cells of it."""
    return binding.evaluate(catalogue.function(name), cells)


def print_table(rows: list[Row]) -> None:
    print("| job | creditcells | memory | beside | target | kept |")
    print("| --- | ---: | ---: | --- | --- | --- |")
    for row in rows:
        beside = ", ".join(
            f"{name} {seconds:.3f} s (×{seconds / row.seconds:.1f})"
            for name, seconds in row.others.items()
        )
        memory = "" if row.memory_mb is None else f"{row.memory_mb:,.0f} MB"
        kept = {None: "", True: "yes", False: "NO"}[row.kept]
        print(f"| {row.job} | {row.seconds:.3f} s | {memory} | {beside} | {row.target} | {kept} |")
