"""Other people's workbooks: the values that Excel had cached come out again, or are reported."""

import math
from pathlib import Path

import pytest

from addin.headless.calculate import calculate
from addin.headless.grid_read import read_columns
from addin.headless.workbook import Workbook

CORPUS = Path(__file__).parents[2] / "../shared/data/workbooks"
REFUSED = ("poi__49609.xlsx",)  # no workbook opens it; `test_workbook_corpus` says why
FILES = sorted(
    path
    for path in CORPUS.glob("*/*")
    if path.suffix in (".xlsx", ".xlsm") and path.name not in REFUSED
)
TOLERANCE = 1e-9
# The formulas that are left, by file: how many, and why.
LEFT = {
    "closedxml__Other__Formulas__DataTableFormula-Excel-Input.xlsx": (9, "data table"),
    "poi__57535.xlsx": (2, "circular"),  # Excel iterates here
}
# Cells whose function gives another value each time (NOW, RAND, …): no workbook here has any.
VOLATILE = ()

pytestmark = [
    pytest.mark.skipif(not FILES, reason="the workbooks of ../shared/data are not here"),
    pytest.mark.long,
]


def close(old, new):
    numbers = [isinstance(v, int | float) and not isinstance(v, bool) for v in (old, new)]
    if all(numbers):
        return math.isclose(old, new, rel_tol=TOLERANCE)
    return old == new and type(old) is type(new)


@pytest.fixture(scope="module", params=FILES, ids=lambda p: p.name)
def path(request):
    return request.param


def test_cached_values_come_out_again_or_are_reported(path):
    workbook = Workbook.open(path)
    cached = {
        (sheet.name, formula.row, formula.col): formula
        for sheet in workbook.sheets
        for formula in sheet.formulas()
    }
    report = calculate(workbook)
    count, why = LEFT.get(path.name, (0, ""))
    assert len(report.uncomputed) == count
    assert all(why in left.reason.lower() for left in report.uncomputed)
    assert report.formulas == len(cached)
    differing = {
        key: (formula.text, formula.cached, workbook.sheet(key[0]).value(*key[1:]))
        for key, formula in cached.items()
        if key not in VOLATILE and not close(formula.cached, workbook.sheet(key[0]).value(*key[1:]))
    }
    assert not differing


def test_nothing_is_touched_where_nothing_changes(path, tmp_path):
    workbook = Workbook.open(path)
    report = calculate(workbook)
    assert report.changed == {}
    copy = tmp_path / "copy.xlsx"
    workbook.save(copy)
    before, after = Workbook.open(path).package, Workbook.open(copy).package
    assert after.names() == before.names()
    assert all(after.part(name) == before.part(name) for name in before.names())


def test_a_whole_sheet_read_at_once_is_what_its_cells_hold(path):
    for sheet in Workbook.open(path).sheets:
        used = sheet.used_range
        cells = sheet.values(1, 1, used.last_row, used.last_column) if used else []
        width = used.last_column if used else 0
        columns = read_columns(sheet)
        for column in range(1, width + 1):
            stored = columns.pop(column, [])
            assert stored + [None] * (len(cells) - len(stored)) == [
                row[column - 1] for row in cells
            ]
        assert columns == {}
