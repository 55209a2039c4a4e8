import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import udfs

METHODS = ["annuity", "equal principal", "bullet", "single payment", "flat"]
HEADERS = ["period", "date", "rate", "opening", "interest", "principal", "payment", "closing", "unpaid interest"]  # fmt: skip
STEP = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}
ARGUMENTS = (
    "amount", "rate", "months", "method", "frequency", "grace", "residual", "start", "first_date",
    "day_count", "grace_interest", "resets", "decimals", "lang",
)  # fmt: skip
PLAN_ARGUMENTS = (
    "amount", "rate", "shares", "months", "by", "frequency", "start", "first_date", "day_count",
    "resets", "decimals", "lang",
)  # fmt: skip


def error_of(name, arguments, **given_cells):
    ((cell,),) = udfs.call(name, *(given_cells.get(argument) for argument in arguments))
    return cell


def table(name, arguments, **given_cells):
    headers, *rows = udfs.call(name, *(given_cells.get(argument) for argument in arguments))
    assert headers == HEADERS
    return pd.DataFrame(rows, columns=headers)


def schedule(**given_cells):
    return table("CR_SCHEDULE", ARGUMENTS, **given_cells)


def plan(**given_cells):
    return table("CR_REPAYPLAN", PLAN_ARGUMENTS, **given_cells)


def dates(frame):
    days = frame["date"].astype(float).astype("int64").to_numpy()
    return (np.datetime64("1899-12-30") + days).astype(str).tolist()


# --- what holds for every schedule ----------------------------------------------------------------


LOANS = st.fixed_dictionaries(
    {
        "amount": st.floats(1, 1e8).map(lambda x: round(x, 2)),
        "rate": st.floats(0, 0.36),
        "count": st.integers(1, 60),
        "method": st.sampled_from(METHODS),
        "frequency": st.sampled_from(list(STEP)),
        "grace": st.integers(0, 59),
        "share": st.floats(0, 1),
        "grace_interest": st.sampled_from(["paid", "capitalised", "deferred"]),
        "day_count": st.sampled_from(["30/360", "act/360", "act/365"]),
        "decimals": st.sampled_from([0, 2, 6]),
        "start": st.dates(pd.Timestamp("2000-01-01").date(), pd.Timestamp("2040-12-31").date()),
    }
)


@settings(max_examples=150, deadline=None)
@given(loan=LOANS, cuts=st.lists(st.tuples(st.integers(1, 3000), st.floats(0, 0.3)), max_size=3))
def test_account_adds_up_and_ends_at_zero(loan, cuts):
    start = np.datetime64(loan["start"])
    resets = None
    if cuts:
        by_day = {str(start + day): rate for day, rate in cuts}
        resets = [["date", "rate"], *([day, rate] for day, rate in by_day.items())]
    amount = round(loan["amount"], loan["decimals"])
    assume(amount > 0)
    frame = schedule(
        amount=amount, rate=loan["rate"], months=loan["count"] * STEP[loan["frequency"]],
        method=loan["method"], frequency=loan["frequency"], grace=loan["grace"] % loan["count"],
        residual=round(loan["share"] * amount, 2), start=str(start), day_count=loan["day_count"],
        grace_interest=loan["grace_interest"], resets=resets, decimals=loan["decimals"],
    )  # fmt: skip
    assert len(frame) == loan["count"]
    slack = 1e-9 * amount + 1e-9
    numbers = frame.drop(columns="date").astype(float)
    assert numbers["opening"].iloc[0] == amount
    assert (numbers["opening"].to_numpy()[1:] == numbers["closing"].to_numpy()[:-1]).all()
    assert numbers["closing"].iloc[-1] == 0
    assert numbers["unpaid interest"].iloc[-1] == 0
    assert numbers["principal"].sum() == pytest.approx(amount, abs=slack)
    paid = numbers["interest"].sum() + amount
    assert numbers["payment"].sum() == pytest.approx(paid, abs=slack * loan["count"])
    assert (numbers["payment"] >= 0).all()
    cents = numbers[["interest", "principal", "payment", "closing"]] * 10 ** loan["decimals"]
    assert np.allclose(cents, cents.round(), atol=1e-3, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    loan=LOANS.filter(lambda loan: loan["method"] in ("annuity", "equal principal", "bullet")),
    cuts=st.lists(st.tuples(st.integers(1, 3000), st.floats(0, 0.3)), max_size=2),
)
def test_payments_discounted_at_the_rates_of_their_periods_are_the_amount(loan, cuts):
    start = np.datetime64(loan["start"])
    by_day = {str(start + day): rate for day, rate in cuts}
    resets = [["date", "rate"], *([d, r] for d, r in by_day.items())] if cuts else None
    treatment = "capitalised" if loan["grace_interest"] == "deferred" else loan["grace_interest"]
    frame = schedule(
        amount=loan["amount"], rate=loan["rate"],
        months=loan["count"] * STEP[loan["frequency"]], method=loan["method"],
        frequency=loan["frequency"], grace=loan["grace"] % loan["count"],
        residual=round(loan["share"] * loan["amount"], 2), start=str(start),
        day_count=loan["day_count"], grace_interest=treatment, resets=resets, decimals=10,
    )  # fmt: skip
    factor, value = 1.0, 0.0
    for row in frame.itertuples(index=False):
        if not row.opening:
            break
        factor /= 1 + row.interest / row.opening
        value += row.payment * factor
    assert value == pytest.approx(loan["amount"], rel=1e-7)


