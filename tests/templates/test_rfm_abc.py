"""The RFM and ABC workbook: figures that pandas finds too, and pages that follow the inputs."""

import datetime as dt

import pandas as pd
import pytest

from tests.templates.every import named, shipped
from tests.templates.live import Live
from workbook_templates.rfm_abc.layout import FIELDS, SHEETS, VALUE_RISK

NAME = "rfm_abc"
AS_OF = pd.Timestamp("2026-03-31")
MISSED = {"en": "missed", "zh": "未按期还款"}


def frame(book, table, lang):
    names = [one.name for one in FIELDS[table]]
    rows = book[SHEETS[table][lang]].iter_rows(min_row=7, min_col=2, values_only=True)
    found = pd.DataFrame([row[: len(names)] for row in rows], columns=names)
    return found[found["customer_id"].notna()]


@pytest.fixture
def results(lang):
    book = shipped(NAME, lang, values=True)
    names = (
        "customer_id",
        "recency",
        "frequency",
        "monetary",
        "contribution",
        "r",
        "f",
        "m",
        "abc",
    )
    found = pd.DataFrame({name: named(book, f"res_{name}") for name in names})
    return found[found["customer_id"].notna()].set_index("customer_id")


@pytest.fixture
def events(lang):
    found = frame(shipped(NAME, lang, values=True), "transactions", lang)
    found["date"] = pd.to_datetime(found["date"])
    return found


def test_recency_frequency_and_amount_are_those_of_pandas(results, events, lang):
    inside = events[events["date"] > AS_OF - pd.DateOffset(months=24)]
    paid = events[events["kind"] != MISSED[lang]]
    recency = (AS_OF - paid.groupby("customer_id")["date"].max()).dt.days
    counts = inside[inside["kind"] != MISSED[lang]].groupby("customer_id").size()
    sums = inside.groupby("customer_id")["amount"].sum()
    active = results[results["frequency"] > 0].index
    assert results.loc[active, "recency"].tolist() == recency[active].tolist()
    assert results.loc[active, "frequency"].tolist() == counts[active].tolist()
    assert results["monetary"].tolist() == pytest.approx(
        sums.reindex(results.index).fillna(0).tolist()
    )


def test_scores_are_quantiles_of_pandas(results):
    active = results[results["frequency"] > 0]
    for score, measure, sign in (("r", "recency", -1), ("m", "monetary", 1)):
        ranks = pd.qcut(sign * active[measure], 5, labels=False, duplicates="drop") + 1
        agree = (ranks == active[score]).mean()
        assert agree > 0.85, score


def test_classes_follow_the_cumulative_share(results):
    ordered = results.sort_values("contribution", ascending=False)
    reached = ordered["contribution"].cumsum() / ordered["contribution"].sum()
    assert (reached[ordered["abc"] == "A"] <= 0.8 + 1e-9).all()
    assert (reached[ordered["abc"] == "C"] > 0.95).all()


def test_the_heat_maps_add_up(lang):
    book = shipped(NAME, lang, values=True)
    for name, total in (
        ("map_customers", 40),
        ("map_contribution", named(book, "total_contribution")),
    ):
        ((sheet, area),) = book.defined_names[name].destinations
        shown = [cell.value for row in book[sheet][area.replace("$", "")] for cell in row]
        assert sum(shown) == pytest.approx(total)


def test_the_worked_case_fills_the_maps_and_most_segments(results, lang):
    book = shipped(NAME, lang, values=True)
    assert sum(count > 0 for count in named(book, "segment_customers")) >= 8
    assert results["abc"].nunique() == 3


def test_a_risky_customer_is_not_offered_growth(lang):
    book = shipped(NAME, lang, values=True)
    risky = VALUE_RISK.table.rows
    allowed = set(risky.loc[risky["code"].str.endswith("L"), f"action_{lang}"])
    ((sheet, area),) = book.defined_names["action_list"].destinations
    rows = [[cell.value for cell in row] for row in book[sheet][area.replace("$", "")]]
    found = [row[8] for row in rows if row[5] and row[5][1] == "L"]
    assert found
    assert set(found) <= allowed


def test_the_list_runs_from_the_highest_priority_down(lang):
    book = shipped(NAME, lang, values=True)
    ((sheet, area),) = book.defined_names["action_list"].destinations
    shown = [row[6].value for row in book[sheet][area.replace("$", "")]]
    assert shown == sorted(shown, reverse=True)
    best = sorted(
        (one for one in named(book, "res_vrn_index") if one not in (None, "")), reverse=True
    )
    assert shown == pytest.approx(best[: len(shown)])


def test_a_wider_class_a_holds_more_customers(live):
    before = live.column("res_abc").count("A")
    live.set("abc_cut_a", 0.9)
    live.calculate_and_check()
    assert live.column("res_abc").count("A") > before


def test_fewer_scores_leave_the_pages_whole(live):
    live.set("rfm_bins", 3)
    live.calculate_and_check()
    assert set(live.column("res_r")) <= {0, 1, 2, 3}
    assert sum(cell for row in live.rows("map_customers") for cell in row) == 40


def test_an_overdue_customer_is_at_risk_at_best(live):
    names = live.column("segment_names")
    sheet, area = live.place("customers_rows")
    places = [i for i, one in enumerate(live.column("res_segment")) if one == names[1]]
    sheet.set_values(area.first_row + places[0], area.first_column + 3, [[45]])
    live.calculate_and_check()
    assert live.rows("res_segment")[places[0]][0] == names[7]


def test_customers_and_events_typed_in_are_scored(tmp_path, lang):
    live = Live(NAME, tmp_path, lang, without_case=True)
    live.set("customers_rows", ["X1", "First", "AA", 0, 2, "M"], ["X2", "Second", "BB", 0, 1, "M"])
    kind = {"en": "fee", "zh": "收费"}[lang]
    live.set(
        "transactions_rows",
        ["X1", dt.date(2026, 3, 1), 10, kind],
        ["X1", dt.date(2025, 3, 1), 30, kind],
        ["X2", dt.date(2025, 9, 1), 5, kind],
    )
    live.calculate_and_check()
    assert live.column("res_recency") == [30, 211]
    assert live.column("res_frequency") == [2, 1]
    assert live.column("res_monetary") == [40, 5]
    assert live["total_contribution"] == pytest.approx(22.5)
