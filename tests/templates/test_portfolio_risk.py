"""Concentration, large exposures, classes and provisions of the portfolio, against pandas."""

import numpy as np
import pandas as pd
import pytest

from tests.templates.every import errors, named, shipped
from workbook_templates import field, fields
from workbook_templates.portfolio import concentration, large_exposures, layout
from workbook_templates.portfolio.result_classes import BOOK_COLUMNS
from workbook_templates.portfolio.result_formulas import result_columns

CLASSES = {
    "en": ["normal", "special mention", "substandard", "doubtful", "loss"],
    "zh": ["正常", "关注", "次级", "可疑", "损失"],
}
DAYS = [0, 90, 270, 360]
"""Articles 10 to 13 of the Measures of 2023: overdue for more than so many days."""
OF_CIRCUMSTANCE = {"refinanced": 1, "changed_use": 1, "debt_evasion": 3}
GENERAL, SPECIFIC = 0.01, [0, 0.02, 0.25, 0.5, 1]
"""Guidelines on Loan Loss Provisions of 2002."""


def page(values, key, lang):
    return values[layout.SHEETS[key][lang]]


def rows(sheet, top, left, count, width):
    cells = sheet.iter_rows(top, top + count - 1, left, left + width - 1, values_only=True)
    return [list(row) for row in cells]


def frame(values, table, lang):
    listed = fields(table)
    sheet = values[layout.SHEETS[table][lang]]
    cells = sheet.iter_rows(layout.FIRST_ROW, None, 2, 1 + len(listed), values_only=True)
    made = pd.DataFrame(cells, columns=[one.name for one in listed])
    return made.dropna(subset=[listed[0].name])


def portfolio_by_hand(customers, loans, lang):
    """Each customer's exposure, class from 0 to 4, and provisions, from the inputs alone."""
    codes = {field_label(code, lang): place for code, place in OF_CIRCUMSTANCE.items()}
    yes = field("loans", "impaired").option_labels(lang)[0]
    of_customer = loans.groupby("customer_id")
    days = of_customer["overdue_days"].max()
    impaired = (loans["impaired"] == yes).groupby(loans["customer_id"]).any()
    stated = customers.set_index("customer_id")["circumstances"].map(codes).fillna(0)
    worst = np.maximum(np.searchsorted(DAYS, days), np.where(impaired, 2, 0))
    classes = np.maximum(worst, stated.reindex(days.index))
    exposure = of_customer["balance"].sum()
    needed = exposure * (GENERAL + np.array(SPECIFIC)[classes.astype(int)])
    return pd.DataFrame(
        {"exposure": exposure, "class": classes.astype(int), "needed": needed,
         "booked": of_customer["provision"].sum(), "loans": of_customer.size()}
    )  # fmt: skip


def field_label(code, lang):
    from udfs import tables  # noqa: PLC0415 - used here alone

    triggers = tables.builtin("loan_class_triggers").rows.set_index("class_trigger")
    return triggers.loc[code, "label_zh"] if lang == "zh" else code


@pytest.fixture
def book(lang):
    return shipped("portfolio", lang, values=True)


@pytest.fixture
def customers(book, lang):
    return frame(book, "customers", lang)


@pytest.fixture
def loans(book, lang):
    return frame(book, "loans", lang)


@pytest.fixture
def by_hand(customers, loans, lang):
    return portfolio_by_hand(customers, loans, lang)


@pytest.fixture
def results(book, lang):
    names = [column.name for column in result_columns(lang)]
    sheet = book[layout.SHEETS["results"][lang]]
    cells = sheet.iter_rows(layout.FIRST_ROW, None, 2, 1 + len(names), values_only=True)
    return pd.DataFrame(cells, columns=names).set_index("customer_id")


def test_a_customer_has_the_class_of_its_worst_loan(results, by_hand, lang):
    expected = [CLASSES[lang][place] for place in by_hand["class"].reindex(results.index)]
    assert results["five_tier"].tolist() == expected
    assert len(set(expected)) >= 4


def test_provisions_follow_from_class_and_exposure(results, by_hand):
    listed = by_hand.reindex(results.index)
    assert results["provision"].tolist() == pytest.approx(listed["needed"].tolist())
    assert results["booked"].tolist() == pytest.approx(listed["booked"].tolist())
    gap = listed["needed"] - listed["booked"]
    assert results["provision_gap"].tolist() == pytest.approx(gap.tolist())


def test_every_class_has_its_reason(results):
    assert results["five_tier_why"].str.len().min() > 10


def test_the_page_adds_up_each_class(book, by_hand, lang):
    shown = rows(page(book, "classification", lang), 9, 2, 5, 11)
    assert [row[0] for row in shown] == CLASSES[lang]
    for place, row in enumerate(shown):
        own = by_hand[by_hand["class"] == place]
        sums = own[["exposure", "needed", "booked"]].sum()
        assert row[1:4] == [len(own), own["loans"].sum(), sums["exposure"]]
        assert row[4] == pytest.approx(sums["exposure"] / by_hand["exposure"].sum())
        assert row[5] == pytest.approx(GENERAL + SPECIFIC[place])
        assert row[6:8] == pytest.approx([sums["exposure"] * r for r in (GENERAL, SPECIFIC[place])])
        assert row[8:] == pytest.approx([*sums[1:], sums["needed"] - sums["booked"]])