@settings(max_examples=60, deadline=None)
@given(loan=LOANS)
def test_unrounded_schedule_is_what_the_closed_forms_say(loan):
    grace, months = loan["grace"] % loan["count"], loan["count"] * STEP[loan["frequency"]]
    residual = round(loan["share"] * loan["amount"], 2)
    frame = schedule(
        amount=loan["amount"], rate=loan["rate"], months=months, method=loan["method"],
        frequency=loan["frequency"], grace=grace, residual=residual, decimals=10,
    )  # fmt: skip
    cells = (loan["amount"], loan["rate"], months)
    rest = (loan["method"], loan["frequency"], grace, residual)
    ((first, last, interest, whole), *_) = udfs.call("CR_INSTALMENT", *cells, *rest, "table")[1:]
    # The tenth decimal of every payment is rounded, and what that leaves out bears interest.
    growth = (1 + loan["rate"] * STEP[loan["frequency"]] / 12) ** np.arange(loan["count"] + 1)
    slack = 1e-9 * loan["amount"] + 1e-10 * growth.sum() * loan["count"]
    place = -1 if loan["method"] == "single payment" else grace
    assert frame["payment"].iloc[place] == pytest.approx(first, abs=slack)
    assert frame["payment"].iloc[-1] == pytest.approx(last, abs=slack)
    assert frame["interest"].sum() == pytest.approx(interest, abs=slack)
    assert frame["payment"].sum() == pytest.approx(whole, abs=slack)
    paid = [[i + 1] for i in range(loan["count"])]
    balances = [cell for (cell,) in udfs.call("CR_BALANCE", *cells, paid, *rest)]
    assert frame["closing"].tolist() == pytest.approx(balances, abs=slack)


# --- known schedules ------------------------------------------------------------------------------


def test_mortgage_of_360_months_is_level_to_the_cent_but_for_the_last():
    frame = schedule(amount=1_000_000, rate=0.035, months=360)
    assert set(frame["payment"][:-1]) == {4490.45}
    assert abs(frame["payment"].iloc[-1] - 4490.45) < 5
    assert frame["interest"].iloc[0] == 2916.67


def test_equal_principal_falls_by_the_same_interest_every_period():
    frame = schedule(amount=1200, rate=0.06, months=12, method="等额本金")
    assert set(frame["principal"]) == {100}
    assert frame["payment"].tolist() == [100 + 0.5 * k for k in range(12, 0, -1)]


def test_bullet_pays_interest_and_the_amount_at_the_end():
    frame = schedule(amount=500, rate=0.042, months=12, method="到期还本", frequency="quarterly")
    assert frame["payment"].tolist() == [5.25, 5.25, 5.25, 505.25]


def test_single_payment_has_simple_interest_that_waits_unpaid():
    frame = schedule(amount=500, rate=0.042, months=3, method="利随本清")
    assert frame["payment"].tolist() == [0, 0, 505.25]
    assert frame["unpaid interest"].tolist() == [1.75, 3.5, 0]


def test_flat_interest_is_on_the_amount_lent():
    frame = schedule(amount=1200, rate=0.06, months=12, method="等本等息")
    assert set(frame["payment"]) == {106}


