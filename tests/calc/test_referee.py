"""The referee: what counts as agreement, what it grafts, how it fails."""

import json
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from addin.calc import referee
from addin.calc.extension import unpack_extension
from addin.calc.office import OfficeError
from addin.headless.workbook import Workbook
from udfs.errors import CellError

DIV0 = CellError("#DIV/0!")


@pytest.fixture
def book(tmp_path):
    """Formulas of every kind of result, none of them computed yet."""
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Data"
    for row in (
        [0.0018, "=CR_PD2GRADE(A1)", "=1/3"],
        [None, "=CR_PD2GRADE(A2)", "=1/0"],
        ["x", "=CR_GRADE2PD(A3)", "=A1>0"],
        [2, '=IF(B1="A",CR_STRATEGY("high","label"),"")', '=""'],
    ):
        sheet.append(row)
    workbook.create_sheet("Empty")
    workbook.save(path)
    return path


def values(path):
    rows = openpyxl.load_workbook(path, data_only=True)["Data"].iter_rows(values_only=True)
    return [list(row[1:]) for row in rows]


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        (1, 1.0, True),
        (0.1 + 0.2, 0.3, True),
        (1.0, 1.0000001, False),
        (0.0, 1e-13, True),
        (True, 1.0, True),
        (False, 1.0, False),
        (None, "", True),
        ("", None, True),
        (None, 0.0, False),
        ("a", "a", True),
        ("a", "A", False),
        (DIV0, DIV0, True),
        (DIV0, CellError("#N/A"), False),
        (DIV0, "#DIV/0!", False),
        ("1", 1.0, False),
    ],
)
def test_what_counts_as_agreement(ours, theirs, same):
    assert referee.alike(ours, theirs) is same


@pytest.mark.long
@pytest.mark.usefixtures("program", "temporary")
def test_values_are_grafted_and_all_else_stays(book, tmp_path):
    out = tmp_path / "out.xlsx"
    before = book.read_bytes()
    report = referee.recalc_in_office(book, out)
    assert book.read_bytes() == before
    assert values(out) == [
        ["A", 1 / 3],
        [None, "#DIV/0!"],
        ["#VALUE!", True],
        ["high", None],
    ]
    assert (report.formulas, report.computed, report.uncomputed) == (8, 8, [])
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out) as new:
        assert old.namelist() == new.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]


@pytest.mark.long
@pytest.mark.usefixtures("program", "temporary")
def test_errors_in_a_column_of_texts_are_errors_and_agree(tmp_path):
    path = tmp_path / "errors.xlsx"
    workbook = openpyxl.Workbook()
    for pd in (0.0018, "x", None, 7):
        workbook.active.append([pd])
    workbook.active["B1"] = ArrayFormula("B1:B4", "=CR_PD2GRADE(A1:A4)")
    workbook.active["C1"] = ArrayFormula("C1:C4", "=CR_GRADE2PD(B1:B4)")
    workbook.active["D3"] = '=IF(C3="","blank",C3)'
    workbook.save(path)
    assert referee.compare(path) == ([], [])
    referee.recalc_in_office(path)
    sheet = openpyxl.load_workbook(path, data_only=True).active
    assert [(cell.value, cell.data_type) for cell in sheet["B"]] == [
        ("A", "s"), ("#VALUE!", "e"), (None, "str"), ("#NUM!", "e"),
    ]  # fmt: skip


