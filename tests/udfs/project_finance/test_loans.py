"""Instalments, balances, dues and annual rates of columns of loans."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs

METHODS = ["annuity", "equal principal", "bullet", "single payment", "flat"]


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def column(result):
    return [cell for (cell,) in result]


def payments(amount, rate, count, method, grace=0, residual=0.0):
    """The payments of a loan one after the other, as (interest, principal), written out plainly."""
    level = residual
    if method == "annuity":
        left = count - grace
        discounted = residual / (1 + rate) ** left
        factor = sum((1 + rate) ** -k for k in range(1, left + 1))
        level = (amount - discounted) / factor
    owed, rows = amount, []
    for i in range(count):
        interest = (amount if method == "flat" else owed) * rate
        if i < grace:
            principal = 0.0
        elif method == "annuity":
            principal = level - interest
        elif method in ("equal principal", "flat"):
            principal = (amount - residual) / (count - grace)
        else:
            principal = 0.0
        if i == count - 1:
            principal = owed
        rows.append((interest, principal))
        owed -= principal
    if method == "single payment":
        whole = sum(interest for interest, _ in rows)
        rows = [(0.0, 0.0)] * (count - 1) + [(whole, amount)]
    return rows


CASES = st.tuples(
    st.floats(100, 1e7),
    st.floats(0, 0.3),
    st.integers(1, 80),
    st.sampled_from(METHODS),
    st.integers(0, 79),
    st.floats(0, 1),
)


@settings(max_examples=120, deadline=None)
@given(case=CASES, paid=st.integers(0, 90))
def test_closed_forms_equal_payments_written_out(case, paid):
    amount, rate, count, method, grace, share = case
    grace %= count
    residual = share * amount
    rows = payments(amount, rate / 12, count, method, grace, residual)
    sums = [interest + principal for interest, principal in rows]
    cells = (method, None, grace, residual)
    slack = 1e-9 * amount * count
    first = sums[-1] if method == "single payment" else sums[grace]
    assert one("CR_INSTALMENT", amount, rate, count, *cells) == pytest.approx(first, abs=slack)
    last = one("CR_INSTALMENT", amount, rate, count, *cells, "last")
    assert last == pytest.approx(sums[-1], abs=slack)
    interest = one("CR_INSTALMENT", amount, rate, count, *cells, "interest")
    assert interest == pytest.approx(sum(i for i, _ in rows), abs=slack)
    owed = amount - sum(principal for _, principal in rows[:paid])
    balance = one("CR_BALANCE", amount, rate, count, paid, *cells)
    assert balance == pytest.approx(owed, abs=slack)


@pytest.mark.parametrize(
    ("cells", "payment"),
    [
        ((1_000_000, 0.035, 360), 4490.446878079),  # Excel: PMT(3.5%/12,360,-1000000)
        ((1_000_000, 0, 200), 5000),
        ((400, 0.06, 60, "annuity", "yearly"), 94.95856017247579),  # oracles.json, topic 9
        ((1_000_000, 0.049, 240, "等额本金"), 1_000_000 / 240 + 1_000_000 * 0.049 / 12),
        ((12_000, 0.072, 12, "等本等息"), 1072),
        ((500, 0.042, 24, "按期付息到期还本"), 1.75),
        ((500, 0.042, 24, "利随本清"), 542),
        ((500, 0.042, 1, "bullet"), 501.75),
        ((500, 0.042, 24, "bullet", "quarterly"), 5.25),
    ],
)
def test_instalments_of_known_loans(cells, payment):
    assert one("CR_INSTALMENT", *cells) == pytest.approx(payment, abs=1e-8)


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ((-1, 0.05, 12), "#NUM!", "amount must be"),
        ((100, -0.05, 12), "#NUM!", "rate must be"),
        ((100, 0.05, 12.5), "#NUM!", "months must be"),
        ((100, 0.05, 13, None, "quarterly"), "#NUM!", "multiple of 3"),
        ((100, 0.05, 12, None, None, 12), "#NUM!", "less than the 12 payments"),
        ((100, 0.05, 12, None, None, None, 101), "#NUM!", "at most the amount 100"),
        ((100, 0.05, 12, "rent"), "#VALUE!", "annuity, equal principal"),
        ((100, None, 12), "#N/A", "rate is missing"),
    ],
)
def test_loan_that_cannot_be_is_the_error_of_its_row(cells, code, words):
    given_cells = [cell if cell is None else [[cell], [good]] for cell, good in zip(cells[:3], (100, 0.05, 12), strict=True)]  # fmt: skip
    if cells[1] is None:
        given_cells[1] = [[None], [0.05]]
    rest = list(cells[3:])
    if len(rest) > 0 and rest[0]:
        rest[0] = [[rest[0]], ["annuity"]]
    for place, good in ((2, 0), (3, 0)):
        if len(rest) > place and rest[place] is not None:
            rest[place] = [[rest[place]], [good]]
    bad, good = column(udfs.call("CR_INSTALMENT", *given_cells, *rest))
    assert bad.code == code
    assert words in bad.reason
    assert bad.reason_zh
    assert good > 0
    assert column(udfs.call("CR_INSTALMENT", *given_cells, *rest, *[None] * (4 - len(rest)), "why"))[0] == bad.reason  # fmt: skip


def test_one_loan_gives_what_it_gives_in_a_batch():
    rng = np.random.default_rng(5)
    amounts, rates = rng.uniform(1, 1e6, 300), rng.uniform(0, 0.2, 300)
    months = rng.integers(1, 361, 300).astype(float)
    methods = np.array(METHODS, dtype=object)[rng.integers(0, 5, 300)]
    for name, extra in (("CR_INSTALMENT", ()), ("CR_BALANCE", (7.0,)), ("CR_APR", (0.5,))):
        place = {"CR_INSTALMENT": (), "CR_BALANCE": (), "CR_APR": (0.1,)}[name]
        cells = (amounts, rates, months, *extra, *place, methods)
        batch = udfs.evaluate(udfs.function(name), cells).values
        for i in (0, 57, 299):
            alone = (amounts[i], rates[i], months[i], *extra, *place, methods[i])
            assert one(name, *alone) == batch[i]


@pytest.mark.parametrize(
    ("cells", "english", "chinese"),
    [
        (
            (1_000_000, 0.035, 360),
            "annuity, 360 payments: 4,490.45 each, 616,560.88 of interest in total.",
            "等额本息，共 360 期：每期 4,490.45，利息合计 616,560.88。",
        ),
        (
            (1_000_000, 0.035, 12, "equal principal", "quarterly", 1, 100_000),
            (
                "equal principal, 4 payments of which 1 of interest only: 308,750.00 first, "
                "403,500.00 last, 27,125.00 of interest in total."
            ),
            "等额本金，共 4 期，其中前 1 期只付息：首期 308,750.00，末期 403,500.00，利息合计 27,125.00。",
        ),
    ],
)
def test_why_says_it_in_a_sentence(cells, english, chinese):
    cells = (*cells, *[None] * (7 - len(cells)))
    assert one("CR_INSTALMENT", *cells, "why") == english
    assert one("CR_INSTALMENT", *cells, "why", "zh") == chinese


def test_table_has_payment_interest_and_total():
    headers, row, bad = udfs.call(
        "CR_INSTALMENT", [[1_000_000], [-1]], 0.035, 360, *[None] * 4, "table", "zh"
    )
    assert headers == ["每期还款额", "末期还款额", "利息合计", "还款合计"]
    assert row[3] == pytest.approx(1_000_000 + row[2])
    assert [cell.code for cell in bad] == ["#NUM!"] * 4


# --- CR_DUE ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "due"),
    [
        ("2026-01-31", 0),
        ("2026-02-27", 0),
        ("2026-02-28", 1),
        ("2026-03-30", 1),
        ("2026-03-31", 2),
        ("2026-04-29", 2),
        ("2026-04-30", 3),
        ("2027-01-30", 11),
        ("2027-01-31", 12),
        ("2031-05-05", 12),
    ],
)
def test_payments_fall_on_the_day_of_the_start_or_the_months_last(as_of, due):
    cells = (1200, 0.06, 12, "2026-01-31", as_of, "equal principal")
    assert one("CR_DUE", *cells) == 1200 - 100 * due
    headers, row = udfs.call("CR_DUE", *cells, *[None] * 3, "table")
    assert headers == ["payments due", "balance", "next date", "next payment"]
    assert row[0] == due
    assert row[3] == (None if due == 12 else pytest.approx(100 + (1200 - 100 * due) * 0.005))


@settings(max_examples=80, deadline=None)
@given(case=CASES, days=st.integers(0, 2500))
def test_next_payment_is_that_of_the_payments_written_out(case, days):
    amount, rate, count, method, grace, share = case
    grace %= count
    start = np.datetime64("2020-05-15")
    as_of = start + days
    rows = payments(amount, rate / 12, count, method, grace, share * amount)
    ends = [np.datetime64("2020-05") + i + 1 for i in range(count)]
    done = sum(end.astype("datetime64[D]") + 14 <= as_of for end in ends)
    cells = (amount, rate, count, str(start), str(as_of), method, None, grace, share * amount)
    owed = amount - sum(principal for _, principal in rows[:done])
    slack = 1e-9 * amount * count
    assert one("CR_DUE", *cells) == pytest.approx(owed, abs=slack)
    following = one("CR_DUE", *cells, "next")
    if done == count:
        assert following is None
        assert one("CR_DUE", *cells, "next_date") is None
    elif method == "single payment":
        assert following == pytest.approx(sum(rows[-1]), abs=slack)
    else:
        assert following == pytest.approx(sum(rows[done]), abs=slack)


def test_next_date_of_a_single_payment_is_its_maturity():
    cells = (100, 0.05, 6, "2026-01-15", "2026-02-20", "single payment", None, None, None)
    assert one("CR_DUE", *cells, "next_date") == 46218  # 2026-07-15
    assert one("CR_DUE", *cells, "next") == pytest.approx(102.5)


def test_why_of_a_due_names_date_and_payment():
    cells = (1200, 0.06, 12, "2026-01-31", "2026-03-31", "equal principal", None, None, None)
    assert one("CR_DUE", *cells, "why") == (
        "On 2026-03-31, 2 of 12 payments have fallen due and 1,000.00 is owed; 105.00 follows on "
        "2026-04-30."
    )
    assert one("CR_DUE", *cells, "why", "zh") == (
        "截至 2026-03-31，12 期中已到期 2 期，剩余本金 1,000.00；下期 2026-04-30 还款 105.00。"
    )


def test_date_before_the_start_is_the_error_of_its_row():
    bad, good = column(udfs.call("CR_DUE", 100, 0.05, 12, "2026-03-31", [["2026-03-30"], ["2026-03-31"]]))  # fmt: skip
    assert bad.code == "#NUM!"
    assert "2026-03-31" in bad.reason_zh
    assert good == 100


# --- CR_APR ---------------------------------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(
    amount=st.floats(100, 1e7),
    rate=st.floats(0, 0.36),
    count=st.integers(1, 120),
    method=st.sampled_from(METHODS),
    fees=st.tuples(st.floats(0, 0.5), st.floats(0, 0.02)),
    frequency=st.sampled_from(["monthly", "quarterly", "yearly"]),
)
def test_payments_discounted_at_the_annual_rate_are_what_was_received(
    amount, rate, count, method, fees, frequency
):
    step = {"monthly": 1, "quarterly": 3, "yearly": 12}[frequency]
    if count * step > 1200:
        count = 1200 // step
    once, each = fees[0] * amount, fees[1] * amount
    cells = (amount, rate, count * step, once, each, method, frequency)
    period = one("CR_APR", *cells, "simple") * step / 12
    rows = payments(amount, rate * step / 12, count, method)
    value = sum((i + p + each) / (1 + period) ** (k + 1) for k, (i, p) in enumerate(rows))
    assert value == pytest.approx(amount - once, rel=1e-8)
    compound = one("CR_APR", *cells)
    assert compound == pytest.approx((1 + period) ** (12 / step) - 1, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("method", ["annuity", "equal principal", "bullet"])
def test_without_fees_the_simple_annual_rate_is_the_contract_rate(method):
    rates = [[0.0], [1e-9], [0.0001], [0.0345], [0.24]]
    found = column(udfs.call("CR_APR", 1000, rates, 36, None, None, method, None, "simple"))
    assert found == pytest.approx([rate for (rate,) in rates], rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(
    ("cells", "rate"),
    [
        ((12_000, 0, 12, 0, 72), 0.1303),  # 0.6 % a month on the amount: about 13 % a year
        ((10_000, 0.072, 12, 0, 0, "flat"), 0.1303),  # the same, called interest
        ((10_000, 0, 12, 0, 0), 0),
    ],
)
def test_fees_by_instalment_cost_more_than_they_say(cells, rate):
    cells = (*cells, *[None] * (7 - len(cells)))
    assert one("CR_APR", *cells, "simple") == pytest.approx(rate, abs=5e-5)


def test_fee_that_takes_the_whole_loan_is_the_error_of_its_row():
    bad, good = column(udfs.call("CR_APR", 100, 0.05, 12, [[100], [1]]))
    assert bad.code == "#NUM!"
    assert "100" in bad.reason_zh
    assert good > 0.05


def test_annual_rate_is_shown_beside_the_nominal_one():
    cells = (12_000, 0, 12, 0, 72, None, None)
    assert one("CR_APR", *cells, "simple", "why") == (
        "13.0342% a year (simple) against a nominal 0.0000%: interest and fees of 864.00 on 12,000.00."
    )
    assert one("CR_APR", *cells, None, "why", "zh") == (
        "年化利率 13.8418%（复利），名义利率 0.0000%：12,000.00 的贷款共付利息与费用 864.00。"
    )
    headers, row = udfs.call("CR_APR", *cells, None, "table", "zh")
    assert headers == ["年化利率（复利）", "年化利率（单利）", "每期利率", "费用与利息合计"]
    assert row == pytest.approx([0.1384179, 0.1303422, 0.0108619, 864], rel=1e-5)


def test_annual_rate_rises_with_the_fee():
    fees = [[fee] for fee in range(0, 100, 5)]
    rates = column(udfs.call("CR_APR", 100, 0.05, 12, fees))
    assert (np.diff(rates) > 0).all()