@pytest.mark.parametrize(
    ("treatment", "payments", "closing"),
    [
        ("paid", [10, 10, 510, 505], [1000, 1000, 500, 0]),
        ("capitalised", [0, 0, 520.25, 515.15], [1010, 1020.1, 510.05, 0]),
        ("deferred", [0, 0, 530, 505], [1000, 1000, 500, 0]),
        ("延期", [0, 0, 530, 505], [1000, 1000, 500, 0]),
    ],
)
def test_interest_of_the_grace_is_paid_added_or_deferred(treatment, payments, closing):
    frame = schedule(
        amount=1000, rate=0.04, months=12, method="equal principal", frequency="quarterly",
        grace=2, grace_interest=treatment,
    )  # fmt: skip
    assert frame["payment"].tolist() == payments
    assert frame["closing"].tolist() == closing


def test_balloon_is_paid_with_the_last_instalment():
    frame = schedule(amount=1000, rate=0.06, months=4, method="equal principal", residual=400)
    assert frame["principal"].tolist() == [150, 150, 150, 550]
    level = schedule(amount=1000, rate=0.06, months=4, residual=400, decimals=8)
    assert level["payment"].iloc[-1] == pytest.approx(level["payment"].iloc[0] + 400, abs=1e-6)


def test_decimals_round_halves_up():
    frame = schedule(amount=1000.5, rate=0.06, months=2, method="bullet", decimals=1)
    assert frame["interest"].tolist() == [5.0, 5.0]
    assert schedule(amount=1.005, rate=0, months=1)["payment"].tolist() == [1.01]
    assert schedule(amount=0.05, rate=0, months=12)["payment"].sum() == pytest.approx(0.05)


# --- dates and days -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "first", "frequency", "months", "expected"),
    [
        ("2026-01-31", None, "monthly", 4, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("2023-11-30", None, "monthly", 4, ["2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30"]),
        ("2026-03-12", "2026-03-20", "monthly", 3, ["2026-03-20", "2026-04-20", "2026-05-20"]),
        ("2026-03-12", "2026-06-21", "quarterly", 9, ["2026-06-21", "2026-09-21", "2026-12-21"]),
        ("2024-02-29", None, "yearly", 24, ["2025-02-28", "2026-02-28"]),
    ],
)  # fmt: skip
def test_payments_keep_their_day_or_take_the_months_last(start, first, frequency, months, expected):
    frame = schedule(
        amount=100, rate=0.05, months=months, frequency=frequency, start=start, first_date=first
    )
    assert dates(frame) == expected


@pytest.mark.parametrize(
    ("day_count", "start", "first", "interest"),
    [
        ("30/360", "2026-01-31", None, [100, 100, 100]),
        ("act/360", "2026-01-31", None, [93.33, 103.33, 100]),
        ("act/365", "2026-01-31", None, [92.05, 101.92, 98.63]),
        ("act/365", "2024-01-31", None, [95.34, 101.92, 98.63]),
        ("30/360", "2026-03-12", "2026-03-20", [26.67, 100, 100]),
        ("30/360", "2026-03-12", "2026-05-20", [226.67, 100, 100]),
        ("act/360", "2026-03-12", "2026-03-20", [26.67, 103.33, 100]),
        ("30/360", "2026-03-31", "2026-04-15", [50, 100, 100]),
    ],
)
def test_interest_follows_the_day_count(day_count, start, first, interest):
    frame = schedule(
        amount=24_000, rate=0.05, months=3, method="bullet", start=start, first_date=first,
        day_count=day_count,
    )  # fmt: skip
    assert frame["interest"].tolist() == pytest.approx(interest, abs=0.006)


def test_annuity_by_days_is_level_all_the_same():
    frame = schedule(
        amount=100_000, rate=0.05, months=24, start="2026-01-31", day_count="act/360", decimals=6
    )
    assert np.ptp(frame["payment"].astype(float)) < 1e-4


# --- rate changes ---------------------------------------------------------------------------------


def test_new_rate_from_the_first_of_january_splits_its_period_by_days():
    resets = [["日期", "利率"], ["2027-01-01", 0.03]]
    frame = schedule(
        amount=1_000_000, rate=0.036, months=24, start="2026-01-20", day_count="act/360",
        method="bullet", resets=resets,
    )  # fmt: skip
    assert dates(frame)[11] == "2027-01-20"
    # From 20 December: 12 days at the old rate, 19 at the new one.
    assert frame["interest"].iloc[11] == pytest.approx(1e6 * (12 * 0.036 + 19 * 0.03) / 360, abs=0.006)  # fmt: skip
    assert frame["rate"].tolist() == [0.036] * 11 + [0.03] * 13


