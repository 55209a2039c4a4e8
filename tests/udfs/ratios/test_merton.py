import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

HULL = (3, 0.8, 10, 0.05)


def merton(figures, out=None, lang=None, **more):
    rest = [more.get(name) for name in ("drift", "years", "long_term_debt", "long_term_share")]
    return udfs.call("CR_MERTON", *figures, *rest, out, lang)


def one(*arguments, **more):
    ((cell,),) = merton(*arguments, **more)
    return cell


# MathWorks, documentation of mertonmodel, inputs shown to four or five digits.
MATHWORKS = [
    ((2.6406e7, 0.7103, 4e7, 0.05), 0.0306, 6.4210e7, 0.3010, 1.5237, 0.0638),
    ((2.6817e7, 0.3929, 3.5e7, 0.05), 0.03, 6.0109e7, None, 3.1679, 0.0008),
    ((3.9770e7, 0.3121, 3.5e7, 0.05), 0.031, 7.3063e7, None, 4.4298, 0.0),
]


@pytest.mark.parametrize(("figures", "drift", "assets", "volatility", "distance", "pd"), MATHWORKS)
def test_firms_of_the_mathworks_documentation(figures, drift, assets, volatility, distance, pd):
    assert one(figures, "assets", drift=drift) == pytest.approx(assets, rel=5e-4)
    if volatility is not None:
        assert one(figures, "volatility", drift=drift) == pytest.approx(volatility, abs=5e-4)
    assert one(figures, drift=drift) == pytest.approx(distance, abs=5e-4)
    assert one(figures, "pd", drift=drift) == pytest.approx(pd, abs=5e-4)


def test_firm_of_hulls_book():
    assert one(HULL, "assets") == pytest.approx(12.3954, abs=5e-5)
    assert one(HULL, "volatility") == pytest.approx(0.21230, abs=5e-6)
    assert one(HULL, "pd") == pytest.approx(0.12697, abs=5e-6)


def test_value_of_the_debt_and_expected_loss_of_hulls_book():
    debt = one(HULL, "assets") - 3
    assert debt == pytest.approx(9.395, abs=5e-4)
    riskless = 10 * math.exp(-0.05)
    assert (riskless - debt) / riskless == pytest.approx(0.0123, abs=5e-5)


def test_kmv_default_point_is_short_term_and_half_the_long_term_debt():
    whole = one((3, 0.8, 10, 0.05))
    assert one((3, 0.8, 6, 0.05), long_term_debt=8) == whole
    assert one((3, 0.8, 0, 0.05), long_term_debt=20) == whole
    assert one((3, 0.8, 4, 0.05), long_term_debt=6, long_term_share=1) == whole
    cells = merton((3, 0.8, [[6], [10]], 0.05), long_term_debt=[[8], [None]])
    assert cells == [[whole], [whole]]


def test_drift_left_out_or_blank_is_the_risk_free_rate_and_said_so():
    assert one(HULL) == one(HULL, drift=0.05)
    cells = merton((3, 0.8, [[10], [10]], 0.05), "why", drift=[[None], [0.02]])
    assert cells[0][0].endswith("drift 5.00% (the risk-free rate).")
    assert cells[1][0].endswith("drift 2.00%.")


def test_why_and_table_in_both_languages():
    assert one(HULL, "why") == (
        "Distance to default 1.1408, PD 12.6971%: assets 12.3954 with volatility 21.23% against a "
        "default point of 10 in 1 years, drift 5.00% (the risk-free rate)."
    )
    assert one(HULL, "why", "zh") == (
        "违约距离 1.1408，违约概率 12.6971%：资产价值 12.3954，资产波动率 21.23%，1 年后违约点 10，"
        "漂移率 5.00%（取无风险利率）。"
    )
    cells = merton(HULL, "table")
    assert cells[0] == [
        "distance_to_default",
        "pd",
        "asset_value",
        "asset_volatility",
        "default_point",
        "drift",
    ]
    assert merton(HULL, "table", "zh")[0][0] == "违约距离"


@pytest.mark.parametrize(
    ("figures", "code", "part"),
    [
        ((0, 0.8, 10, 0.05), "#NUM!", "equity must be a number above 0"),
        ((3, 0, 10, 0.05), "#NUM!", "equity_volatility must be"),
        ((3, 0.8, 0, 0.05), "#DIV/0!", "without debt there is no default"),
        ((3, 0.8, None, 0.05), "#N/A", "default_point is missing"),
        ((1e-300, 9, 1e300, 0.05), "#NUM!", "no asset value fits"),
        ((1e300, 9, 1e-300, 0.05), "#NUM!", "no asset value fits"),
    ],
)
def test_rows_without_a_result_say_why(figures, code, part):
    for out in ("value", "pd", "assets", "volatility"):
        cell = one(figures, out)
        assert cell == CellError(code)
        assert part in cell.reason
    assert part in one(figures, "why")


def _normal(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _equity(value, volatility, debt, rate, years):
    """Equity and its volatility from the assets: the model forwards."""
    spread = volatility * math.sqrt(years)
    d1 = (math.log(value / debt) + (rate + volatility**2 / 2) * years) / spread
    discounted = debt * math.exp(-rate * years)
    equity = value * _normal(d1) - discounted * _normal(d1 - spread)
    return equity, _normal(d1) * volatility * value / equity


ASSETS = st.tuples(
    st.floats(0.6, 20),
    st.floats(0.02, 1.5),
    st.floats(-0.02, 0.15),
    st.sampled_from([0.5, 1.0, 3.0, 5.0]),
)


@given(st.lists(ASSETS, min_size=1, max_size=10))
@settings(deadline=None, max_examples=60)
def test_assets_are_found_again_from_the_equity_they_give(firms):
    rows = []
    for leverage, volatility, rate, years in firms:
        if math.log(leverage) + rate * years < -4 * volatility * math.sqrt(years):
            volatility = 0.2  # noqa: PLW2901 - a firm certain to fail has no equity at all
        equity, own = _equity(100 * leverage, volatility, 100, rate, years)
        rows.append((100 * leverage, volatility, equity, own, rate, years))
    value, volatility, equity, own, rate, years = ([[row[i]] for row in rows] for i in range(6))
    for out, wanted in (("assets", value), ("volatility", volatility)):
        cells = merton((equity, own, 100, rate), out, years=years)
        assert np.allclose(np.array(cells, float), np.array(wanted), rtol=1e-6)
    together = merton((equity, own, 100, rate), years=years)
    alone = [
        one((e[0], o[0], 100, r[0]), years=t[0])
        for e, o, r, t in zip(equity, own, rate, years, strict=True)
    ]
    assert [cell for (cell,) in together] == alone


def test_very_safe_firms_keep_their_digits():
    # Equity a hundred times the debt: assets are equity plus discounted debt to the last digit.
    due = math.exp(-0.03)
    assert one((100, 0.2, 1, 0.03), "assets") == pytest.approx(100 + due, rel=1e-14)
    assert one((100, 0.2, 1, 0.03), "pd") < 1e-50


@given(st.floats(0.1, 2), st.floats(0.1, 5), st.floats(0.05, 3))
@settings(deadline=None, max_examples=40)
def test_more_debt_is_nearer_to_default(volatility, debt, more):
    near, far = (one((10, volatility, point, 0.03)) for point in (debt + more, debt))
    assert near < far
