"""The finance workbooks keep the rules of a good model, in both languages."""

import re
from functools import cache
from importlib import resources

import pytest
from openpyxl.worksheet.formula import ArrayFormula

import workbook_templates
from addin.check import check_file
from tests.templates.finance_workbooks import (
    emptied,
    error_cells,
    formula_cells,
    named,
    numbers,
    shipped,
)
from tests.templates.test_text_fits import is_cut
from udfs import FUNCTIONS
from workbook_templates.pricing_limit import layout as pricing_limit
from workbook_templates.project_finance import layout as project_finance
from workbook_templates.style import INPUT

POLICIES = {
    "project_finance": project_finance.policy_of,
    "pricing_limit": pricing_limit.policy_of,
}
TEXT = re.compile(r'"[^"]*"')
STRUCTURED = re.compile(r"tbl\w+\[\[[^\]]*\]:\[[^\]]*\]\]|tbl\w+\[[^\]]*\]")
QUOTED_SHEET = re.compile(r"'[^']*'!")
REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?\d+")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
VOLATILE = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|OFFSET|INDIRECT|INFO|CELL)\(")
PLACES = re.compile(r"INDEX\([^()]*,\d+(?:,\d+)?\)|\+1,\d\)|>=\d\)|,\d\)$")
"""Places in a table and of rounding, which are no thresholds."""


@pytest.fixture(params=POLICIES)
def name(request):
    return request.param


@cache
def _built(name, lang):
    return workbook_templates.build(name, lang)


@pytest.fixture
def built(name, lang):
    """The workbook as the code builds it; tests must not change it."""
    return _built(name, lang)


def written(book):
    """Every formula of a workbook with its sheet and cell."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                text = value.text if isinstance(value, ArrayFormula) else value
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, text


def test_no_cell_shows_an_error(name, lang):
    assert error_cells(shipped(name, lang, values=True)) == []


def test_the_check_sheet_comes_to_zero(name, lang):
    assert named(shipped(name, lang, values=True), "check_total") == 0


def test_the_check_command_finds_nothing(name, lang):
    with resources.as_file(workbook_templates.template(name).file(lang)) as path:
        assert check_file(path) == []


def test_an_emptied_workbook_shows_no_error_and_adds_up(name, lang, tmp_path):
    book = emptied(name, lang, tmp_path / "empty.xlsx")
    assert error_cells(book) == []
    assert named(book, "check_total") == 0


def test_both_languages_show_the_same_figures_from_the_same_formulas(name):
    english, chinese = (shipped(name, lang, values=True) for lang in ("en", "zh"))
    assert numbers(english) == numbers(chinese)
    english, chinese = (shipped(name, lang, values=False) for lang in ("en", "zh"))
    assert formula_cells(english) == formula_cells(chinese)


def test_formulas_fit_on_a_line_and_are_not_volatile(built):
    faults = [w for w in written(built) if len(w[2]) > 255 or "\n" in w[2] or VOLATILE.search(w[2])]
    assert faults == []


def test_no_threshold_stands_in_a_formula(built):
    """Only 0, 1, the months of a year and places of a table's rows are written out."""
    for sheet, cell, text in written(built):
        bare = QUOTED_SHEET.sub("", STRUCTURED.sub("T", TEXT.sub('""', text)))
        rest = PLACES.sub("", REFERENCE.sub("R", bare))
        assert set(NUMBER.findall(rest)) <= {"0", "1", "12"}, (sheet, cell, text, rest)


def test_formulas_use_our_functions_as_the_catalogue_has_them(built):
    used = {found for *_, text in written(built) for found in re.findall(r"CR_\w+", text)}
    assert used <= FUNCTIONS.keys()
    assert len(used) >= 10


def test_every_policy_table_that_a_function_can_take_is_given(name, built, lang):
    """A table left to its built-in default would be a threshold that nobody can see or change."""
    tables = POLICIES[name](lang).tables
    left = set()
    for *_, text in written(built):
        for function in re.findall(r"(CR_\w+)\(", text):
            for argument in FUNCTIONS[function].arguments:
                builtin = getattr(argument.kind, "builtin", "")
                if builtin and not (builtin in tables and f"{tables[builtin].name}[#All]" in text):
                    left.add((function, builtin))
    assert left == set()


def test_every_input_has_a_prompt_or_is_policy(built):
    for sheet in built:
        if sheet.tables:
            continue
        prompted = {
            coordinate
            for rule in sheet.data_validations.dataValidation
            for area in rule.sqref.ranges
            for coordinate in area.cells
            if rule.prompt
        }
        unprompted = [
            cell.coordinate
            for row in sheet.iter_rows()
            for cell in row
            if cell.style == INPUT and (cell.row, cell.column) not in prompted
        ]
        # The guide's legend shows the style.
        assert len(unprompted) <= (1 if sheet is built.worksheets[0] else 0), sheet.title


def test_no_text_is_cut_off(name, lang):
    cut = []
    for sheet in shipped(name, lang, values=True):
        merged = {area.start_cell.coordinate: area for area in sheet.merged_cells.ranges}
        cut += [
            (sheet.title, cell.coordinate, cell.value[:60])
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and is_cut(cell, lang, merged)
        ]
    assert cut == []


def test_our_functions_stay_out_of_conditional_formats_and_validations(built):
    for sheet in built:
        for entry in sheet.conditional_formatting:
            assert not any("CR_" in text for rule in entry.rules for text in rule.formula)
        for rule in sheet.data_validations.dataValidation:
            assert "CR_" not in f"{rule.formula1}{rule.formula2}"


def test_the_guide_links_to_every_other_sheet(built):
    guide, *others = built.worksheets
    linked = {
        cell.hyperlink.location.rsplit("!", 1)[0].strip("'")
        for row in guide.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert linked == {sheet.title for sheet in others}


def test_every_page_prints_on_a4_with_its_name(built):
    for sheet in built:
        assert sheet.page_setup.paperSize == 9
        assert sheet.oddFooter.center.text == "&A"


def test_no_chart_is_empty(name, lang):
    values = shipped(name, lang, values=True)
    charts = [
        chart
        for sheet in shipped(name, lang, values=False)
        for chart in sheet._charts  # noqa: SLF001 - openpyxl has no other way
    ]
    assert charts
    for chart in charts:
        for part in chart._charts:  # noqa: SLF001 - likewise
            for series in part.series:
                sheet, cells = series.val.numRef.f.rsplit("!", 1)
                block = values[sheet.strip("'")][cells.replace("$", "")]
                flat = [cell.value for row in block for cell in row]
                assert any(isinstance(value, int | float) and value for value in flat)