def test_ratios_are_held_against_the_regulatory_minimums(book, by_hand, lang):
    total = by_hand["exposure"].sum()
    bad = by_hand.loc[by_hand["class"] >= 2, "exposure"].sum()
    shown = rows(page(book, "classification", lang), 19, 3, 2, 6)
    for row, name in zip(shown, ("needed", "booked"), strict=True):
        held = by_hand[name].sum()
        required = max(1.5 * bad, 0.025 * total)
        assert row == pytest.approx([held, held / bad, 1.5, held / total, 0.025, required - held])
    assert page(book, "classification", lang)["B5"].value == pytest.approx(bad / total)


def test_the_matrix_goes_from_the_books_to_the_suggested_class(book, loans, by_hand, lang):
    suggested = loans["customer_id"].map(by_hand["class"])
    stated = [CLASSES[lang].index(text) for text in loans["five_tier"]]
    expected = loans.groupby([pd.Series(stated, loans.index), suggested])["balance"].sum()
    shown = rows(page(book, "classification", lang), 26, 3, 5, 5)
    for books in range(5):
        for place in range(5):
            assert shown[books][place] == expected.get((books, place), 0)
    assert sum(shown[i][j] for i in range(5) for j in range(i + 1, 5)) > 0


def test_industries_are_added_up_and_held_against_their_limits(book, results, lang):
    expected = results.groupby("industry")["exposure"].sum().sort_values(ascending=False)
    shown = rows(page(book, "concentration", lang), 9, 2, len(expected), 6)
    assert [row[0] for row in shown] == list(expected.index)
    assert [row[1] for row in shown] == expected.tolist()
    total = expected.sum()
    for row in shown:
        share, limit = row[1] / total, row[3]
        assert [row[2], row[4], row[5]] == pytest.approx(
            [share, share / limit, (limit - share) * total]
        )


def test_kinds_of_security_are_those_of_the_loans(book, loans, lang):
    expected = loans.groupby("guarantee")["balance"].sum().sort_values(ascending=False)
    sheet = page(book, "concentration", lang)
    top = 9 + 6 + 3 + 5 + 3 + 2
    shown = rows(sheet, top, 9, len(expected), 2)
    assert [tuple(row) for row in shown] == list(expected.items())


def hhi(amounts):
    return 10_000 * ((amounts / amounts.sum()) ** 2).sum()


def test_the_indices_are_the_squares_of_the_shares(book, customers, loans, results, lang):
    exposure = results["exposure"]
    group = customers.set_index("customer_id")["connected_group"]
    alone = group.fillna(group.index.to_series())
    tops = [
        hhi(exposure),
        *(hhi(exposure.groupby(keys).sum())
          for keys in (alone, results["industry"], results["region"], results["risk_tier"])),
        hhi(loans.groupby("guarantee")["balance"].sum()),
    ]  # fmt: skip
    shown = rows(page(book, "concentration", lang), 34, 3, 6, 2)
    assert [row[0] for row in shown] == pytest.approx(tops)
    assert [row[1] for row in shown] == pytest.approx([10_000 / top for top in tops])


def test_the_largest_customers_are_measured_against_net_capital(book, results, lang):
    exposure = results["exposure"].sort_values(ascending=False)
    capital = named(book, layout.NET_CAPITAL_NAME)
    sheet = page(book, "concentration", lang)
    shown = rows(sheet, 38, 10, 3, 5)
    for row, (number, limit) in zip(shown, ((10, 0.5), (1, 0.1), (20, None)), strict=True):
        amount = exposure[:number].sum()
        assert row[:3] == pytest.approx([amount, amount / exposure.sum(), amount / capital])
        assert row[3] == limit
        assert row[4] == (None if limit is None else pytest.approx(amount / capital / limit))


def test_large_exposures_are_listed_from_the_threshold_on(book, results, lang):
    tier1, capital = (named(book, name) for name in (layout.TIER1_NAME, layout.NET_CAPITAL_NAME))
    exposure = results["exposure"]
    large = exposure[exposure >= 0.025 * tier1].sort_values(ascending=False)
    assert 5 < len(large) < large_exposures.CUSTOMERS
    listed = rows(page(book, "large_exposures", lang), 9, 2, large_exposures.CUSTOMERS, 11)
    shown = [row for row in listed if row[1]]
    assert [row[1] for row in shown] == list(large.index)
    limit = min(0.1 * capital, 0.15 * tier1)
    for rank, (row, amount) in enumerate(zip(shown, large, strict=True), start=1):
        assert row[0] == rank
        assert row[4:6] == pytest.approx([amount, amount / tier1])
        room, over = max(limit - amount, 0), max(amount - limit, 0)
        assert row[7:] == pytest.approx([limit, amount / limit, room, over])
    assert any(row[10] > 0 for row in shown)


