"""The finance workbooks keep the rules of a good model, in both languages."""

import re

import pytest

from tests.templates import rules
from tests.templates.every import written
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
PLACES = re.compile(r"INDEX\([^()]*,\d+(?:,\d+)?\)|\+1,\d\)|>=\d\)|,\d\)$")
"""Places in a table and of rounding, which are no thresholds."""


@pytest.fixture(params=POLICIES)
def template_name(request):
    return request.param


def test_formulas_fit_on_a_line_and_are_not_volatile(built):
    faults = [
        w for w in written(built) if len(w[2]) > 255 or "\n" in w[2] or rules.VOLATILE.search(w[2])
    ]
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


def test_every_policy_table_that_a_function_can_take_is_given(template_name, built, lang):
    """A table left to its built-in default would be a threshold that nobody can see or change."""
    tables = POLICIES[template_name](lang).tables
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


def test_our_functions_stay_out_of_conditional_formats_and_validations(built):
    for sheet in built:
        for entry in sheet.conditional_formatting:
            assert not any("CR_" in text for rule in entry.rules for text in rule.formula)
        for rule in sheet.data_validations.dataValidation:
            assert "CR_" not in f"{rule.formula1}{rule.formula2}"


def test_no_chart_is_empty(formulas, values):
    assert any(sheet._charts for sheet in formulas)  # noqa: SLF001 - openpyxl has no other way
    assert rules.empty_charts(formulas, values) == []
