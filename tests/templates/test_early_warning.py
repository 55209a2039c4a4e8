"""The early-warning workbook: right values, alive without Excel, and still whole when emptied."""

import datetime as dt

import pytest

from tests.templates.every import named_rows as cells
from tests.templates.every import serial_number, shipped
from udfs import call
from workbook_templates.early_warning import layout
from workbook_templates.early_warning.worked_case import early_warning_case

NAME = "early_warning"
CUSTOMERS = 40
CODES = [list(layout.INDICATORS)]
PERIODS = layout.PERIOD_TABLE.table.rows["period"].tolist()


def column(book, name):
    """A result of the worked case's customers; blank texts as None."""
    return [row[0] or None for row in cells(book, layout.result_name(name))][:CUSTOMERS]


def results(live, name):
    """The same of a live workbook."""
    return [one or None for one in live[layout.result_name(name)]][:CUSTOMERS]


class Case:
    """The worked case as the functions take it."""

    def __init__(self, lang):
        self.lang = lang
        self.rows = early_warning_case(lang)
        self.ids = [row["customer_id"] for row in self.rows.customers]
        self.figures = {(row["customer_id"], row["period"]): row for row in self.rows.figures}

    def block(self, period):
        """The figures of all customers in a period."""
        found = [self.figures.get((one, period), {}) for one in self.ids]
        return [[row.get(name) for name in layout.INDICATORS] for row in found]

    def events(self, day):
        texts = []
        for one in self.ids:
            held = [
                row["event"]
                for row in self.rows.events
                if row["customer_id"] == one
                and row["since"] <= day
                and not (row["cleared"] and row["cleared"] <= day)
            ]
            texts.append([",".join(held) or None])
        return texts

    def warnings(self, place, out="value", rules=None):
        """The warnings of a period by its place in the table of periods."""
        ends = layout.PERIOD_TABLE.table.rows["ends_on"].iloc[place]
        day = ends.date() if hasattr(ends, "date") else dt.date.fromisoformat(str(ends)[:10])
        now, before = self.block(PERIODS[place]), self.block(PERIODS[place - 4])
        found = call("CR_EWS", now, CODES, before, self.events(day), rules, None, out, self.lang)
        return [row[0] for row in found] if out != "table" else found

    def customers(self, name):
        return [[row[name]] for row in self.rows.customers]


@pytest.fixture
def case(lang):
    return Case(lang)


@pytest.mark.parametrize(("name", "place"), [("colour_1", 4), ("colour_2", 5), ("colour_3", 6)])
def test_the_colours_of_earlier_quarters_are_those_of_the_function(values, case, name, place):
    assert column(values, name) == case.warnings(place)


def test_the_present_colours_are_those_of_the_function(values, case):
    expected = case.warnings(7)
    unknown = {"en": "insufficient data", "zh": "数据不足"}[case.lang]
    silent = [place for place, colour in enumerate(expected) if colour is None]
    assert len(silent) == 1
    expected[silent[0]] = unknown
    assert column(values, "colour") == expected
    assert len(set(expected)) == len(layout.WARNINGS)


def test_a_customer_without_any_figure_is_named_not_passed_over(values, case):
    silent = case.warnings(7).index(None)
    words = {"en": "no figures of the period", "zh": "本期无数据"}
    assert column(values, "missing")[silent] == words[case.lang]
    assert column(values, "position")[silent] > 0


def test_reasons_hard_triggers_and_missing_inputs_are_those_of_the_function(values, case):
    header, *rows = case.warnings(7, "table")
    why = case.warnings(7, "why")
    for place, row in enumerate(rows):
        if row[0] is None:
            continue
        assert column(values, "points")[place] or row[1] == 0
        assert column(values, "hard")[place] == row[2]
        assert column(values, "missing")[place] == row[3]
        assert column(values, "why")[place] == why[place]
    sheet = values[layout.SHEETS["signals"][case.lang]]
    assert [cell.value for cell in sheet[6][3 : 3 + len(header)]] == header


def test_trends_are_those_of_the_function(values, case):
    better = layout.INDICATOR_TABLE.table.rows["better"].tolist()
    for i, name in enumerate(layout.INDICATORS):
        series = [
            [case.figures.get((one, period), {}).get(name) for period in PERIODS[:8]]
            for one in case.ids
        ]
        expected = [row[0] for row in call("CR_TREND", series, better[i], None, None, case.lang)]
        shown = [row[0] or None for row in cells(values, layout.trend_name(name))][:CUSTOMERS]
        assert shown == expected


def test_measures_are_those_of_the_function(values, case):
    colours = [[colour] for colour in column(values, "colour")]
    limit, rate, balance = (case.customers(name) for name in ("limit", "rate", "balance"))
    for name, out in (("new_limit", "limit"), ("new_rate", "rate"), ("excess", "excess")):
        expected = call("CR_ADJUST", colours, limit, rate, balance, None, out)
        shown = [value or 0 for value in column(values, name)]
        assert shown == pytest.approx([row[0] for row in expected])
    actions = call("CR_ADJUST", colours, None, None, None, None, "value", case.lang)
    assert column(values, "actions") == [row[0] for row in actions]


def test_next_reviews_are_those_of_the_function(values, case):
    colours = [[colour] for colour in column(values, "colour")]
    reviewed = [[serial_number(row[0])] for row in case.customers("last_review")]
    expected = call("CR_NEXTREVIEW", reviewed, case.customers("tier"), colours)
    shown = [serial_number(day.date()) for day in column(values, "next_review")]
    assert shown == [row[0] for row in expected]


