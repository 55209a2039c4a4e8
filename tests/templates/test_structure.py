"""The portfolio workbook keeps the rules of a good model, in both languages."""

import re

import pytest
from openpyxl.utils import range_boundaries

import workbook_templates
from tests.templates import rules
from tests.templates.every import written
from udfs import FUNCTIONS
from workbook_templates import TABLES, fields
from workbook_templates.portfolio import layout
from workbook_templates.portfolio.result_formulas import result_columns
from workbook_templates.portfolio.worked_case import CUSTOMERS

CALL = re.compile(r"\b([A-Z][A-Z0-9._]*)\(")
TEXT = re.compile(r'"[^"]*"')
STRUCTURED = re.compile(r"tbl\w+\[[^\]]*\]|tbl\w+\[\[.*?\]\]")
REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?\d+")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
KNOWN_NATIVE = frozenset(
    [
        "ABS",
        "AND",
        "COLUMN",
        "COUNT",
        "COUNTIF",
        "COUNTIFS",
        "IF",
        "IFERROR",
        "INDEX",
        "ISERROR",
        "ISNUMBER",
        "LEN",
        "MATCH",
        "MAX",
        "MIN",
        "N",
        "OR",
        "ROUND",
        "ROW",
        "SUM",
        "SUMIFS",
        "SUMPRODUCT",
        "TEXT",
    ]
)


def bare(formula):
    """A formula without its texts, structured references and cells."""
    return REFERENCE.sub("", STRUCTURED.sub("", TEXT.sub('""', formula)))


@pytest.mark.parametrize(
    ("formula", "depth"),
    [("=IF(A1,1,IF(B1,2,3))", 2), ("=SUMIF(A:A,1)+IF(1,2,3)", 1), ("=SUM(A1)", 0)],
)
def test_the_measure_of_nesting_counts_ifs(formula, depth):
    formula = formula.replace("SUMIF", "SUMIFS")
    assert rules.depth_of_if(formula) == depth


def test_sheets_stand_in_their_order(built, lang):
    assert built.sheetnames == [title[lang] for title in layout.SHEETS.values()]


def test_no_if_is_nested_beyond_two(built):
    assert [w for w in written(built) if rules.depth_of_if(w[2]) > 2] == []


def test_formulas_fit_on_a_line(built):
    assert [w for w in written(built) if len(w[2]) > 255 or "\n" in w[2]] == []


def test_formulas_use_functions_that_every_host_has(built):
    used = {
        name
        for *_, text in written(built)
        for name in CALL.findall(STRUCTURED.sub("", TEXT.sub("", text)))
    }
    assert used <= KNOWN_NATIVE | FUNCTIONS.keys()


def test_no_threshold_stands_in_a_formula(built):
    """Only 0, 1, months of a year, places of a table's rows and of rounding are written out."""
    for sheet, cell, text in written(built):
        rest = re.sub(r"INDEX\(,\d+\)|,\d\)$", "", bare(text))
        assert set(NUMBER.findall(rest)) <= {"0", "1", "12"}, (sheet, cell, text)


def test_every_policy_table_that_a_result_rests_on_stands_in_the_workbook(lang):
    """A table left to its built-in default would be a threshold that nobody can see or change."""
    unseen = set()
    for column in result_columns(lang):
        for name in re.findall(r"CR_\w+", column.formula):
            for argument in FUNCTIONS[name].arguments:
                table = getattr(argument.kind, "builtin", "")
                reference = f"{layout.POLICY_TABLES.get(table)}[#All]"
                if table and reference not in column.formula:
                    unseen.add(table)
    # Intervals under a warning: the portfolio has no warnings yet.
    assert unseen == {"review_intervals"}


def test_our_functions_stay_out_of_conditional_formats_and_validations(built):
    for sheet in built:
        for entry in sheet.conditional_formatting:
            for rule in entry.rules:
                assert not any("CR_" in formula for formula in rule.formula)
        for rule in sheet.data_validations.dataValidation:
            assert "CR_" not in f"{rule.formula1}{rule.formula2}"


def test_both_languages_have_the_same_formulas_in_the_same_cells(built, lang):
    other = workbook_templates.build("portfolio", "zh" if lang == "en" else "en")
    for mine, theirs in zip(built, other, strict=True):
        cells = [cell for sheet, cell, _ in written(built) if sheet == mine.title]
        assert cells == [cell for sheet, cell, _ in written(other) if sheet == theirs.title]


@pytest.mark.parametrize("table", TABLES)
def test_a_data_table_has_the_columns_of_the_dictionary(built, lang, table):
    sheet = built[layout.SHEETS[table][lang]]
    made = sheet.tables[layout.DATA_TABLES[table]]
    headers = [one.header(lang) for one in fields(table)]
    assert [column.name for column in made.tableColumns] == headers
    left, top, right, _ = range_boundaries(made.ref)
    assert [sheet.cell(top, column).value for column in range(left, right + 1)] == headers
    names = [sheet.cell(layout.KEY_ROW, column).value for column in range(left, right + 1)]
    assert names == [one.name for one in fields(table)]


def test_no_cell_of_a_table_is_merged(built):
    for sheet in built:
        merged = {cell for area in sheet.merged_cells.ranges for cell in area.cells}
        for made in sheet.tables.values():
            left, top, right, bottom = range_boundaries(made.ref)
            assert not [
                (row, column)
                for row, column in merged
                if top <= row <= bottom and left <= column <= right
            ]


def test_table_names_are_those_of_the_layout(built):
    found = {name for sheet in built for name in sheet.tables}
    records = {layout.HISTORY_TABLE, layout.CHECK_TABLE, layout.AUDIT_TABLE}
    assert found == {*layout.DATA_TABLES.values(), *layout.POLICY_TABLES.values(), *records}


def test_the_names_that_the_refresh_needs_are_there(built):
    needed = {layout.CHECK_TOTAL_NAME, layout.WORKED_CASE_NAME, "asof", "lang"}
    for names in (
        layout.READ_NAMES,
        layout.KEPT_NAMES,
        layout.WRITTEN_NAMES,
        layout.UNLISTED_NAMES,
    ):
        needed |= set(names.values())
    assert needed <= set(built.defined_names)


def test_each_result_is_one_array_formula_over_the_customers_rows(built, lang):
    sheet = built[layout.SHEETS["results"][lang]]
    last = layout.FIRST_ROW + CUSTOMERS - 1
    for position, column in enumerate(result_columns(lang), start=2):
        cell = sheet.cell(layout.FIRST_ROW, position)
        letter = cell.column_letter
        assert cell.value.ref == f"{letter}{layout.FIRST_ROW}:{letter}{last}"
        assert sheet.cell(layout.HEADER_ROW, position).value == column.header(lang)
        name = built.defined_names[layout.result_name(column.name)]
        assert name.attr_text == f"'{sheet.title}'!${letter}${layout.FIRST_ROW}:${letter}${last}"


def test_inputs_are_unlocked_and_formulas_are_locked(built):
    for sheet in built:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.style == "CR input":
                    assert not cell.protection.locked
                elif cell.value is not None:
                    assert cell.protection.locked


def test_every_input_of_a_data_table_is_validated(built, lang):
    for table in TABLES:
        sheet = built[layout.SHEETS[table][lang]]
        prompts = {rule.promptTitle for rule in sheet.data_validations.dataValidation}
        assert {one.header(lang)[:32] for one in fields(table)} == prompts


def test_the_committee_page_prints_on_one_sheet(built, lang):
    sheet = built[layout.SHEETS["strategy"][lang]]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
