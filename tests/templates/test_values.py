"""The shipped workbooks hold computed values that are right, and are what the code builds."""

import re

import pandas as pd
import pytest
from openpyxl.utils import range_boundaries

from udfs import FUNCTIONS, call
from workbook_templates import TABLES, fields
from workbook_templates.portfolio import layout
from workbook_templates.portfolio.result_formulas import result_columns

ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!)")


@pytest.fixture
def results(values, lang):
    """The results as a frame, by the columns' names."""
    sheet = values[layout.SHEETS["results"][lang]]
    names = [column.name for column in result_columns(lang)]
    rows = sheet.iter_rows(
        min_row=layout.FIRST_ROW, min_col=2, max_col=len(names) + 1, values_only=True
    )
    return pd.DataFrame(rows, columns=names)


def table_frame(values, name):
    for sheet in values:
        if name in sheet.tables:
            left, top, right, bottom = range_boundaries(sheet.tables[name].ref)
            header, *rows = sheet.iter_rows(
                min_row=top, max_row=bottom, min_col=left, max_col=right, values_only=True
            )
            return pd.DataFrame(rows, columns=header)
    raise AssertionError(name)


def data_frame(values, table):
    frame = table_frame(values, layout.DATA_TABLES[table])
    return frame.set_axis([one.name for one in fields(table)], axis=1)


def named(values, name):
    ((sheet, cell),) = values.defined_names[name].destinations
    return values[sheet][cell.replace("$", "")].value


def test_every_formula_has_a_value(formulas, values):
    empty = {
        (sheet.title, str(getattr(cell.value, "text", cell.value)))
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and values[sheet.title][cell.coordinate].value is None
    }
    # A blank text is no value to openpyxl: the check of a customer with whom all is well, and the
    # rows to spare where the largest are listed.
    results, *lists = (
        set(layout.SHEETS[key].values()) for key in ("results", "concentration", "large_exposures")
    )
    spare = {(sheet, text) for sheet, text in empty if sheet in set().union(*lists)}
    assert all('""' in text or re.fullmatch(r"=\$[A-Z]+\d+", text) for _, text in spare)
    assert all(sheet in results and text.endswith('""))') for sheet, text in empty - spare)
    assert len(empty - spare) <= 1


@pytest.mark.parametrize("table", TABLES)
def test_every_row_read_is_kept(values, table):
    assert named(values, layout.READ_NAMES[table]) == named(values, layout.KEPT_NAMES[table])


def test_results_agree_with_plain_python(values, results):
    customers = data_frame(values, "customers")
    loans = data_frame(values, "loans")
    names = list(customers.columns)
    factors = names[names.index("debt_ratio") : names.index("collateral_ratio") + 1]
    score = call("CR_SCORE", customers[factors].to_numpy().tolist(), None, [factors])
    assert results["score"].tolist() == pytest.approx([row[0] for row in score])
    knockouts = customers[["knockouts"]].to_numpy().tolist()
    grade = [row[0] for row in call("CR_GRADE", score, knockouts)]
    assert results["grade"].tolist() == grade
    exposure = customers["customer_id"].map(loans.groupby("customer_id")["balance"].sum())
    assert results["exposure"].tolist() == exposure.tolist()
    loss = results["pd"] * 0.45 * results["exposure"]
    assert results["expected_loss"].tolist() == pytest.approx(loss.tolist())


def test_the_strategy_page_adds_up_the_results(values, results, lang):
    sheet = values[layout.SHEETS["strategy"][lang]]
    by_tier = results.groupby("risk_tier")
    for column in range(3, 7):
        tier = sheet.cell(8, column).value
        rows = by_tier.get_group(tier)
        shown = [sheet.cell(row, column).value for row in (9, 11, 13, 16)]
        sums = [len(rows), rows["exposure"].sum(), rows["expected_loss"].sum(), rows["pd"].mean()]
        assert shown == pytest.approx(sums)


def test_the_heat_map_is_the_exposure_by_grade_and_class(values, results, lang):
    sheet = values[layout.SHEETS["strategy"][lang]]
    expected = results.pivot_table("exposure", "grade", "abc", "sum", fill_value=0)
    for row in range(9, 19):
        for column in range(9, 12):
            grade, abc = sheet.cell(row, 8).value, sheet.cell(8, column).value
            sums = expected[abc].get(grade, 0)
            assert sheet.cell(row, column).value == pytest.approx(sums)


def test_the_latest_snapshot_is_what_the_results_show(values, results):
    history = table_frame(values, layout.HISTORY_TABLE)
    history.columns = [column.name for column in layout.HISTORY_COLUMNS]
    latest = history[history["as_of"] == history["as_of"].max()]
    for name in ("customer_id", "grade", "risk_tier", "exposure"):
        assert latest[name].tolist() == results[name].tolist()
    for name in ("score", "pd", "expected_loss"):
        assert latest[name].tolist() == pytest.approx(results[name].tolist())


def test_the_migration_matrix_counts_the_moves(values, lang):
    history = table_frame(values, layout.HISTORY_TABLE)
    history.columns = [column.name for column in layout.HISTORY_COLUMNS]
    latest = history[history["as_of"] == history["as_of"].max()]
    moves = latest.groupby(["previous_grade", "grade"]).size()
    sheet = values[layout.SHEETS["history"][lang]]
    for row in range(9, 19):
        for column in range(3, 13):
            pair = (sheet.cell(row, 2).value, sheet.cell(8, column).value)
            assert sheet.cell(row, column).value == moves.get(pair, 0)


def test_the_worked_case_shows_every_tier_and_several_grades(results):
    assert results["risk_tier"].nunique() == 4
    assert results["grade"].nunique() >= 8
    assert results["abc"].nunique() == 3


def test_no_chart_is_empty(formulas, values):
    charts = [(sheet.title, chart) for sheet in formulas for chart in sheet._charts]  # noqa: SLF001 - openpyxl has no other way
    assert len(charts) == 13
    for _, chart in charts:
        for series in chart.series:
            sheet, cells = series.val.numRef.f.rsplit("!", 1)
            cells = values[sheet.strip("'")][cells.replace("$", "")]
            numbers = [cell.value for (cell,) in cells if isinstance(cell.value, int | float)]
            assert len(numbers) >= 3
            assert any(numbers)


def test_results_use_a_good_part_of_the_catalogue(formulas, lang):
    sheet = formulas[layout.SHEETS["results"][lang]]
    texts = " ".join(
        cell.value.text for cell in sheet[layout.FIRST_ROW] if hasattr(cell.value, "text")
    )
    used = set(re.findall(r"CR_\w+", texts))
    assert used <= FUNCTIONS.keys()
    assert len(used) >= 20
