"""Our functions inside LibreOffice, beside plain Python and the default engine."""

import json
import tempfile
import time
from pathlib import Path

import numpy as np

import udfs
from addin.calc.extension import SETTINGS, unpack_extension
from addin.calc.office import OfficeError, find_program, private_office
from addin.calc.referee import calculate_in_office
from addin.demo.run import run_demo
from addin.headless.calculate import calculate
from addin.headless.workbook import Workbook
from tests.benchmarks.table import Row, median_seconds

SHEET = "Sheet1"
SECONDS = 900.0
REPEATS = 3
A_CELL = 15e-6


IDENTITY = "def answer(name, cells, *, date1904=False): return ((cells[0],),)"


def _in_office(steps, *, functions=None):
    """What the steps give, with our add-in; ``functions`` is what it computes with instead of ours."""
    with private_office(recalculate=False, seconds=SECONDS) as office:
        extension = office.extensions / "creditcells"
        unpack_extension(extension)
        if functions is not None:
            _replace_functions(extension, office.room / "functions", functions)
        return office.work([["create"], *steps])


def _replace_functions(extension, folder, code):
    package = folder / "addin/calc"
    package.mkdir(parents=True)
    (package / "functions.py").write_text(code, "utf-8")
    file = extension / SETTINGS
    known = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(known | {"paths": [str(folder)]}), "utf-8")


def _figures(count, seed):
    return np.random.default_rng(seed).uniform(0.0003, 0.3, (count, 1)).tolist()


def _single_cells(count, *, functions=None):
    """Seconds to compute a column of single calls with new figures, and to compute it again."""
    area, column = f"A1:A{count}", [[f"=CR_PD2SCORE(A{i})"] for i in range(1, count + 1)]
    results = _in_office(
        [
            ["put", SHEET, area, _figures(count, 1)],
            ["formulas", SHEET, f"B1:B{count}", column],
            ["put", SHEET, area, _figures(count, 2)],
            *[["calculate"]] * REPEATS,
        ],
        functions=functions,
    )
    return results[3], sorted(results[4:])[REPEATS // 2]


def _plain_calls(count):
    figures = [row[0] for row in _figures(count, 3)]
    return median_seconds(lambda: [udfs.call("CR_PD2SCORE", figure) for figure in figures], 1)


def new_single_cells(*, quick):
    count = 1_000 if quick else 10_000
    new, _ = _single_cells(count)
    floor, _ = _single_cells(count, functions=IDENTITY)
    return Row(
        f"CR_PD2SCORE in {count:,} single cells of LibreOffice, new figures",
        new, {"an add-in that hands back its cell": floor, "plain Python, a call each": _plain_calls(count)},
        "≤ 15 µs a cell", new <= A_CELL * count,
    )  # fmt: skip


def same_single_cells(*, quick):
    count = 1_000 if quick else 10_000
    _, again = _single_cells(count)
    _, floor = _single_cells(count, functions=IDENTITY)
    return Row(
        f"the same {count:,} cells, recalculated",
        again, {"an add-in that hands back its cell": floor}, "≤ 15 µs a cell",
        again <= A_CELL * count,
    )  # fmt: skip


def wide_range(*, quick):
    rows, columns = (1_000 if quick else 10_000), 12
    figures = np.random.default_rng(4).random((rows, columns)).tolist()
    weights = [[1 / columns] * columns]
    results = _in_office(
        [
            ["put", SHEET, f"A1:L{rows}", figures],
            ["put", SHEET, "N1:Y1", weights],
            ["array", SHEET, f"M1:M{rows}", f"=CR_WSCORE(A1:L{rows};N1:Y1)"],
            *[["calculate"]] * REPEATS,
        ]
    )
    seconds = sorted(results[4:])[REPEATS // 2]
    plain = median_seconds(lambda: udfs.call("CR_WSCORE", figures, weights))
    return Row(
        f"CR_WSCORE on {rows:,} × {columns} cells in LibreOffice",
        seconds, {"plain Python": plain}, "≤ 0.25 s", seconds <= 0.25,
    )  # fmt: skip


def demo_portfolio(*, quick):
    customers = 500 if quick else 5_000
    with tempfile.TemporaryDirectory() as folder:
        book = run_demo(Path(folder), customers=customers).workbook
        start = time.perf_counter()
        calculate_in_office(Workbook.open(book), seconds=SECONDS)
        theirs = time.perf_counter() - start
        ours = median_seconds(lambda: calculate(Workbook.open(book)), 1)
    return Row(
        f"recalculation by LibreOffice, demo of {customers:,} customers",
        theirs, {"the default engine": ours},
    )  # fmt: skip


def _is_here():
    try:
        find_program()
    except OfficeError:
        return False
    return True


JOBS = [new_single_cells, same_single_cells, wide_range, demo_portfolio] if _is_here() else []
