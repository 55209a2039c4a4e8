"""A person at work in LibreOffice Calc: types, pastes, edits, saves, opens again."""

import shutil
from importlib import resources

import openpyxl
import pytest
from sessions import SHEET, Cells

from addin.calc.functions import CALC_ERRORS
from addin.headless.workbook import Workbook
from udfs.helpers.about import version
from workbook_templates.registry import template

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("program", "temporary")]

PDS = [[0.0018], ["x"], [""], [0.3]]
NA, VALUE = ("error", CALC_ERRORS["#N/A"]), ("error", CALC_ERRORS["#VALUE!"])


@pytest.fixture
def cells():
    made = Cells()
    made.do("create")
    return made


def test_typed_formulas_answer_and_the_wizard_knows_them(cells):
    cells.do("formulas", SHEET, "A1:A3", [
        ["=CR_PD2GRADE(0.0018)"], ['=CR_ABOUT("version")'], ["=cr_grade2pd(\"A\")*2"],
    ])  # fmt: skip
    cells.read("typed", "A1:A3")
    number = cells.do("describe", "CR_PD2GRADE")
    found = cells.done()
    assert found["typed"] == [["A"], [version()], [pytest.approx(0.0032)]]
    assert cells.steps[number] == ["describe", "CR_PD2GRADE"]


def test_a_range_gives_every_row_its_own_answer_and_its_own_error(cells):
    cells.do("put", SHEET, "A1:A4", [["A"], ["no grade"], [""], ["BB"]])
    cells.do("array", SHEET, "B1:B4", "=CR_GRADE2PD(A1:A4)")
    cells.do("formulas", SHEET, "C1:C4", [[f'=IFERROR(B{i};"none")'] for i in range(1, 5)])
    cells.do("formulas", SHEET, "D1:D1", [["=CR_LASTERROR()"]])
    cells.read("all", "B1:D4")
    rows = cells.done()["all"]
    assert [row[0] for row in rows] == [pytest.approx(0.0016), VALUE, "", pytest.approx(0.024)]
    assert [row[1] for row in rows][1:3] == ["none", ""]
    assert "no grade" in rows[0][2]


def test_texts_can_be_compared_counted_and_looked_up(cells):
    """Calc compares texts of an add-in by where they lie in memory, unless they are its own."""
    cells.do("put", SHEET, "A1:A4", [[0.0018], [0.0018], [0.3], [0.0018]])
    cells.do("array", SHEET, "B1:B4", "=CR_PD2GRADE(A1:A4)")
    cells.do("formulas", SHEET, "C1:C1", [["=CR_PD2GRADE(A1)"]])
    cells.do("formulas", SHEET, "D1:D6", [
        ['=COUNTIF(B1:B4;"A")'], ['=B1="A"'], ['=MATCH("CCC";B1:B4;0)'],
        ['=SUMIFS(A1:A4;B1:B4;"CCC")'], ['=C1="A"'], ["=B1=C1"],
    ])  # fmt: skip
    cells.do("calculate")
    cells.read("all", "D1:D6")
    assert cells.done()["all"] == [[3.0], [1.0], [3.0], [0.3], [1.0], [1.0]]


def test_a_pasted_range_is_computed_and_pasted_formulas_follow(cells):
    cells.do("formulas", SHEET, "B1:B1", [["=CR_PD2GRADE(A1)"]])
    cells.do("paste", SHEET, "B1:B1", "B2")
    cells.do("paste", SHEET, "B1:B2", "B3")
    cells.do("put", SHEET, "A1:A4", PDS)
    cells.read("all", "B1:B4")
    # An empty cell alone is 0 to a function of an add-in: Calc says no more.
    assert cells.done()["all"] == [["A"], [VALUE], ["AAA"], ["CCC"]]


