"""What was just written is known without reading it, and is what reading it would give."""

import books
import pytest

from addin.headless import Workbook
from addin.headless.cell_xml import CellError
from addin.headless.grid_read import read_columns
from addin.headless.written_block import FEW_ROWS

ROWS = 2 * FEW_ROWS
HEADER = '<row r="1"><c r="A1"><v>7</v></c></row>'
BELOW = f'<row r="{ROWS + 9}"><c r="C{ROWS + 9}"><v>8</v></c></row>'

COLUMNS = {
    "whole floats": float,
    "whole floats and blanks": lambda n: float(n) if n % 3 else None,
    "one fraction": lambda n: n + 0.5 * (n == ROWS - 1),
    "large": lambda n: 1e15 * n,
    "small": lambda n: -1e-9 * n,
    "integers": lambda n: 10**15 * n,
    "texts": lambda n: f"C{n}",
    "texts to escape": lambda n: ["a & b", " x ", "_x000D_", "1\r\n2", "<v>", "", "\U00020000"][
        n % 7
    ],
    "flags": lambda n: n % 2 == 0,
    "blanks": lambda _: None,
    "everything": lambda n: [1.0, 2, "3", None, True][n % 5],
}


def opened(tmp_path, inside=HEADER + BELOW):
    return Workbook.open(books.save(tmp_path / "b.xlsx", books.parts(books.worksheet(inside))))


def read_again(book, tmp_path):
    book.save(tmp_path / "again.xlsx")
    return read_columns(Workbook.open(tmp_path / "again.xlsx").sheet("S1"))


@pytest.mark.parametrize("of", COLUMNS.values(), ids=COLUMNS)
def test_what_is_known_is_what_is_read(of, tmp_path):
    book = opened(tmp_path)
    sheet = book.sheet("S1")
    sheet.set_values(3, 2, [[n, of(n)] for n in range(ROWS)])
    assert sheet.written_block is not None
    known = read_columns(sheet)
    read = read_again(book, tmp_path)
    assert repr(sorted(known.items())) == repr(sorted(read.items()))


def test_known_columns_can_be_changed_by_who_reads_them(tmp_path):
    sheet = opened(tmp_path).sheet("S1")
    sheet.set_values(3, 2, [[n] for n in range(ROWS)])
    read_columns(sheet)[2][2] = "changed"
    assert read_columns(sheet)[2][:3] == [None, None, 0]


CHANGES = {
    "a value in the block": lambda sheet: sheet.set_values(5, 2, [["new"]]),
    "a value beside it": lambda sheet: sheet.set_values(5, 4, [["new"]]),
    "a value above it": lambda sheet: sheet.set_values(1, 1, [["new"]]),
    "a cleared cell": lambda sheet: sheet.clear(5, 2, 5, 2),
    "a computed value": lambda sheet: sheet.set_cached(5, 2, "new"),
    "a formula": lambda sheet: sheet.set_formula(5, 2, "1+1"),
    "a moved cell": lambda sheet: sheet.move_cell((5, 2), (6, 2)),
    "a style": lambda sheet: sheet.set_style(5, 2, 0),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_changed_later_is_read(change, tmp_path):
    book = opened(tmp_path)
    sheet = book.sheet("S1")
    sheet.set_values(3, 2, [[n, n + 0.5] for n in range(ROWS)])
    change(sheet)
    assert read_columns(sheet) == read_again(book, tmp_path)


def test_a_block_that_cannot_be_written_leaves_no_trace(tmp_path):
    sheet = opened(tmp_path).sheet("S1")
    sheet.set_values(3, 2, [[n] for n in range(ROWS)])
    with pytest.raises(Exception, match="finite"):
        sheet.set_values(3, 2, [[float("inf")] for n in range(ROWS)])
    assert read_columns(sheet)[2][2:4] == [0, 1]


@pytest.mark.parametrize(
    "beside",
    ['<c r="A5"><v>1</v></c>', '<c r="D5" t="str"><f>1</f><v>x</v></c>', '<c r="D5" s="0"/>'],
)
def test_cells_beside_the_block_are_read(beside, tmp_path):
    book = opened(tmp_path, HEADER + f'<row r="5">{beside}</row>' + BELOW)
    sheet = book.sheet("S1")
    sheet.set_values(3, 2, [[n] for n in range(ROWS)])
    assert sheet.written_block is None
    assert read_columns(sheet) == read_again(book, tmp_path)


def test_errors_are_read_without_their_reasons(tmp_path):
    sheet = opened(tmp_path).sheet("S1")
    sheet.set_values(3, 2, [[CellError("#N/A", "why")] for _ in range(ROWS)])
    assert read_columns(sheet)[2][2] == CellError("#N/A")
