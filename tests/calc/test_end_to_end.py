"""A person at work in LibreOffice Calc: types, pastes, edits, saves, opens again."""

from importlib import resources

import openpyxl
import pytest
from sessions import SHEET, Cells, office_with_addin

import udfs
from addin.calc.calc_formulas import write_for_calc
from addin.calc.functions import CALC_ERRORS
from addin.errors import WorkbookError
from addin.headless.workbook import Workbook
from udfs.helpers.about import version
from workbook_templates.registry import template

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("program", "temporary")]

PDS = [[0.0018], ["x"], [""], [0.3]]
VALUE = ("error", CALC_ERRORS["#VALUE!"])


@pytest.fixture
def cells():
    made = Cells()
    made.do("create")
    return made


def test_typed_formulas_answer(cells):
    cells.do("formulas", SHEET, "A1:A3", [
        ["=CR_PD2GRADE(0.0018)"], ['=CR_ABOUT("version")'], ['=cr_grade2pd("BBB")*2'],
    ])  # fmt: skip
    cells.read("typed", "A1:A3")
    found = cells.done()
    assert found["typed"] == [["A"], [version()], [pytest.approx(0.01448)]]


def test_a_range_gives_every_row_its_own_answer_and_its_own_error(cells):
    cells.do("put", SHEET, "A1:A4", [["BBB"], ["no grade"], [""], ["D"]])
    cells.do("array", SHEET, "B1:B4", "=CR_GRADE2PD(A1:A4)")
    cells.do("formulas", SHEET, "C1:C4", [[f'=IFERROR(B{i};"none")'] for i in range(1, 5)])
    cells.do("formulas", SHEET, "D1:D1", [["=CR_LASTERROR()"]])
    cells.read("all", "B1:D4")
    rows = cells.done()["all"]
    assert [row[0] for row in rows] == [pytest.approx(0.00724), VALUE, "", 1.0]
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


def test_a_wrong_call_inside_index_shows_that_its_table_has_no_such_cell(cells):
    cells.do("formulas", SHEET, "A1:A3", [
        ['=CR_RATE(0.02;0.01;0.01;0.45;;;;;;;;;"nonsense")'],
        ['=INDEX(CR_RATE(0.02;0.01;0.01;0.45;;;;;;;;;"nonsense");2;1)'],
        ['=IFERROR(INDEX(CR_RATE(0.02;0.01;0.01;0.45;;;;;;;;;"nonsense");2;1);"none")'],
    ])  # fmt: skip
    cells.read("all", "A1:A3")
    assert cells.done()["all"] == [[VALUE], [("error", CALC_ERRORS["#REF!"])], ["none"]]


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


def test_the_function_wizard_knows_every_function_and_its_arguments():
    with office_with_addin() as office:
        described = office.work([["describe", name] for name in udfs.FUNCTIONS])
    for function, shown in zip(udfs.FUNCTIONS.values(), described, strict=True):
        assert shown["text"].endswith(function.help["en"].summary)
        assert [name for name, _ in shown["arguments"]] == [a.name for a in function.arguments]


def test_results_follow_an_edited_policy_cell(cells):
    """Between two grades the border is their geometric mean: 0.045, then 0.141."""
    cells.do("put", SHEET, "D1:E3", [["grade", "pd"], ["good", 0.01], ["bad", 0.2]])
    cells.do("put", SHEET, "A1:A2", [[0.02], [0.12]])
    cells.do("array", SHEET, "B1:B2", "=CR_PD2GRADE(A1:A2;D1:E3)")
    cells.do("formulas", SHEET, "C1:C1", [['=COUNTIF(B1:B2;"good")']])
    cells.read("before", "B1:C1")
    cells.do("put", SHEET, "E2:E2", [[0.1]])
    cells.read("after", "B1:B2")
    cells.read("count", "C1:C1")
    found = cells.done()
    assert found["before"] == [["good", 1.0]]
    assert found["after"] == [["good"], ["good"]]
    assert found["count"] == [[2.0]]


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


def test_a_template_written_for_calc_follows_edits_of_its_policy(tmp_path):
    with resources.as_file(template("portfolio").file("en")) as shipped:
        path = write_for_calc(shipped, tmp_path / "portfolio.xlsx")
    cells = Cells()
    cells.do("load", str(path))
    for moment, (name, value) in enumerate([("C9", 0.45), ("C9", 0.9), ("C8", "zh")]):
        cells.do("put", "Policy", f"{name}:{name}", [[value]])  # loss given default; language
        cells.read(f"loss {moment}", "D5:D5", "Strategy")
        cells.read(f"customers {moment}", "C9:F9", "Strategy")
        cells.read(f"tiers {moment}", "AJ7:AJ46", "Results")
    found = cells.done()
    assert found["loss 1"][0][0] == pytest.approx(2 * found["loss 0"][0][0])
    assert found["customers 0"] == found["customers 1"] == found["customers 2"]
    assert sum(found["customers 0"][0]) == 40
    assert {row[0] for row in found["tiers 1"]} == {"premium", "low", "medium", "high"}
    assert {row[0] for row in found["tiers 2"]} == {"优质", "低风险", "中风险", "高风险"}


def test_a_copy_for_calc_replaces_nothing(tmp_path):
    taken = tmp_path / "taken.xlsx"
    taken.write_text("mine")
    with (
        resources.as_file(template("portfolio").file("en")) as shipped,
        pytest.raises(WorkbookError, match="exists already"),
    ):
        write_for_calc(shipped, taken)
    assert taken.read_text() == "mine"
