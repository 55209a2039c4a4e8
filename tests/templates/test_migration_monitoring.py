"""The migration-monitoring workbook: matrices, rates, stability and reviews as Python says."""

import datetime as dt

import openpyxl
import pandas as pd
import pytest

from tests.templates.every import named, serial_number
from tests.templates.every import named_rows as cells
from udfs import call
from workbook_templates.migration_monitoring import layout
from workbook_templates.migration_monitoring.worked_case import migration_case

NAME = "migration_monitoring"
CUSTOMERS = 40
PERIODS = layout.LAST_PERIODS
GRADES = [layout.GRADES.table.rows["grade"].tolist()]


def column(book, name):
    return [None if row[0] == "" else row[0] for row in cells(book, name)][:CUSTOMERS]


def table_below(sheet, title, rows, columns, left="B"):
    """The table under a section's title, its header row included."""
    top = next(cell.row for cell in sheet[left] if cell.value == title)
    first = openpyxl.utils.column_index_from_string(left)
    return [[sheet.cell(top + 1 + i, first + j).value for j in range(columns)] for i in range(rows)]


class Case:
    """The worked case, one list per figure and period."""

    def __init__(self, lang):
        self.lang = lang
        self.rows = migration_case(lang)
        self.ids = [row["customer_id"] for row in self.rows.customers]
        self.found = {(row["customer_id"], row["period"]): row for row in self.rows.snapshots}

    def figure(self, name, period):
        words = {"premium": "优质", "low": "低风险", "medium": "中风险", "high": "高风险"}
        found = [self.found.get((one, period), {}).get(name) for one in self.ids]
        if name == "tier" and self.lang == "zh":
            found = [words.get(one) for one in found]
        return [[one] for one in found]

    def defaulted(self):
        """Who came into default between the first period and the last."""
        rows = []
        for one in self.ids:
            begun, ended = (self.found.get((one, PERIODS[place])) for place in (0, -1))
            if begun is None or ended is None or self.bad(begun):
                rows.append([None])
            else:
                rows.append([self.bad(ended)])
        return rows

    @staticmethod
    def bad(row):
        return row["overdue_days"] > 90 or row["grade"] == "D"


@pytest.fixture
def case(lang):
    return Case(lang)


@pytest.mark.parametrize("name", ["grade", "tier", "score", "exposure", "overdue_days"])
def test_snapshots_stand_beside_each_other_by_period(values, case, name):
    for number, period in enumerate(PERIODS, start=1):
        expected = [row[0] for row in case.figure(name, period)]
        assert column(values, layout.figure_name(name, number)) == expected


def test_the_grade_matrix_is_that_of_the_function(values, case):
    sheet = values[layout.SHEETS["migration"][case.lang]]
    begun, ended = (case.figure("grade", PERIODS[place]) for place in (0, -1))
    for title, out in ((("Grades: customers", "等级迁徙：客户数"), "counts"),
                       (("Grades: shares of the row", "等级迁徙：行占比"), "value")):  # fmt: skip
        shown = table_below(sheet, title[case.lang == "zh"], 11, 12)
        expected = call("CR_MIGRATE", begun, ended, GRADES, None, None, out, case.lang)
        assert flat(shown) == pytest.approx(flat(expected))


def flat(rows):
    """Figures of a table; blanks as -1, so that they are not taken for zeros."""
    return [-1 if one in (None, "") else one for row in rows[1:] for one in row[1:]]


def test_the_cumulative_pd_is_the_power_of_the_matrix(values, case):
    sheet = values[layout.SHEETS["migration"][case.lang]]
    begun, ended = (case.figure("grade", PERIODS[place]) for place in (0, -1))
    matrix = call("CR_MIGRATE", begun, ended, GRADES)
    expected = call("CR_MIGRATEPOWER", matrix, 3, 12, "pd")
    title = {"en": "Cumulative PD", "zh": "累计违约概率"}[case.lang]
    assert flat(table_below(sheet, title, 10, 2, "O")) == pytest.approx(flat(expected))


def test_moves_are_those_of_the_function(values, case):
    begun, ended = (case.figure("grade", PERIODS[place]) for place in (0, -1))
    expected = call("CR_GRADEMOVE", begun, ended, GRADES, "value", case.lang)
    assert column(values, layout.move_name("move")) == [row[0] for row in expected]
    assert named(values, "moved_down") > 0
    assert named(values, "moved_up") > 0


def test_default_rates_are_those_of_the_function(values, case):
    tiers = case.figure("tier", PERIODS[0])
    _, *rows = call("CR_DEFRATE", case.defaulted(), tiers)
    shown = table_below(
        values[layout.SHEETS["performance"][case.lang]],
        {"en": "Default and churn by tier before", "zh": "按期初层级的违约与流失"}[case.lang], 6, 11,
    )[1:]  # fmt: skip
    by_name = {row[0]: row for row in rows}
    for row in shown:
        wanted = by_name[row[0] if row[0] not in ("Total", "合计") else "total"]
        assert row[4] == wanted[2]
        assert row[5] == pytest.approx(wanted[4])
    assert named(values, "total_defaulted") >= 2


def test_churn_rates_are_those_of_the_function(values, case):
    ids = [[one] for one in case.ids]
    begun, ended = (case.figure("grade", PERIODS[place]) for place in (0, -1))
    there = [[one[0] if grade[0] else None] for one, grade in zip(ids, begun, strict=True)]
    lost = [[None if not a[0] else not b[0]] for a, b in zip(begun, ended, strict=True)]
    tiers = case.figure("tier", PERIODS[0])
    rows = call("CR_CHURN", there, None, lost, tiers)
    assert named(values, "churn_rate") == pytest.approx(rows[-1][4])
    assert named(values, "total_lost") == rows[-1][2]