def test_lpr_mortgage_is_level_between_resets_and_worked_out_anew_at_each():
    resets = [["date", "rate"], ["2028-01-01", 0.031], ["2027-01-01", 0.033]]
    frame = schedule(amount=1_000_000, rate=0.035, months=360, start="2026-03-01", resets=resets)
    payments = frame["payment"].tolist()
    assert dates(frame)[9] == "2027-01-01"
    assert set(payments[:10]) == {4490.45}
    for place, rate in ((10, 0.033), (22, 0.031)):
        owed, left = frame["opening"].iloc[place], 360 - place
        ((level,),) = udfs.call("CR_INSTALMENT", owed, rate, left)
        assert payments[place] == pytest.approx(level, abs=0.006)
        assert len(set(payments[place : place + 12])) == 1


def test_change_before_the_start_holds_from_the_beginning():
    resets = [["date", "rate"], ["2020-01-01", 0.06], ["2021-01-01", 0.048]]
    frame = schedule(amount=1000, rate=0.9, months=2, start="2026-03-01", resets=resets)
    assert frame["rate"].tolist() == [0.048, 0.048]
    assert frame["interest"].iloc[0] == 4


# --- bad calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ({"months": 13, "frequency": "quarterly"}, "#NUM!", "multiple of 3"),
        ({"months": 12, "grace": 12}, "#NUM!", "less than the 12 payments"),
        ({"residual": 101}, "#NUM!", "at most the amount 100"),
        ({"rate": 1e308}, "#NUM!", "rate must be low enough"),
        ({"rate": 1e200}, "#NUM!", "got '1e+200'"),
        (
            {"start": "2026-03-20", "resets": [["date", "rate"], ["2026-05-01", 1e308]]},
            "#NUM!",
            "resets, column rate must be low enough",
        ),
        ({"day_count": "act/360"}, "#VALUE!", "day_count act/360"),
        ({"first_date": "2026-03-20"}, "#VALUE!", "given with first_date"),
        ({"resets": [["date", "rate"], ["2026-01-01", 0.04]]}, "#VALUE!", "given with resets"),
        ({"start": "2026-03-20", "first_date": "2026-03-20"}, "#VALUE!", "after start"),
        (
            {"start": "2026-03-20", "resets": [["date", "rate"], ["2026-05-01", -0.01]]},
            "#VALUE!",
            "at least 0",
        ),
        (
            {
                "start": "2026-03-20",
                "resets": [["date", "rate"], ["2026-05-01", 0.1], ["2026-05-01", 0.2]],
            },
            "#VALUE!",
            "2026-05-01 twice",
        ),
        ({"method": "rent"}, "#VALUE!", "annuity, equal principal"),
        ({"amount": 0}, "#NUM!", "above 0"),
        ({"rate": None}, "#N/A", "rate"),
    ],
)
def test_loan_that_cannot_be_says_why(cells, code, words):
    cells = {"amount": 100, "rate": 0.05, "months": 12} | cells
    error = error_of("CR_SCHEDULE", ARGUMENTS, **cells)
    assert error.code == code
    assert words in error.reason
    assert error.reason_zh


def test_headers_are_chinese_when_asked():
    headers, *_ = udfs.call("CR_SCHEDULE", 100, 0.05, 1, *[None] * 10, "zh")
    assert headers == [
        "期数",
        "日期",
        "利率",
        "期初余额",
        "利息",
        "本金",
        "还款额",
        "期末余额",
        "挂账利息",
    ]


# --- given shares ---------------------------------------------------------------------------------


def test_seasonal_principal_is_repeated_every_year():
    harvest = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0]
    frame = plan(amount=600, rate=0.06, shares=harvest, months=24, start="2026-01-15")
    due = frame[frame["principal"] > 0]
    assert dates(due) == ["2026-10-15", "2026-11-15", "2027-10-15", "2027-11-15"]
    assert due["principal"].tolist() == [100, 200, 100, 200]
    assert frame["closing"].iloc[-1] == 0
    assert frame["payment"].iloc[0] == 3