def test_an_empty_cell_stays_empty_in_a_range_even_of_one_cell(cells):
    cells.do("formulas", SHEET, "B1:B2", [["=CR_PD2GRADE(A1:A1)"], ["=CR_GRADE2PD(A2:A2)"]])
    cells.read("all", "B1:B2")
    assert cells.done()["all"] == [[""], [""]]


def test_results_follow_an_edited_policy_cell(cells):
    scale = [["grade", "pd"], ["good", 0.01], ["bad", 0.2]]
    cells.do("put", SHEET, "D1:E3", scale)
    cells.do("put", SHEET, "A1:A2", [[0.02], [0.15]])
    cells.do("array", SHEET, "B1:B2", "=CR_PD2GRADE(A1:A2;D1:E3)")
    cells.do("formulas", SHEET, "C1:C1", [['=COUNTIF(B1:B2;"good")']])
    cells.read("before", "B1:C2")
    cells.do("put", SHEET, "E2:E2", [[0.1]])
    cells.read("after", "B1:C2")
    found = cells.done()
    assert found["before"] != found["after"]
    assert found["after"][0][0] == "good"
    assert found["after"][0][1] == [row[0] for row in found["after"]].count("good")


@pytest.mark.parametrize("kind", [".xlsx", ".ods"])
def test_formulas_survive_saving_and_opening(cells, kind, tmp_path):
    path = tmp_path / f"saved{kind}"
    cells.do("put", SHEET, "A1:A4", PDS)
    cells.do("array", SHEET, "B1:B4", "=CR_PD2GRADE(A1:A4)")
    cells.do("formulas", SHEET, "C1:C1", [["=CR_PD2GRADE(A1)"]])
    cells.do("save", str(path))
    cells.do("load", str(path))
    cells.do("put", SHEET, "A1:A1", [[0.3]])
    cells.do("calculate")
    cells.read("all", "B1:C4")
    rows = cells.done()["all"]
    assert [row[0] for row in rows] == ["CCC", "#VALUE!", "", "CCC"]
    assert rows[0][1] == "CCC"
    if kind == ".xlsx":
        formulas = {f.text for f in Workbook.open(path).sheet(SHEET).formulas()}
        assert formulas == {"CR_PD2GRADE(A1:A4)", "CR_PD2GRADE(A1)"}


def test_days_count_from_1904_in_a_workbook_that_says_so(cells, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = SHEET
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = '=CR_NEXTREVIEW("2026-01-31","low")'
    book.save(tmp_path / "mac.xlsx")
    cells.do("formulas", SHEET, "A1:A1", [['=CR_NEXTREVIEW("2026-01-31";"low")']])
    cells.read("usual", "A1:A1")
    cells.do("load", str(tmp_path / "mac.xlsx"))
    cells.do("calculate")
    cells.read("from 1904", "A1:A1")
    found = cells.done()
    assert found["usual"][0][0] - found["from 1904"][0][0] == 1462


def test_a_template_opened_in_calc_follows_an_edit(tmp_path):
    """Another limit in the policy of the shipped workbook, in cells that our functions read."""
    path = tmp_path / "portfolio.xlsx"
    with resources.as_file(template("portfolio").file("en")) as shipped:
        shutil.copyfile(shipped, path)
    workbook = Workbook.open(path)
    name = next(one for one in workbook.names if one.name == "res_grade")
    sheet, area = name.text.replace("$", "").split("!")
    cells = Cells()
    cells.do("load", str(path))
    cells.do("calculate")
    cells.read("grades", area, sheet.strip("'"))
    stored = [row[0] for row in workbook.sheet(sheet.strip("'")).values(*corners(area))]
    assert [row[0] for row in cells.done()["grades"]] == stored


def corners(area):
    (first_column, first_row), (last_column, last_row) = (
        openpyxl.utils.cell.coordinate_from_string(corner) for corner in area.split(":")
    )
    index = openpyxl.utils.column_index_from_string
    return first_row, index(first_column), last_row, index(last_column)