def test_the_watch_list_runs_from_grave_to_light(values, lang):
    sheet = values[layout.SHEETS["watch_list"][lang]]
    duties = layout.DUTIES.table.rows
    grave = dict(zip(duties[f"label_{lang}"], duties["severity"], strict=True))
    colours = [sheet.cell(row, 5).value for row in range(9, 49)]
    listed = [grave[colour] for colour in colours if colour]
    assert listed == sorted(listed, reverse=True)
    assert len(listed) == sum(grave[colour] > 0 for colour in column(values, "colour"))
    units = dict(zip(duties["severity"], duties[f"unit_{lang}"], strict=True))
    assert [sheet.cell(9 + i, 14).value for i in range(len(listed))] == [units[g] for g in listed]


def test_measures_are_due_so_many_days_after_the_as_of_date(values, lang):
    duties = layout.DUTIES.table.rows
    days = dict(zip(duties[f"label_{lang}"], duties["due_days"], strict=True))
    asof = cells(values, "asof").value
    for colour, due in zip(column(values, "colour"), column(values, "due"), strict=True):
        if due is not None:
            assert (due - asof).days == days[colour]


def test_an_overdue_loan_turns_its_customer_red_and_nobody_else(live):
    before = results(live, "colour")
    row = before.index({"en": "green", "zh": "绿色"}[live.lang])
    case = early_warning_case(live.lang)
    wanted = (case.customers[row]["customer_id"], PERIODS[7])
    place = [(one["customer_id"], one["period"]) for one in case.figures].index(wanted)
    live.input("figures", place, "overdue_days", 91)
    live.calculate()
    after = results(live, "colour")
    assert after[row] == {"en": "red", "zh": "红色"}[live.lang]
    assert after[:row] + after[row + 1 :] == before[:row] + before[row + 1 :]
    assert live["check_total"] == 0


def test_a_stricter_rule_changes_the_colours_as_the_function_says(live):
    rules = layout.RULES.table
    strict = rules.rows.copy()
    place = strict.index[strict["indicator"] == "debt_ratio"][2]
    strict.loc[place, "threshold"] = 0.5
    strict.loc[place, "points"] = 5
    live.policy(layout.RULES, place, "threshold", 0.5)
    live.policy(layout.RULES, place, "points", 5)
    live.calculate()
    frame = strict.astype(object).where(strict.notna(), None)
    expected = Case(live.lang).warnings(7, rules=[list(frame.columns), *frame.to_numpy().tolist()])
    shown = results(live, "colour")
    assert [a for a, b in zip(shown, expected, strict=True) if b] == [b for b in expected if b]
    assert shown != column(shipped(NAME, live.lang, values=True), "colour")


def test_the_page_follows_the_as_of_date(live):
    live.set("asof", serial_number(dt.date(2025, 12, 31)))
    live.calculate()
    assert results(live, "colour") == column(shipped(NAME, live.lang, values=True), "colour_3")
    assert results(live, "colour_3") == column(shipped(NAME, live.lang, values=True), "colour_2")
    assert live["check_total"] == 0


def test_an_event_that_is_settled_no_longer_counts(live):
    events = early_warning_case(live.lang).events
    fraud = {"en": "Fraud or forged documents", "zh": "欺诈或提供虚假资料"}[live.lang]
    place = [row["event"] for row in events].index(fraud)
    ids = [row["customer_id"] for row in early_warning_case(live.lang).customers]
    customer = ids.index(events[place]["customer_id"])
    assert results(live, "hard")[customer] is not None
    live.input("events", place, "cleared", serial_number(dt.date(2026, 3, 30)))
    live.calculate()
    assert results(live, "hard")[customer] is None


def test_a_change_of_policy_changes_the_suggested_limit(live):
    orange = layout.WARNINGS.index("orange")
    live.policy(layout.ACTIONS, orange, "limit_change", -0.5)
    live.calculate()
    word = {"en": "orange", "zh": "橙色"}[live.lang]
    for colour, limit, new in zip(
        results(live, "colour"), results(live, "limit"), results(live, "new_limit"), strict=True
    ):
        if colour == word:
            assert new == pytest.approx(limit / 2)


def test_results_come_in_the_language_of_the_one_cell(live):
    other = "zh" if live.lang == "en" else "en"
    live.set("lang", other)
    live.calculate()
    assert results(live, "colour") == column(shipped(NAME, other, values=True), "colour")
    assert results(live, "falling") == column(shipped(NAME, other, values=True), "falling")
    assert live["check_total"] == 0


def test_a_blank_limit_or_review_gives_blanks_not_errors(live):
    for name in ("limit", "rate", "last_review", "tier"):
        live.input("customers", 2, name, None)
    live.calculate()
    for name in ("new_limit", "excess", "new_rate", "next_review"):
        assert results(live, name)[2] is None
    assert results(live, "colour")[2] is not None


def test_the_customer_file_shows_the_customer_chosen(live):
    live.set("file_customer", "C0014")
    live.calculate()
    sheet = live.book.sheet(layout.SHEETS["customer_file"][live.lang])
    assert sheet.value(5, 7) == results(live, "colour")[13]
    assert sheet.value(9, 3) == results(live, "why")[13]


def test_figures_of_an_unknown_customer_are_told_by_the_checks(live):
    live.input("figures", 0, "customer_id", "C9999")
    live.calculate()
    assert live["check_total"] > 0