def test_stepped_payments_keep_their_proportions():
    steps = [[1.05 ** (i // 12)] for i in range(36)]
    frame = plan(amount=100_000, rate=0.045, shares=steps, by="payment", decimals=8)
    payments = frame["payment"].to_numpy(float)
    assert payments[12:] / payments[:-12] == pytest.approx([1.05] * 24, rel=1e-6)
    level = plan(amount=100_000, rate=0.045, shares=[[1]] * 36, by="payment")
    assert level["payment"][:-1].tolist() == [2974.69] * 35


def test_given_principal_profile_is_followed():
    principal = [53.82, 64.74, 76.32, 88.59, 101.59]
    frame = plan(amount=sum(principal), rate=0.06, shares=principal, frequency="yearly")
    assert frame["principal"].tolist() == pytest.approx(principal, abs=1e-9)


def test_payment_that_does_not_pay_the_interest_lets_the_balance_rise():
    frame = plan(amount=1000, rate=0.12, shares=[0, 1, 1], by="payment")
    assert frame["closing"].iloc[0] == 1010
    assert frame["principal"].iloc[0] == -10
    assert frame["principal"].sum() == pytest.approx(1000)


@settings(max_examples=80, deadline=None)
@given(
    amount=st.floats(1, 1e7).map(lambda x: round(x, 2)),
    rate=st.floats(0, 0.3),
    shares=st.lists(st.one_of(st.just(0.0), st.floats(0.01, 100)), min_size=1, max_size=24),
    by=st.sampled_from(["principal", "payment"]),
    times=st.integers(1, 3),
)
def test_plan_adds_up_and_ends_at_zero_where_its_shares_end(amount, rate, shares, by, times):
    months = len(shares) * times
    cells = {"amount": amount, "rate": rate, "shares": shares, "months": months, "by": by}
    if not any(shares):
        assert error_of("CR_REPAYPLAN", PLAN_ARGUMENTS, **cells).code == "#NUM!"
        return
    frame = plan(**cells)
    last = max(i for i in range(months) if shares[i % len(shares)])
    assert (frame["closing"].to_numpy()[last:] == 0).all()
    assert frame["principal"].sum() == pytest.approx(amount, abs=1e-6 * amount)
    assert frame["payment"].sum() == pytest.approx(
        amount + frame["interest"].sum(), abs=1e-9 * amount * months
    )
    if by == "principal":
        whole = sum(shares) * times
        expected = [amount * shares[i % len(shares)] / whole for i in range(months)]
        assert frame["principal"].tolist() == pytest.approx(expected, abs=0.0101)


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ({"shares": [0, 0]}, "#NUM!", "above 0 somewhere"),
        ({"shares": [1, -1]}, "#NUM!", "shares, cell 2"),
        ({"shares": [1, "x"]}, "#VALUE!", "shares, cell 2"),
        ({"shares": [1], "months": 4, "frequency": "quarterly"}, "#NUM!", "multiple of 3"),
        ({"shares": [1], "months": 2, "frequency": "quarterly"}, "#NUM!", "multiple of 3"),
        # Nothing is paid before the value of a payment is 0 to a computer.
        ({"shares": [0, 0, 1], "rate": 1e200, "by": "payment"}, "#NUM!", "rate must be low enough"),
    ],
)
def test_shares_that_cannot_be_used_are_named(cells, code, words):
    error = error_of("CR_REPAYPLAN", PLAN_ARGUMENTS, **({"amount": 100, "rate": 0.05} | cells))
    assert error.code == code
    assert words in error.reason
    assert error.reason_zh


def test_odd_days_and_a_reset_within_a_period_change_that_payment_only():
    # A mortgage drawn on 12 March and paid on the 20th; the LPR is reset on 1 January.
    resets = [["date", "rate"], ["2025-01-01", 0.033]]
    frame = schedule(
        amount=2_000_000, rate=0.0385, months=360, start="2024-03-12", first_date="2024-04-20",
        resets=resets,
    )  # fmt: skip
    payments, interest = frame["payment"].tolist(), frame["interest"].tolist()
    ((level,),) = udfs.call("CR_INSTALMENT", 2_000_000, 0.0385, 360)
    assert payments[1:9] == [round(level, 2)] * 8
    extra = 2_000_000 * 0.0385 * 8 / 360
    assert payments[0] == pytest.approx(level + extra, abs=0.011)
    ((anew,),) = udfs.call("CR_INSTALMENT", frame["opening"].iloc[9], 0.033, 351)
    assert payments[10:20] == [round(anew, 2)] * 10
    # From 20 December: 11 days of 30/360 at the old rate, 19 at the new one.
    mixed = frame["opening"].iloc[9] * (0.0385 * 11 + 0.033 * 19) / 360
    assert interest[9] == pytest.approx(mixed, abs=0.006)
    assert payments[9] > payments[10]