def test_groups_are_added_up_and_held_against_their_limit(book, customers, results, lang):
    tier1 = named(book, layout.TIER1_NAME)
    group = customers.set_index("customer_id")["connected_group"]
    sums = results["exposure"].groupby(group).sum().sort_values(ascending=False)
    sums = sums[sums >= 0.025 * tier1]
    top = 9 + large_exposures.CUSTOMERS + 3
    listed = rows(page(book, "large_exposures", lang), top, 2, large_exposures.GROUPS, 11)
    shown = [row for row in listed if row[1]]
    assert [row[1] for row in shown] == list(sums.index)
    for row, amount in zip(shown, sums, strict=True):
        limit = 0.2 * tier1
        assert row[3] == (group == row[1]).sum()
        expected = [limit, amount / limit, max(limit - amount, 0), max(amount - limit, 0)]
        assert row[7:] == pytest.approx(expected)
    assert any(row[10] > 0 for row in shown)


@pytest.mark.parametrize("key", ["concentration", "large_exposures", "classification"])
def test_a_page_prints_on_one_sheet(built, key, lang):
    sheet = built[layout.SHEETS[key][lang]]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.print_area


def test_the_page_has_a_row_for_every_industry_and_for_none():
    split = concentration._dimensions("en")  # noqa: SLF001 - how many rows a table has
    assert {code: one.rows for code, one in split.items()} == {
        "industry": 21, "region": 6, "tier": 5, "guarantee": 6,
    }  # fmt: skip


def test_books_columns_stand_for_the_options_of_the_field():
    assert len(BOOK_COLUMNS) == len(field("loans", "five_tier").options)


def listed_customers(live):
    sheet = live.book.sheet(layout.SHEETS["large_exposures"][live.lang])
    cells = sheet.values(9, 3, 8 + large_exposures.CUSTOMERS, 3)
    return [cell for (cell,) in cells if cell]


def test_more_capital_makes_fewer_exposures_large(live):
    before = listed_customers(live)
    live.set(layout.TIER1_NAME, 2 * layout.CAPITAL_OF_THE_CASE[layout.TIER1_NAME])
    live.calculate_and_check()
    after = listed_customers(live)
    assert 0 < len(after) < len(before)
    assert after == before[: len(after)]


def test_without_capital_nothing_is_large_and_nothing_is_an_error(live):
    for name in layout.CAPITAL_OF_THE_CASE:
        live.set(name, None)
    live.calculate_and_check()
    assert listed_customers(live) == []
    assert shown_errors(live) == []


def shown_errors(live):
    found = []
    for key in ("concentration", "large_exposures", "classification"):
        sheet = live.book.sheet(layout.SHEETS[key][live.lang])
        for row in sheet.values(1, 1, 70, 45):
            found += [cell for cell in row if str(cell).startswith("#")]
    return found


def set_loan(live, row, name, value):
    column = 2 + [one.name for one in fields("loans")].index(name)
    sheet = live.book.sheet(layout.SHEETS["loans"][live.lang])
    sheet.set_values(layout.FIRST_ROW + row, column, [[value]])


def test_a_loan_without_days_overdue_leaves_its_customer_without_a_class(live):
    owner = live.rows("res_customer_id")[0][0]
    set_loan(live, 0, "overdue_days", None)
    live.calculate_and_check()
    classes = [str(row[0]) for row in live.rows("res_five_tier")]
    assert classes.count("#N/A") == 1
    exposure = dict(
        zip((r[0] for r in live.rows("res_customer_id")), live.rows("res_exposure"), strict=True)
    )
    assert live["class_unknown"] == exposure[owner][0]
    reason = live.rows("res_five_tier_why")[0][0]
    assert "overdue_days" in str(reason)


def test_one_bad_loan_takes_its_customers_other_loans_along(live):
    loans_of = live.rows("res_loans")[0][0]
    assert loans_of > 1
    set_loan(live, 0, "overdue_days", 400)
    live.calculate_and_check()
    assert live.rows("res_five_tier")[0][0] == CLASSES[live.lang][4]
    assert live.rows("res_provision")[0][0] == pytest.approx(1.01 * live.rows("res_exposure")[0][0])


def test_limits_hold_in_the_other_language_too(live):
    sheet = live.book.sheet(layout.SHEETS["concentration"][live.lang])
    before = sheet.values(9, 5, 18, 5)
    live.set("lang", "en" if live.lang == "zh" else "zh")
    live.calculate_and_check()
    assert sheet.values(9, 5, 18, 5) == before
    assert sheet.value(9, 2) in ("Manufacturing", "制造业")


def test_the_other_scheme_needs_other_provisions(live):
    live.set("provision_scheme", "caijin_2012")
    live.calculate_and_check()
    sums = [row[0] for row in live.rows("class_exposure")]
    rates = (0.015, 0.03, 0.3, 0.6, 1)
    needed = sum(amount * rate for amount, rate in zip(sums, rates, strict=True))
    assert live["class_provision"] == pytest.approx(needed)


def test_an_empty_workbook_asks_for_the_capital(lang):
    from tests.templates.every import emptied  # noqa: PLC0415 - built only if this test runs

    book = emptied("portfolio", lang, values=True)
    assert named(book, layout.TIER1_NAME) is None
    assert errors(book) == []
