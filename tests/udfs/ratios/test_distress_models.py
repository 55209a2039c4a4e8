import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

OHLSON = (1000, 600, 450, 300, 50, 40, 80, 1)
ZMIJEWSKI = (50, 1000, 600, 450, 300)


def call(name, figures, *more):
    """A call with the arguments that follow the figures: coefficients, out, lang."""
    sign = (None,) if name == "CR_ZMIJEWSKI" else ()
    return udfs.call(name, *figures, *sign, *more)


def one(name, figures, *more):
    ((cell,),) = call(name, figures, *more)
    return cell


def changed(model, term, coefficient):
    rows = udfs.call("CR_POLICY", "distress_models", "table")
    for row in rows[1:]:
        if row[:2] == [model, term]:
            row[-1] = coefficient
    return rows


def test_zmijewski_with_either_sign_of_the_current_ratio():
    assert one("CR_ZMIJEWSKI", ZMIJEWSKI) == pytest.approx(-1.14825, abs=1e-9)
    other = changed("zmijewski", "liquidity", -0.004)
    assert one("CR_ZMIJEWSKI", ZMIJEWSKI, other) == pytest.approx(-1.16025, abs=1e-9)
    for sign, score in (("minus", -1.16025), ("plus", -1.14825), ("table", -1.16025)):
        ((cell,),) = udfs.call("CR_ZMIJEWSKI", *ZMIJEWSKI, sign, other)
        assert cell == pytest.approx(score, abs=1e-9)


def test_zmijewski_probability_is_the_normal_distribution():
    expected = 0.5 * math.erfc(1.14825 / math.sqrt(2))
    assert one("CR_ZMIJEWSKI", ZMIJEWSKI, None, "pd") == pytest.approx(expected, rel=1e-12)


def test_ohlson_of_the_worked_case():
    assert one("CR_OHLSON", OHLSON) == pytest.approx(-1.097879, abs=5e-7)
    assert one("CR_OHLSON", OHLSON, None, "pd") == pytest.approx(0.250138, abs=5e-7)


@pytest.mark.parametrize(
    ("name", "figures", "zones"),
    [
        ("CR_ZMIJEWSKI", (50, 1000, [[600], [900]], 450, 300), ["sound", "distress"]),
        ("CR_OHLSON", (1000, [[600], [1300]], 450, 300, 50, 40, 80, 1), ["sound", "distress"]),
    ],
)
def test_zones(name, figures, zones):
    assert [cell for (cell,) in call(name, figures, None, "zone")] == zones
    chinese = [cell for (cell,) in call(name, figures, None, "zone", "zh")]
    assert chinese == ["正常", "困境"]


def test_a_score_on_the_cut_off_is_not_yet_distress():
    table = changed("zmijewski", "constant", -4.336 + 1.14825)
    assert one("CR_ZMIJEWSKI", ZMIJEWSKI, table) == 0
    assert one("CR_ZMIJEWSKI", ZMIJEWSKI, table, "zone") == "sound"


@pytest.mark.parametrize(
    ("name", "figures", "code", "part"),
    [
        ("CR_ZMIJEWSKI", (50, 1000, 600, 450, 0), "#DIV/0!", "current_liabilities is zero"),
        ("CR_ZMIJEWSKI", (50, 0, 600, 450, 1), "#NUM!", "assets must be a number above 0"),
        ("CR_ZMIJEWSKI", (None, 10, 600, 450, 1), "#N/A", "net_profit is missing"),
        ("CR_OHLSON", (1000, 0, 450, 300, 50, 40, 80, 1), "#DIV/0!", "liabilities is zero"),
        ("CR_OHLSON", (1000, 600, 0, 300, 50, 40, 80, 1), "#DIV/0!", "current_assets is zero"),
        ("CR_OHLSON", (1000, 600, 450, 300, 50, None, 80, 1), "#N/A", "prior_net_profit"),
        ("CR_OHLSON", (1000, 600, 450, 300, 50, 40, 80, 0), "#NUM!", "price_index must be"),
    ],
)
def test_rows_without_a_score_say_why(name, figures, code, part):
    assert one(name, figures) == CellError(code)
    for out in ("value", "pd", "zone", "why"):
        cell = one(name, figures, None, out)
        assert part in (cell if out == "why" else cell.reason)


def test_ohlson_without_profit_in_either_year_has_no_change():
    cells = udfs.call("CR_OHLSON", 1000, 600, 450, 300, 0, 0, 80, 1, None, "table")
    assert cells[1][cells[0].index("change of net profit / sum of absolute profits")] == 0


def test_why_and_table_in_both_languages():
    assert one("CR_ZMIJEWSKI", ZMIJEWSKI, None, "why") == (
        "Score -1.1482, probability 12.54%: sound (score not above 0); net profit / assets 0.05, "
        "liabilities / assets 0.6, current assets / current liabilities 1.5."
    )
    assert one("CR_OHLSON", OHLSON, None, "why", "zh").startswith(
        "得分 -1.0979，概率 25.01%：正常（概率不高于 0.5）；ln(总资产/物价指数) 6.908、总负债/总资产 0.6"
    )
    cells = udfs.call("CR_OHLSON", *OHLSON, None, "table", "zh")
    assert cells[0][-3:] == ["得分", "违约概率", "分区"]
    assert len(cells[0]) == 12
    assert cells[1][-1] == "正常"


def test_a_table_without_a_term_is_refused():
    rows = [row for row in udfs.call("CR_POLICY", "distress_models", "table") if row[1] != "size"]
    cell = one("CR_OHLSON", OHLSON, rows)
    assert cell.reason.startswith("coefficients, column model_term must be a row for every term")
    assert "no row ohlson, size" in cell.reason


AMOUNT = st.integers(1, 1000)
PROFIT = st.integers(-300, 300)


@given(st.lists(st.tuples(*[AMOUNT] * 4, *[PROFIT] * 3), min_size=1, max_size=8))
@settings(deadline=None, max_examples=40)
def test_ohlson_is_as_computed_by_hand_one_row_or_many(firms):
    columns = [[[firm[i]] for firm in firms] for i in range(7)]
    together = [cell for (cell,) in udfs.call("CR_OHLSON", *columns, 2.5)]
    for firm, cell in zip(firms, together, strict=True):
        ta, tl, ca, cl, ni, before, ffo = firm
        swing = (ni - before) / (abs(ni) + abs(before)) if ni or before else 0
        score = (
            -1.32
            - 0.407 * np.log(ta / 2.5)
            + 6.03 * tl / ta
            - 1.43 * (ca - cl) / ta
            + 0.0757 * cl / ca
            - 1.72 * (tl > ta)
            - 2.37 * ni / ta
            - 1.83 * ffo / tl
            + 0.285 * (ni < 0 and before < 0)
            - 0.521 * swing
        )
        assert math.isclose(cell, score, rel_tol=1e-9, abs_tol=1e-9)
        assert one("CR_OHLSON", (*firm, 2.5)) == cell


@given(st.integers(1, 2000), st.integers(1, 500))
@settings(deadline=None, max_examples=30)
def test_more_debt_never_lowers_zmijewski(liabilities, more):
    scores = [
        one("CR_ZMIJEWSKI", (50, 1000, debt, 450, 300))
        for debt in (liabilities, liabilities + more)
    ]
    assert scores[0] < scores[1]
