"""A solar plant from cash flow to schedule to covenants: what one function spills, the next takes."""

import numpy as np
import pytest

import udfs

HALF_YEARS = 40
LOAN = 30
RATE = 0.0335
METHODS = ["annuity", "equal principal"]
DSCR_ONLY = [["标准", "英文名称", "中文名称", "要求"], ["dscr", "DSCR", "偿债备付率", 1.3]]


def plant():
    """CFADS of 100 MW by half-year in ten thousand yuan: less sun in winter, ageing panels."""
    half = np.arange(HALF_YEARS)
    energy = 100_000 * 1650 * np.where(half % 2 == 0, 0.46, 0.54) * (0.98 - 0.0045 * (half // 2))
    revenue = energy * 0.2595 / 1.13 / 10_000
    costs = 520 * 1.02 ** (half // 2)
    taxed = np.where(half < 6, 0.0, np.where(half < 12, 0.125, 0.25))
    return revenue - costs - taxed * np.maximum(revenue - costs - 950, 0)


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def down(cells):
    return [[float(cell)] for cell in cells]


def columns(rows):
    headers, *body = rows
    return dict(zip(headers, map(list, zip(*body, strict=True)), strict=True))


@pytest.mark.parametrize("method", METHODS)
def test_debt_sized_by_dscr_and_scheduled_in_cents_just_meets_it(method):
    cash = down(plant())
    debt = one("CR_DEBTSIZE", cash, RATE, 1e6, LOAN, method, DSCR_ONLY, "半年")
    plan = columns(udfs.call("CR_SCHEDULE", debt, RATE, 6 * LOAN, method, "half-yearly"))
    service = down([*plan["payment"], *[0] * (HALF_YEARS - LOAN)])
    opening = down([*plan["opening"], *[0] * (HALF_YEARS - LOAN)])
    assert one("CR_DSCR", cash, service, None, None, None, "min") == pytest.approx(1.3, abs=1e-4)
    assert one("CR_BREAKEVEN", cash, service, 1.3) == pytest.approx(0, abs=1e-4)
    ratios = [cell for (cell,) in udfs.call("CR_LLCR", cash, RATE, opening, None, None, "半年")]
    assert min(ratios[:LOAN]) > 1.3
    assert ratios[LOAN:] == [None] * (HALF_YEARS - LOAN)
    whole = [cell for (cell,) in udfs.call("CR_PLCR", cash, RATE, opening, None, "半年")]
    assert all(w > r for w, r in zip(whole[:LOAN], ratios[:LOAN], strict=True))


def test_sculpted_principal_given_as_shares_repays_the_same():
    cash = down(plant())
    sculpted = columns(udfs.call("CR_SCULPT", cash, RATE, 1.3, LOAN, "half-yearly", None, "table"))
    debt = sculpted["opening"][0]
    plan = columns(
        udfs.call(
            "CR_REPAYPLAN", debt, RATE, down(sculpted["principal"]), None, None, "half-yearly"
        )
    )
    assert plan["closing"] == pytest.approx(sculpted["closing"], abs=0.011)
    assert plan["interest"] == pytest.approx(sculpted["interest"], abs=0.011)


def test_sculpting_carries_most_and_falling_payments_fit_an_ageing_plant_better_than_level_ones():
    cash = down(plant())
    sculpted, level, falling = (
        one("CR_DEBTSIZE", cash, RATE, 1e6, LOAN, method, DSCR_ONLY, "half-yearly")
        for method in ("sculpted", "annuity", "equal principal")
    )
    assert sculpted > falling > level
    assert sculpted == pytest.approx(one("CR_SCULPT", cash, RATE, 1.3, LOAN, "half-yearly"))


def test_seasonal_cash_flow_is_smoother_over_twelve_months():
    cash = down(plant())
    debt = one("CR_SCULPT", cash, RATE, 1.3, LOAN, "half-yearly")
    plan = columns(udfs.call("CR_SCHEDULE", debt, RATE, 6 * LOAN, None, "half-yearly"))
    service = down([*plan["payment"], *[0] * (HALF_YEARS - LOAN)])
    single = one("CR_DSCR", cash, service, None, None, None, "min")
    assert one("CR_DSCR", cash, service, None, None, 2, "min") > single