@pytest.mark.long
@pytest.mark.usefixtures("program", "temporary")
def test_tables_inside_plain_formulas_agree(tmp_path):
    """In a plain formula Calc's IF and VALUE see the first cell of a table alone."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Data"
    price = 'CR_RATE(A2,0.01,0.01,0.45,,,,,,,,,"table")'
    tier = 'CR_RISKTIER(A2,,,,"table")'
    formulas = [
        f"INDEX({price},2,1)",
        f'INDEX({price},1,1)="funding"',
        f"SUM({price})",
        f'IFERROR(INDEX({price},2,99),"none")',
        f"INDEX({tier},2,2)*2",
        f'IF(A2>0,INDEX({tier},2,1),"")',
        f'MATCH("pd",INDEX({tier},1,0),0)',
        "ROUND(MAX(CR_GRADE2PD(B1:B3)),6)",
        'SUMPRODUCT((B1:B3="A")*(CR_GRADE2PD(B1:B3)<>""))',
    ]
    for row, grade in enumerate(("A", None, "BBB"), start=1):
        sheet.cell(row, 2, grade)
    sheet["A2"] = 0.0123456789012345
    for row, formula in enumerate(formulas, start=1):
        sheet.cell(row, 3, f"={formula}")
    workbook.save(tmp_path / "tables.xlsx")
    assert referee.compare(tmp_path / "tables.xlsx") == ([], [])


@pytest.mark.long
@pytest.mark.usefixtures("program", "temporary")
def test_the_workbook_is_replaced_with_a_backup_or_left_alone(book):
    before = book.read_bytes()
    assert referee.recalc_in_office(book).changed_cells > 0
    assert book.with_name("book.bak.xlsx").read_bytes() == before
    computed = book.read_bytes()
    assert referee.recalc_in_office(book).changed_cells == 0
    assert book.read_bytes() == computed


@pytest.mark.long
@pytest.mark.usefixtures("program", "temporary")
def test_every_cell_that_differs_is_listed_and_what_one_engine_cannot_compute(book):
    workbook = Workbook.open(book)
    sheet = workbook.sheet("Empty")
    sheet.set_formula(1, 1, '"a"&TRUE')  # a1 to Calc, aTRUE to Excel
    sheet.set_formula(2, 1, "_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(2)")
    sheet.set_formula(3, 1, "NOBODY(1)")
    workbook.save(book)
    before = book.read_bytes()
    differences, left = referee.compare(book)
    [one] = differences
    assert (one.sheet, one.cell, one.formula) == ("Empty", "A1", '="a"&TRUE')
    assert (one.ours, one.theirs) == ("aTRUE", "a1")
    assert {"A2", "A3"} == {cell.cell for cell in left}
    assert book.read_bytes() == before


@pytest.mark.usefixtures("temporary")
def test_a_workbook_without_formulas_needs_no_office(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    path = tmp_path / "plain.xlsx"
    openpyxl.Workbook().save(path)
    assert referee.compare(path) == ([], [])


def broken(settings):
    """An add-in whose settings say something else."""

    def unpack(folder):
        unpack_extension(folder)
        file = folder / "settings.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | settings))

    return unpack


@pytest.mark.long
@pytest.mark.usefixtures("program", "temporary")
@pytest.mark.parametrize(
    ("unpack", "message"),
    [
        (broken({"python": [3, 7]}), r"LibreOffice runs Python 3\.\d+, .* installed for 3\.7"),
        (broken({"paths": ["/nowhere"]}), "cannot be loaded from /nowhere"),
        (lambda folder: folder.mkdir(parents=True), "does not answer"),
    ],
    ids=["another Python", "an environment that is gone", "no add-in"],
)
def test_a_broken_addin_is_noticed_at_once_with_its_reason(book, monkeypatch, unpack, message):
    monkeypatch.setattr(referee, "unpack_extension", unpack)
    before = book.read_bytes()
    with pytest.raises(OfficeError, match=message):
        referee.recalc_in_office(book)
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[None], [""]], "does not answer"),
        ([["0.0.1"], [""]], r"answers '0\.0\.1'"),
        ([[None], ["why it is broken"]], "why it is broken"),
    ],
)
def test_what_the_version_function_says_is_believed(rows, message):
    with pytest.raises(OfficeError, match=message):
        referee.check_probe({"rows": rows})


@pytest.mark.usefixtures("temporary")
def test_a_crash_leaves_the_workbook_as_it_was(book, fake_office):
    fake_office("kill -SEGV $$")
    before = book.read_bytes()
    with pytest.raises(OfficeError, match="ended with code -11"):
        referee.recalc_in_office(book)
    assert book.read_bytes() == before
    assert [path.name for path in book.parent.glob("*book*")] == ["book.xlsx"]


@pytest.mark.long
@pytest.mark.usefixtures("program", "temporary")
def test_a_busy_office_is_stopped_in_time(book, monkeypatch):
    monkeypatch.setattr(referee, "PROBE", [["wait", 60], *referee.PROBE])
    with pytest.raises(OfficeError, match="did not end within 8 seconds"):
        referee.recalc_in_office(book, seconds=8)