def test_roll_rates_are_those_of_the_function(values, case):
    days = [case.figure("overdue_days", PERIODS[place]) for place in (-2, -1)]
    buckets = [call("CR_BUCKET", one) for one in days]
    exposure = case.figure("exposure", PERIODS[-2])
    expected = call("CR_ROLLRATE", *buckets, exposure)
    title = {"en": "Roll rates of exposure, from the last period to the present",
             "zh": "上期至本期逾期滚动率（按敞口）"}[case.lang]  # fmt: skip
    shown = table_below(values[layout.SHEETS["performance"][case.lang]], title, 9, 9)
    assert flat(shown) == pytest.approx(flat(expected))


def test_vintage_curves_are_those_of_the_function(values, case):
    loans = pd.DataFrame(case.rows.loans)
    loans["half"] = [f"{day.year}H{(day.month - 1) // 6 + 1}" for day in loans["start"]]
    months = [layout.MONTHS.table.rows["months"].tolist()]
    title = {"en": "Vintages: cumulative default rate by months on book",
             "zh": "账龄曲线：累计违约率（按账龄月数）"}[case.lang]  # fmt: skip
    shown = table_below(values[layout.SHEETS["performance"][case.lang]], title, 7, 10)[1:]
    asof = serial_number(dt.date(2026, 3, 31))
    checked = 0
    for row in shown:
        name = f"{row[0].year}H{(row[0].month - 1) // 6 + 1}"
        some = loans[loans["half"] == name]
        assert row[2] == len(some)
        if some.empty:
            continue
        dates = [
            [[None if pd.isna(day) else serial_number(day)] for day in some[field]]
            for field in ("start", "default_date")
        ]
        amounts = [[one] for one in some["amount"]]
        expected = call("CR_VINTAGE", *dates, asof, amounts, None, "half", months)[1]
        assert [cell or None for cell in row[4:]] == [
            pytest.approx(one) if one else None for one in expected[3:]
        ]
        checked += 1
    assert checked >= 4


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_stability_is_that_of_the_function(values, case, number):
    sheet = values[layout.SHEETS["stability"][case.lang]]
    first, actual = (case.figure("grade", PERIODS[place]) for place in (0, number - 1))
    given = ("categories", None, None, GRADES, "leave_out", None, None)
    expected = call("CR_PSI", first, actual, *given, "value")[0][0]
    assert sheet.cell(6, 2 + number).value == pytest.approx(expected)
    rating = call("CR_PSI", first, actual, *given, "rating", case.lang)[0][0]
    assert sheet.cell(9, 2 + number).value == rating
    scores = [case.figure("score", PERIODS[place]) for place in (0, number - 1)]
    expected = call("CR_PSI", *scores, "numbers", None, 5, None, "leave_out")[0][0]
    assert sheet.cell(8, 2 + number).value == pytest.approx(expected)


def test_reviews_are_those_of_the_function(values, case):
    tiers = case.figure("tier", PERIODS[-1])
    last = [[serial_number(row["last_review"])] for row in case.rows.customers]
    shown = column(values, layout.move_name("next_review"))
    for place, (tier, day) in enumerate(zip(tiers, last, strict=True)):
        if tier[0] is None:
            assert shown[place] is None
            continue
        expected = call("CR_NEXTREVIEW", [day], [tier])[0][0]
        assert serial_number(shown[place].date()) == expected


def test_the_calendar_lists_those_due_first(values, lang):
    sheet = values[layout.SHEETS["calendar"][lang]]
    due = [sheet.cell(row, 15).value for row in range(12, 42)]
    listed = [day for day in due if day]
    assert listed == sorted(listed)
    assert len(listed) == 30


def test_a_worse_grade_moves_the_matrix_and_the_checks_stay_zero(live):
    case = Case(live.lang)
    before = live["moved_down"]
    place = next(
        i
        for i, row in enumerate(case.rows.snapshots)
        if row["period"] == PERIODS[-1]
        and case.found.get((row["customer_id"], PERIODS[0]), {}).get("grade") == row["grade"]
    )
    live.input("snapshots", place, "grade", "C")
    live.calculate()
    assert live["moved_down"] == before + 1
    assert live["check_total"] == 0


def test_a_stricter_definition_of_default_finds_more(live):
    before = live["total_defaulted"]
    live.set("default_days", 30)
    live.calculate()
    assert live["total_defaulted"] > before
    assert live["check_total"] == 0


def test_the_page_follows_the_span_and_the_as_of_date(live):
    live.set("periods_back", 1)
    live.calculate()
    case = Case(live.lang)
    begun = [row for row in case.rows.snapshots if row["period"] == PERIODS[-2]]
    assert live["begun_customers"] == len(begun)
    assert live["check_total"] == 0
    live.set("asof", serial_number(dt.date(2025, 12, 31)))
    live.calculate()
    begun = [row for row in case.rows.snapshots if row["period"] == PERIODS[-3]]
    assert live["begun_customers"] == len(begun)
    assert live["check_total"] == 0


def test_a_snapshot_twice_is_told_by_the_checks(live):
    live.input("snapshots", 1, "customer_id", Case(live.lang).rows.snapshots[0]["customer_id"])
    live.calculate()
    assert live["check_total"] > 0
