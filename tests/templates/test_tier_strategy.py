"""The tier-strategy workbook: right figures, and a what-if that answers."""

from importlib import resources

import openpyxl
import pandas as pd
import pytest

from tests.templates.every import named, shipped
from tests.templates.live import Live
from udfs import call, tables
from workbook_templates import template
from workbook_templates.tier_strategy.layout import CODES, FIELDS, SHEETS

NAME = "tier_strategy"
FIELD_NAMES = [one.name for one in FIELDS]
WORDS = tables.builtin("risk_tiers").rows.set_index("tier")


def word(tier, lang):
    return WORDS.loc[tier, f"label_{lang}"]


def customers(book, lang):
    rows = book[SHEETS["customers"][lang]].iter_rows(min_row=7, min_col=2, values_only=True)
    frame = pd.DataFrame([row[: len(FIELD_NAMES)] for row in rows], columns=FIELD_NAMES)
    return frame[frame["customer_id"].notna()]


def test_results_agree_with_plain_python(lang):
    book = shipped(NAME, lang, values=True)
    frame = customers(book, lang)
    cells = frame[["grade"]].to_numpy().tolist()
    pd_now = [row[0] for row in call("CR_GRADE2PD", cells)]
    lgd = frame["lgd"].fillna(0.45).astype(float)
    loss = lgd.to_numpy() * pd_now * frame["exposure"].to_numpy()
    count = len(frame)
    assert named(book, "res_pd_now")[:count] == pytest.approx(pd_now)
    assert named(book, "res_loss_now")[:count] == pytest.approx(list(loss))
    sales = frame[["revenue"]].to_numpy().tolist()
    weights = call(
        "CR_IRBRW", [[one] for one in pd_now], [[one] for one in lgd], 2.5, sales, "china"
    )
    capital = [w[0] * e * 0.105 for w, e in zip(weights, frame["exposure"], strict=True)]
    assert named(book, "res_capital_now")[:count] == pytest.approx(capital)
    assert named(book, "total_capital") == pytest.approx(sum(capital))
    assert named(book, "total_loss") == pytest.approx(loss.sum())


def test_income_changes_by_the_spread_of_the_new_tier(lang):
    book = shipped(NAME, lang, values=True)
    frame = customers(book, lang)
    spread = tables.builtin("tier_strategy").rows.set_index(f"label_{lang}")["spread_bp"]
    now, new = (named(book, f"res_tier_{when}")[: len(frame)] for when in ("now", "new"))
    gained = [spread[b] - spread[a] for a, b in zip(now, new, strict=True)]
    expected = frame["contribution"] + frame["exposure"] * gained / 10_000
    assert named(book, "res_income_new")[: len(frame)] == pytest.approx(list(expected))


def test_the_grid_counts_every_customer_once(lang):
    book = shipped(NAME, lang, values=True)
    assert named(book, "grid_customers") == named(book, "total_customers") == 40


def test_the_list_shows_movers_by_size(lang):
    book = shipped(NAME, lang, values=True)
    frame = customers(book, lang)
    now, new = (named(book, f"res_tier_{when}")[: len(frame)] for when in ("now", "new"))
    moved = frame[[a != b for a, b in zip(now, new, strict=True)]]
    ((sheet, area),) = book.defined_names["movers"].destinations
    shown = [(row[0].value, row[8].value) for row in book[sheet][area.replace("$", "")]]
    expected = moved.sort_values("exposure", ascending=False)[["customer_id", "exposure"]]
    assert shown == [tuple(row) for row in expected.to_numpy()][: len(shown)]


def test_the_proposal_in_force_moves_nobody(live):
    live.set("proposed_pd", 0.005, 0.005, 0.03, None)
    live.set("proposed_share", 0.2, None, None, None)
    live.set("proposed_npl", False, False, None, True)
    live.calculate_and_check()
    assert live["moved_better"] == live["moved_worse"] == 0
    for name in ("exposure", "loss", "capital", "income", "profit"):
        assert live[f"sum_{name}_new"] == pytest.approx(live[f"sum_{name}_now"])


def test_a_stricter_limit_moves_customers_to_a_worse_tier(live):
    before = live["moved_worse"]
    live.set("proposed_pd", 0.0001, 0.0001, 0.0005, None)
    live.calculate_and_check()
    assert live["moved_worse"] > before
    assert live.column("res_tier_new").count(word("high", live.lang)) > live.column(
        "res_tier_now"
    ).count(word("high", live.lang))


def test_a_downturn_raises_loss_and_capital_of_the_proposal_only(live):
    before = {name: live[name] for name in ("sum_loss_now", "sum_capital_now", "sum_loss_new")}
    live.set("pd_stress", 2)
    live.calculate_and_check()
    assert live["sum_loss_now"] == pytest.approx(before["sum_loss_now"])
    assert live["sum_capital_now"] == pytest.approx(before["sum_capital_now"])
    assert live["sum_loss_new"] > before["sum_loss_new"]


def test_nothing_repriced_leaves_the_income(live):
    live.set("repriced_share", 0)
    live.calculate_and_check()
    assert live["sum_income_new"] == pytest.approx(live["sum_income_now"])


def test_other_customers_typed_in_are_tiered(tmp_path, lang):
    live = Live(NAME, tmp_path, lang, without_case=True)
    yes, no = {"en": ("yes", "no"), "zh": ("是", "否")}[lang]
    live.set(
        "customer_rows",
        ["X1", "First", "AAA", 900, None, 500, 4000, 40, no, "M"],
        ["X2", "Second", "BB", 300, 0.4, 100, 2000, 9, no, "M"],
        ["X3", "Third", "AAA", 100, 0.4, 100, 2000, 5, yes, "M"],
    )
    live.calculate_and_check()
    tiers = [word(tier, lang) for tier in ("premium", "high", "high")]
    assert live.column("res_tier_now") == tiers
    assert live["total_customers"] == 3


def test_tiers_stand_in_the_order_of_the_policy():
    assert CODES == ("premium", "low", "medium", "high")
    with resources.as_file(template("tier_strategy").file("en")) as path:
        book = openpyxl.load_workbook(path, data_only=True)
    names = book[SHEETS["tiers"]["en"]]["C8:F8"][0]
    assert [cell.value for cell in names] == list(CODES)
