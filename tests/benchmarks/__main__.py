"""Run the benchmarks and print their table: ``python -m tests.benchmarks [--quick] [WORD …]``.

Every row stands beside a peer or a floor that was timed in the same run, since absolute times
vary from machine to machine. ``--quick`` makes the data ten times smaller.
"""

import sys

from tests.benchmarks import (
    bank,
    boundary,
    calc,
    capital,
    clusters,
    functions,
    hosts,
    learning,
    loans,
    monitoring,
    pricing,
    ratios,
    spark,
    validation,
    workbooks,
)
from tests.benchmarks.table import print_table

ROOMS = (
    boundary,
    functions,
    ratios,
    loans,
    capital,
    pricing,
    monitoring,
    validation,
    learning,
    clusters,
    hosts,
    calc,
    workbooks,
    bank,
    spark,
)
JOBS = [job for room in ROOMS for job in room.JOBS]


def main(arguments):
    quick = "--quick" in arguments
    words = [word for word in arguments if word != "--quick"]
    chosen = [job for job in JOBS if not words or any(word in job.__name__ for word in words)]
    if not chosen:
        names = ", ".join(job.__name__ for job in JOBS)
        sys.exit(f"WORD must be part of one of {names}.")
    print_table([job(quick=quick) for job in chosen])


main(sys.argv[1:])
