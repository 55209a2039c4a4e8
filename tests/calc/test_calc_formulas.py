"""Formulas as the referee's copy has them."""

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from addin.calc.calc_formulas import rewrite_for_calc
from addin.headless.workbook import Workbook

CELL = 'CR_GRADE2PD(IF(ISBLANK({0}),"",{0}))'
TEXTS = 'IF(ISTEXT({0}),{0}&"",{0})'
NUMBERS = "IFERROR(VALUE({0}),{0})"
ASKED = 'IF(ISBLANK({0}),"",{0})'

QUOTED = "'Data'!A2"


@pytest.fixture
def rewritten(tmp_path):
    """What becomes of a formula; with a rectangle it is an array formula."""

    def rewrite(text, ref=None):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Data"
        sheet.append(["pd", "x"])
        sheet.append([0.01, "=1+1"])
        sheet.add_table(Table(displayName="Loans", ref="A1:B2"))
        book.defined_names["one"] = DefinedName("one", attr_text="Data!$A$2")
        book.defined_names["many"] = DefinedName("many", attr_text="Data!$A$2:$B$2")
        sheet["D2"] = ArrayFormula(ref, f"={text}") if ref else f"={text}"
        path = tmp_path / "book.xlsx"
        book.save(path)
        workbook = Workbook.open(path)
        rewrite_for_calc(workbook)
        return workbook.sheet("Data").formula(2, 4)

    return rewrite


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("CR_GRADE2PD(A2)", TEXTS.format(CELL.format("A2"))),
        ("CR_GRADE2PD($A$2)", TEXTS.format(CELL.format("$A$2"))),
        ("CR_GRADE2PD('Data'!A2)", TEXTS.format(CELL.format(QUOTED))),
        ("CR_GRADE2PD(one)", TEXTS.format(CELL.format("one"))),
        ("CR_GRADE2PD(A2:A9)", TEXTS.format("CR_GRADE2PD(A2:A9)")),
        ("CR_GRADE2PD(many)", TEXTS.format("CR_GRADE2PD(many)")),
        ("CR_GRADE2PD(A2+1)", TEXTS.format("CR_GRADE2PD(A2+1)")),
        ('CR_GRADE2PD("A")', TEXTS.format('CR_GRADE2PD("A")')),
        ("SUM(A2,CR_GRADE2PD(A2))", f"SUM(A2,{TEXTS.format(CELL.format('A2'))})"),
        ("_xldudf_CR_PD2GRADE(A2:A3)", "CR_PD2GRADE(A2:A3)"),
        ("CR_PD2GRADE(A2)", f"CR_PD2GRADE({ASKED.format('A2')})"),
        ("SUM(A2,1)", "SUM(A2,1)"),
        ("CR_OTHER(A2)", "CR_OTHER(A2)"),
        # Functions of texts need nothing, unless asked for another form.
        ("CR_PD2GRADE(A2:A3)", "CR_PD2GRADE(A2:A3)"),
        ('CR_PD2GRADE(A2:A3,,"why")', 'CR_PD2GRADE(A2:A3,,"why")'),
        (
            'CR_PD2GRADE(A2:A3,,"table")',
            NUMBERS.format('CR_PD2GRADE(A2:A3,,"table")'),
        ),
        # Functions whose cells are mixed, and reasons of functions of numbers.
        ('CR_STRATEGY(A2:A3,"label")', TEXTS.format('CR_STRATEGY(A2:A3,"label")')),
        (
            'CR_DTI(A2:A3,B2:B3,,"why")',
            TEXTS.format('CR_DTI(A2:A3,B2:B3,,"why")'),
        ),
    ],
)
def test_a_formula_becomes_what_calc_needs(rewritten, text, wanted):
    assert rewritten(text).text == wanted


@pytest.mark.parametrize(
    "text",
    [
        'INDEX(CR_RATE(A2,0.01,0.01,0.45,,,,,,,,,"table"),2,1)',
        'IFERROR(INDEX(CR_RATE(A2,0.01,0.01,0.45,,,,,,,,,"table"),2,1),"")',
        'IF(A2>0,MAX(1,INDEX(CR_PD2GRADE(A2,,"table"),2,1)),"")',
        "SUM(CR_GRADE2PD(A2:A3))",
        "SUMPRODUCT((A2:A3>0)*CR_GRADE2PD(A2:A3))",
        "ROWS(many)*SUM(CR_GRADE2PD(A2:A3))",
    ],
)
def test_where_more_than_a_first_cell_counts_a_plain_formula_becomes_an_array_formula(
    rewritten, text
):
    formula = rewritten(text)
    assert (formula.kind, formula.ref) == ("array", "D2")


@pytest.mark.parametrize(
    "text",
    [
        "CR_GRADE2PD(A2)",
        'IFERROR(CR_GRADE2PD(A2),"")',
        'IF(B2="","",IFERROR(CR_GRADE2PD(A2)*2,CR_RATE(A2,0.01,0.01,0.45)))',
        "ROUND(CR_GRADE2PD(A2),2)",
        "COUNTIF(many,CR_GRADE2PD(A2))",
        # Functions of texts need nothing.
        'MATCH("A",CR_PD2GRADE(A2:A3),0)',
        # Only a plain formula takes from a range the cell of its own row.
        "SUM(CR_GRADE2PD(A2:A3))*(A2:A9)",
        "IF(A2:A9>0,SUM(CR_GRADE2PD(A2:A3)),0)",
        "IF(A2>0,SUM(CR_GRADE2PD(A2:A3)),many)",
        "SUM(A2:A9*2,CR_GRADE2PD(A2:A3))",
        "LEN(many)+SUM(CR_GRADE2PD(A2:A3))",
    ],
)
def test_other_plain_formulas_stay_plain(rewritten, text):
    formula = rewritten(text)
    assert (formula.kind, formula.ref) == ("normal", None)


def test_a_call_that_is_an_argument_of_another_stays_as_it_is(rewritten):
    inner = CELL.format("A2")
    assert rewritten("CR_PD2GRADE(CR_GRADE2PD(A2))").text == f"CR_PD2GRADE({inner})"
    assert rewritten("CR_PD2GRADE(1*CR_GRADE2PD(A2))").text == (
        f"CR_PD2GRADE(1*{TEXTS.format(inner)})"
    )


def test_an_array_formula_keeps_its_rectangle(rewritten):
    formula = rewritten("CR_GRADE2PD(A2)", "D2:E3")
    assert formula.text == TEXTS.format(CELL.format("A2"))
    assert (formula.kind, formula.ref) == ("array", "D2:E3")
