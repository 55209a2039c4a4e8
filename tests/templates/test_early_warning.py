"""The early-warning workbook: right values, alive without Excel, and still whole when emptied."""

import datetime as dt
import re
from functools import cache

import pytest
from openpyxl.worksheet.formula import ArrayFormula

import workbook_templates
from addin.headless.calculate import calculate
from addin.headless.references import Area
from addin.headless.workbook import Workbook
from addin.templates import new_workbook
from tests.templates import every
from tests.templates.every import ERROR, serial_number
from tests.templates.every import named_rows as cells
from udfs import FUNCTIONS, call
from workbook_templates.early_warning import layout
from workbook_templates.early_warning.worked_case import early_warning_case

NAME = "early_warning"
CUSTOMERS = 40
CODES = [list(layout.INDICATORS)]
PERIODS = layout.PERIOD_TABLE.table.rows["period"].tolist()


@cache
def built(lang):
    return workbook_templates.build(NAME, lang)


def shipped(lang):
    return every.shipped(NAME, lang, values=True)


def column(book, name):
    """A result of the worked case's customers; blank texts as None."""
    return [row[0] or None for row in cells(book, layout.result_name(name))][:CUSTOMERS]


def formulas(book):
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                if isinstance(value, ArrayFormula):
                    yield sheet.title, cell.coordinate, value.text
                elif isinstance(value, str) and value.startswith("="):
                    yield sheet.title, cell.coordinate, value


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
def values(lang):
    return shipped(lang)


@pytest.fixture
def case(lang):
    return Case(lang)


class Live:
    """A new workbook whose cells are changed and which is then recalculated."""

    def __init__(self, path, lang):
        self.lang = lang
        self.path = new_workbook(NAME, path, lang=lang)
        self.book = Workbook.open(self.path)

    def place(self, name):
        text = next(one.text for one in self.book.names if one.name == name)
        sheet, area = text.rsplit("!", 1)
        return self.book.sheet(sheet.strip("'")), Area.parse(area.replace("$", ""))

    def set(self, name, value, row=0):
        sheet, area = self.place(name)
        sheet.set_values(area.first_row + row, area.first_column, [[value]])

    def input(self, table, row, name, value):
        fields = [one.name for one in layout.FIELDS[table]]
        sheet = self.book.sheet(layout.SHEETS[table][self.lang])
        sheet.set_values(7 + row, 2 + fields.index(name), [[value]])

    def policy(self, table, row, name, value):
        """Change a cell of a policy table, its rows counted from 0."""
        for sheet in built(self.lang):
            if table.name in sheet.tables:
                start = Area.parse(sheet.tables[table.name].ref)
                names = [one.name for one in table.table.columns]
                target = self.book.sheet(sheet.title)
                target.set_values(
                    start.first_row + 1 + row, start.first_column + names.index(name), [[value]]
                )
                return
        raise AssertionError(table.name)

    def calculate(self):
        assert calculate(self.book).uncomputed == []

    def named(self, name):
        sheet, area = self.place(name)
        return sheet.value(area.first_row, area.first_column)

    def column(self, name):
        sheet, area = self.place(layout.result_name(name))
        rows = sheet.values(
            area.first_row, area.first_column, area.first_row + CUSTOMERS - 1, area.first_column
        )
        return [row[0] or None for row in rows]


@pytest.fixture
def live(tmp_path, lang):
    return Live(tmp_path / "book.xlsx", lang)


def test_no_cell_shows_an_error(values):
    shown = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in values
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and ERROR.fullmatch(cell.value)
    ]
    assert shown == []


def test_the_checks_come_to_zero(values):
    assert cells(values, "check_total").value == 0


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
    before = live.column("colour")
    row = before.index({"en": "green", "zh": "绿色"}[live.lang])
    case = early_warning_case(live.lang)
    wanted = (case.customers[row]["customer_id"], PERIODS[7])
    place = [(one["customer_id"], one["period"]) for one in case.figures].index(wanted)
    live.input("figures", place, "overdue_days", 91)
    live.calculate()
    after = live.column("colour")
    assert after[row] == {"en": "red", "zh": "红色"}[live.lang]
    assert after[:row] + after[row + 1 :] == before[:row] + before[row + 1 :]
    assert live.named("check_total") == 0


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
    shown = live.column("colour")
    assert [a for a, b in zip(shown, expected, strict=True) if b] == [b for b in expected if b]
    assert shown != column(shipped(live.lang), "colour")


def test_the_page_follows_the_as_of_date(live):
    live.set("asof", serial_number(dt.date(2025, 12, 31)))
    live.calculate()
    assert live.column("colour") == column(shipped(live.lang), "colour_3")
    assert live.column("colour_3") == column(shipped(live.lang), "colour_2")
    assert live.named("check_total") == 0


def test_an_event_that_is_settled_no_longer_counts(live):
    events = early_warning_case(live.lang).events
    fraud = {"en": "Fraud or forged documents", "zh": "欺诈或提供虚假资料"}[live.lang]
    place = [row["event"] for row in events].index(fraud)
    ids = [row["customer_id"] for row in early_warning_case(live.lang).customers]
    customer = ids.index(events[place]["customer_id"])
    assert live.column("hard")[customer] is not None
    live.input("events", place, "cleared", serial_number(dt.date(2026, 3, 30)))
    live.calculate()
    assert live.column("hard")[customer] is None


def test_a_change_of_policy_changes_the_suggested_limit(live):
    orange = layout.WARNINGS.index("orange")
    live.policy(layout.ACTIONS, orange, "limit_change", -0.5)
    live.calculate()
    word = {"en": "orange", "zh": "橙色"}[live.lang]
    for colour, limit, new in zip(
        live.column("colour"), live.column("limit"), live.column("new_limit"), strict=True
    ):
        if colour == word:
            assert new == pytest.approx(limit / 2)


def test_results_come_in_the_language_of_the_one_cell(live):
    other = "zh" if live.lang == "en" else "en"
    live.set("lang", other)
    live.calculate()
    assert live.column("colour") == column(shipped(other), "colour")
    assert live.column("falling") == column(shipped(other), "falling")
    assert live.named("check_total") == 0


def test_a_blank_limit_or_review_gives_blanks_not_errors(live):
    for name in ("limit", "rate", "last_review", "tier"):
        live.input("customers", 2, name, None)
    live.calculate()
    for name in ("new_limit", "excess", "new_rate", "next_review"):
        assert live.column(name)[2] is None
    assert live.column("colour")[2] is not None


def test_the_customer_file_shows_the_customer_chosen(live):
    live.set("file_customer", "C0014")
    live.calculate()
    sheet = live.book.sheet(layout.SHEETS["customer_file"][live.lang])
    assert sheet.value(5, 7) == live.column("colour")[13]
    assert sheet.value(9, 3) == live.column("why")[13]


def test_figures_of_an_unknown_customer_are_told_by_the_checks(live):
    live.input("figures", 0, "customer_id", "C9999")
    live.calculate()
    assert live.named("check_total") > 0


def test_every_policy_table_that_a_result_rests_on_stands_in_the_workbook(lang):
    for sheet, cell, text in formulas(built(lang)):
        for name in re.findall(r"CR_\w+(?=\()", text):
            tables = [getattr(one.kind, "builtin", "") for one in FUNCTIONS[name].arguments]
            needed = sum(bool(one) for one in tables)
            assert text.count("[#All]") >= needed, (sheet, cell, text)
