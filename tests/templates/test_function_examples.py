"""The examples workbook shows every function and what its help promises."""

import pytest

from tests.templates.every import named, shipped
from udfs import FUNCTIONS
from udfs.errors import CellError
from workbook_templates import LANGUAGES
from workbook_templates.function_examples.examples import best_example, families
from workbook_templates.function_examples.family_pages import shown_decimals
from workbook_templates.function_examples.layout import SHEETS, equal_name, family_sheet


def test_every_function_has_one_example():
    shown = [example.function.name for listed in families().values() for example in listed]
    assert sorted(shown) == sorted(FUNCTIONS)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_result_is_the_expected_one(name, lang):
    assert named(shipped("function_examples", lang, values=True), equal_name(name)) == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_family_without_examples_would_show(lang):
    titles = shipped("function_examples", lang, values=True).sheetnames
    assert set(titles) >= {family_sheet(family, lang) for family in families()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_index_leads_to_the_block_of_each_function(lang):
    book = shipped("function_examples", lang, values=True)
    links = {}
    for row in book[SHEETS["index"][lang]].iter_rows(min_col=3, max_col=3):
        if row[0].hyperlink:
            sheet, _, cell = row[0].hyperlink.location.rpartition("!")
            links[row[0].value] = book[sheet.strip("'")][cell].value
    assert links == {name: name for name in FUNCTIONS}


def test_no_example_holds_an_error_where_another_does_not():
    blocks = [block for name in FUNCTIONS for block in best_example(FUNCTIONS[name]).blocks()]
    assert not any(isinstance(c, CellError) for block in blocks for row in block for c in row)


def test_a_function_whose_result_changes_is_noticed():
    """The count of differing cells is a formula over both blocks, not a constant."""
    book = shipped("function_examples", "en", values=False)
    ((sheet, cell),) = book.defined_names[equal_name("CR_GRADE")].destinations
    text = book[sheet][cell.replace("$", "")].value.text
    assert text.startswith("=SUM(IFERROR(IF(ISNUMBER(")
    assert "tolerance" in text


@pytest.mark.parametrize(
    ("column", "decimals"),
    [
        ([333.0, 222.0], 0),
        (["text", None, True], 0),
        ([0.5, 1.0], 1),
        ([0.00724], 5),
        ([0.028073912947], 7),
        ([599.41707308681], 3),
        ([896970.727079564], 2),
        ([1200.0, 801.99, 401.99], 2),
        ([0.0], 2),
        ([0.0, 1.0], 0),
    ],
)
def test_results_are_shown_with_six_digits_and_as_many_decimals_as_the_help_gives(column, decimals):
    assert shown_decimals(column) == decimals


def test_a_long_result_is_shown_as_short_as_its_expected_value():
    sheet = shipped("function_examples", "en", values=True)[family_sheet("grading", "en")]
    shown = {
        cell.number_format
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, float) and round(cell.value, 6) == 599.417073
    }
    assert shown == {"0.000_0"}
