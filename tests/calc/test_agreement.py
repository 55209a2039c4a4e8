"""Templates and other people's workbooks: LibreOffice computes what the default engine computes."""

from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from known_differences import DIFFERENT, NOT_COMPARED
from openpyxl.worksheet.formula import ArrayFormula

from addin.calc.referee import compare
from addin.demo.run import run_demo
from addin.headless.workbook import Workbook
from addin.templates import new_workbook
from tests.templates.every import WITH_CASE
from workbook_templates.language import LANGUAGES
from workbook_templates.registry import TEMPLATES

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("program")]

CORPUS = Path(__file__).parents[2] / "../shared/data/workbooks"
REFUSED = ("poi__49609.xlsx",)  # no workbook opens it; `test_workbook_corpus` says why
SECONDS = 500
ROWS = 50_000


def has_formulas(path):
    return any(True for sheet in Workbook.open(path).sheets for _ in sheet.formulas())


FILES = [
    path
    for path in sorted(CORPUS.glob("*/*"))
    if path.suffix in (".xlsx", ".xlsm") and path.name not in REFUSED and has_formulas(path)
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_agrees_in_every_cell(name, lang):
    with resources.as_file(TEMPLATES[name].file(lang)) as book:
        assert compare(book, seconds=SECONDS) == ([], [])


@pytest.mark.parametrize("name", [name for name, lang in WITH_CASE if lang == "en"])
def test_every_workbook_without_its_case_agrees_in_every_cell(name, tmp_path):
    book = new_workbook(name, tmp_path / "new.xlsx", lang="en", without_case=True)
    assert compare(book, seconds=SECONDS) == ([], [])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_refreshed_portfolio_with_faulty_rows_agrees_in_every_cell(lang, tmp_path):
    book = run_demo(tmp_path, lang=lang, customers=300).workbook
    assert compare(book, seconds=SECONDS) == ([], [])


@pytest.mark.skipif(not FILES, reason="the workbooks of ../shared/data are not here")
@pytest.mark.parametrize("book", FILES, ids=lambda path: path.name)
def test_other_peoples_workbooks_agree_or_the_difference_is_explained(book):
    differences, left = compare(book, seconds=SECONDS)
    assert {(one.sheet, one.cell) for one in differences} == set(DIFFERENT.get(book.name, ()))
    assert len(left) == NOT_COMPARED.get(book.name, (0, ""))[0]


def test_every_known_difference_is_about_a_file_that_is_compared():
    if not FILES:
        pytest.skip("the workbooks of ../shared/data are not here")
    assert {*DIFFERENT, *NOT_COMPARED} <= {path.name for path in FILES}


@pytest.fixture(scope="module")
def large_book(tmp_path_factory):
    """A portfolio of 50,000 customers: grades, losses and tiers by row, and what they sum up to."""
    book = openpyxl.Workbook(write_only=True)
    data = book.create_sheet("Data")
    summary = book.create_sheet("Summary")
    last = ROWS + 1
    results = {
        "D": f"CR_PD2GRADE(B2:B{last})",
        "E": f"CR_GRADE2PD(D2:D{last})",
        "F": f"E2:E{last}*C2:C{last}*0.45",
        "G": f"CR_RISKTIER(B2:B{last})",
        "H": f"CR_PERCENTILE(C2:C{last})",
    }
    data.append(["customer", "pd", "exposure", "grade", "grade pd", "loss", "tier", "position"])
    for row in range(2, last + 1):
        chance = (row * 7919) % ROWS / ROWS
        cells = [f"C{row}", 0.0003 + 0.3 * chance**4, float(100 + (row * 104_729) % 90_000)]
        data.append(cells if row > 2 else [*cells, *map_formulas(results, last)])
    summary.append(["tier", "customers", "loss"])
    for tier in ("premium", "low", "medium", "high"):
        counted = f'=COUNTIF(Data!G2:G{last},"{tier}")'
        summary.append([tier, counted, f'=SUMIFS(Data!F2:F{last},Data!G2:G{last},"{tier}")'])
    path = tmp_path_factory.mktemp("large") / "large.xlsx"
    book.save(path)
    return path


def map_formulas(results, last):
    return [ArrayFormula(f"{column}2:{column}{last}", f"={t}") for column, t in results.items()]


def test_fifty_thousand_customers_agree(large_book):
    assert compare(large_book, seconds=SECONDS) == ([], [])
