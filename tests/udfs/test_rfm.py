import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.rfm.events import window_start

AS_OF = "2026-03-31"
EVENTS = [
    ("C1", "2026-03-01", 30.0),
    ("C2", "2025-12-31", 5.0),
    ("C1", "2026-01-15", 12.5),
    ("C3", "2023-06-30", 99.0),
    ("C1", "2026-04-01", 1000.0),
]


def column(items):
    return [[item] for item in items]


def events(rows):
    return [column(part) for part in zip(*rows, strict=True)]


def base(customers, rows, *more, as_of=AS_OF):
    """``more`` is counts, positive, months, then out and lang; the kinds in between left out."""
    by_kind = (None, None) if len(more) > 3 else ()
    return udfs.call(
        "CR_RFMBASE", column(customers), *events(rows), as_of, *more[:3], *by_kind, *more[3:]
    )


def rfm(rows, *more):
    return udfs.call("CR_RFM", *(column(part) for part in zip(*rows, strict=True)), *more)


def flat(cells):
    return [cell for (cell,) in cells]


# --- CR_RFMBASE -----------------------------------------------------------------------------


def test_base_counts_events_up_to_the_as_of_date():
    assert base(["C1", "C2", "C3", "C4"], EVENTS) == [
        ["recency", "frequency", "monetary"],
        [30.0, 2.0, 42.5],
        [90.0, 1.0, 5.0],
        [1005.0, 0.0, 0.0],
        [None, 0.0, 0.0],
    ]


def test_base_headers_in_chinese():
    assert base(["C1"], EVENTS, None, None, None, None, "zh")[0] == [
        "最近一次（天）",
        "频率",
        "金额",
    ]


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        ("recency", [30.0, None]),
        ("frequency", [2.0, 0.0]),
        ("monetary", [42.5, 0.0]),
        ("last", [46082.0, None]),
    ],
)
def test_base_gives_one_column(out, expected):
    assert flat(base(["C1", "C4"], EVENTS, None, None, None, out)) == expected


@pytest.mark.parametrize(
    ("months", "expected"), [(0, [2.0, 1.0]), (24, [2.0, 0.0]), (33, [2.0, 0.0]), (34, [2.0, 1.0])]
)
def test_base_window_is_for_frequency_and_amount(months, expected):
    assert flat(base(["C1", "C3"], EVENTS, None, None, months, "frequency")) == expected


@pytest.mark.parametrize(
    ("as_of", "months", "start"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-30", 1, "2024-02-29"),
        ("2024-02-29", 24, "2022-02-28"),
        ("2026-01-15", 13, "2024-12-15"),
    ],
)
def test_window_starts_inside_its_month(as_of, months, start):
    assert window_start(np.datetime64(as_of), months) == np.datetime64(start)


def test_base_event_on_the_first_day_before_the_window_is_out():
    rows = [("C1", "2024-03-31", 1.0), ("C1", "2024-04-01", 2.0)]
    assert flat(base(["C1"], rows, None, None, 24, "monetary")) == [2.0]


def test_base_missed_payment_counts_for_the_amount_alone():
    rows = [("C1", "2026-01-01", 10.0), ("C1", "2026-03-01", 2.0), ("C1", "2026-03-30", 1.0)]
    cells = base(["C1"], rows, None, column([True, False, None]))
    assert cells[1] == [89.0, 1.0, 13.0]


def test_base_counts_events_a_row_stands_for():
    rows = [("C1", "2026-01-01", 10.0), ("C1", "2026-03-01", 2.0)]
    assert flat(base(["C1"], rows, column([3, 4]), None, None, "frequency")) == [7.0]


def test_base_faulty_event_spoils_its_own_customer_only():
    rows = [("C1", "2026-01-01", "n/a"), ("C2", "2026-03-01", 2.0), ("C3", None, 1.0)]
    body = base(["C1", "C2", "C3"], rows)[1:]
    assert body[0] == [CellError("#VALUE!")] * 3
    assert body[1] == [30.0, 1.0, 2.0]
    assert body[2] == [CellError("#N/A")] * 3
    assert body[0][0].reason == "event row 1: event_amounts: 'n/a' is not a number."
    assert body[2][0].why("zh") == "事件第 3 行：缺少 event_dates。"


def test_base_names_the_first_of_several_faulty_events():
    rows = [("C1", "2026-01-01", 1.0), ("C1", None, 2.0), ("C1", "2026-01-01", "?")]
    assert base(["C1"], rows)[1][0].reason == "event row 2: event_dates is missing."


def test_base_event_of_nobody_is_left_out():
    assert base(["C1"], [("", "2026-03-01", 7.0), ("C1", "2026-03-01", 2.0)])[1] == [30.0, 1.0, 2.0]


def test_base_refuses_an_error_cell_as_customer():
    ((cell,),) = base(["C1"], [(CellError("#REF!"), "2026-03-01", 7.0)])
    assert cell == CellError("#REF!")
    assert "event_customers, row 1" in cell.reason
    assert "event_customers 第 1 行" in cell.why("zh")


def test_base_refuses_lists_of_different_lengths():
    ((cell,),) = udfs.call(
        "CR_RFMBASE", "C1", column(["C1", "C2"]), column([AS_OF]), column([1.0]), AS_OF
    )
    assert cell == CellError("#VALUE!")


def test_base_same_customer_twice_gets_the_same_row_and_blank_rows_stay_blank():
    cells = base(["C1", None, "C1"], EVENTS)
    assert cells[1] == cells[3] == [30.0, 2.0, 42.5]
    assert cells[2] == [None, None, None]


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_base_agrees_with_a_plain_loop(data):
    names = data.draw(st.sampled_from([["a", "b", "c"], [1, 2, 900], [7, "7x", "b"]]))
    day = st.dates(dt.date(2023, 1, 1), dt.date(2026, 12, 31))
    row = st.tuples(st.sampled_from(names), day, st.integers(-50, 50), st.booleans())
    rows = data.draw(st.lists(row, min_size=1, max_size=25))
    as_of = dt.date(2026, 3, 31)
    flags = [positive for *_, positive in rows]
    listed = [(name, date, float(amount)) for name, date, amount, _ in rows]
    got = base(names, listed, None, column(flags), 12, as_of=as_of)[1:]
    for name, cells in zip(names, got, strict=True):
        mine = [r for r in rows if r[0] == name and r[1] <= as_of]
        inside = [r for r in mine if r[1] > dt.date(2025, 3, 31)]
        last = max((r[1] for r in mine if r[3]), default=None)
        assert cells == [
            None if last is None else (as_of - last).days,
            sum(r[3] for r in inside),
            sum(r[2] for r in inside),
        ]


# --- CR_RFM ---------------------------------------------------------------------------------

CUSTOMERS = [(5, 9, 90.0), (40, 4, 40.0), (200, 1, 10.0)]


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        ("value", [333.0, 222.0, 111.0]),
        ("r", [3.0, 2.0, 1.0]),
        ("f", [3.0, 2.0, 1.0]),
        ("m", [3.0, 2.0, 1.0]),
    ],
)
def test_rfm_outputs(out, expected):
    more = (3, None, None, None, None, None, out)
    assert flat(rfm(CUSTOMERS, *more)) == expected


@pytest.mark.parametrize(
    ("lang", "headers"), [("en", ["r", "f", "m", "rfm"]), ("zh", ["R", "F", "M", "RFM"])]
)
def test_rfm_table(lang, headers):
    cells = rfm(CUSTOMERS, 3, None, None, None, None, None, "table", lang)
    assert cells == [headers, [3, 3, 3, 333.0], [2, 2, 2, 222.0], [1, 1, 1, 111.0]]


def test_rfm_why_in_both_languages():
    more = (3, "custom", [[30, 90]], [[2, 5]], [[20, 50]], None, "why")
    assert flat(rfm(CUSTOMERS, *more))[1] == (
        "Recency 40 days (at least 30, below 90): R 2; frequency 4 (at least 2, below 5): F 2; "
        "monetary 40 (at least 20, below 50): M 2; RFM 222."
    )
    assert flat(rfm(CUSTOMERS, *more, "zh"))[0] == (
        "最近一次 5 天（低于 30）：R 为 3；频率 9（不低于 5）：F 为 3；金额 90（不低于 50）：M 为 3；RFM 为 333。"
    )


def test_rfm_why_with_bands_of_equal_size():
    reason = flat(rfm(CUSTOMERS, 3, "ntile", None, None, None, None, "why"))[0]
    assert reason.startswith("Recency 5 days (from 5, to 5 in bands of equal size): R 3;")


def test_rfm_cuts_show_limits_rule_and_counts():
    more = (3, "custom", [[30, 90]], [[2, 5]], [[20, 50]], None, "cuts")
    cells = rfm(CUSTOMERS, *more)
    assert cells[0] == ["measure", "within", "score", "lower", "upper", "rule", "customers"]
    assert cells[1] == ["Recency", None, 1, 90.0, None, "lower ≤ x < upper", 1]
    assert cells[3] == ["Recency", None, 3, None, 30.0, "lower ≤ x < upper", 1]
    assert cells[5] == ["Frequency", None, 2, 2.0, 5.0, "lower ≤ x < upper", 1]
    assert len(cells) == 10
    assert rfm(CUSTOMERS, *more, "zh")[1] == ["最近一次", None, 1, 90.0, None, "下限 ≤ x < 上限", 1]


def test_rfm_customer_without_events_scores_0_and_moves_no_cut():
    with_idle = [*CUSTOMERS, (None, 0, 0.0)]
    assert flat(rfm(with_idle, 3)) == [333.0, 222.0, 111.0, 0.0]
    more = (3, None, None, None, None, None)
    assert rfm(with_idle, *more, "cuts") == rfm(CUSTOMERS, *more, "cuts")
    assert flat(rfm(with_idle, *more, "why"))[3].startswith("No event up to the as-of date")


def test_rfm_of_customers_without_any_events():
    assert flat(rfm([(None, 0, 0.0), (None, 0, 5.0)])) == [0.0, 0.0]


def test_rfm_rows_that_cannot_be_scored():
    rows = [*CUSTOMERS, (None, 3, 1.0), (None, None, None), (10, None, 5.0), (-1, 2, 5.0)]
    values = flat(rfm(rows, 3))
    assert values[:3] == [333.0, 222.0, 111.0]
    assert values[3:] == [CellError("#N/A"), None, CellError("#N/A"), CellError("#NUM!")]
    assert values[3].reason == "recency is missing although frequency is 3."
    reasons = flat(rfm(rows, 3, None, None, None, None, None, "why", "zh"))
    assert reasons[3] == "频率为 3，却缺少 recency（最近一次）。"


@pytest.mark.parametrize(("frequency", "value"), [(0, 0.0), (1, CellError("#N/A"))])
def test_rfm_recency_may_be_blank_only_without_events(frequency, value):
    assert flat(rfm([(3, 2, 9.0), (None, frequency, 1.0)]))[1] == value


def test_rfm_nested_cuts_frequency_within_recency():
    recency = [1, 1, 1, 1, 9, 9, 9, 9]
    frequency = [1, 2, 3, 4, 10, 20, 30, 40]
    rows = [(r, f, 1.0) for r, f in zip(recency, frequency, strict=True)]
    more = (2, "quantile", None, None, None)
    assert flat(rfm(rows, *more, "nested", "f")) == [1, 1, 2, 2, 1, 1, 2, 2]
    assert flat(rfm(rows, *more, "independent", "f")) == [1, 1, 1, 1, 2, 2, 2, 2]
    within = [row[1] for row in rfm(rows, *more, "nested", "cuts")[1:]]
    assert within[:6] == [None, None, "R1", "R1", "R2", "R2"]
    assert within[6:8] == ["R1 F1", "R1 F1"]
    reason = flat(rfm(rows, *more, "nested", "why"))[0]
    assert "frequency 1 (at most 2.5): F 1" in reason


@pytest.mark.parametrize(
    ("more", "argument"),
    [
        ((5, "custom"), "recency_cuts"),
        ((5, "custom", [[1, 2]], [[1, 2]]), "monetary_cuts"),
        ((5, "rank", [[1, 2]]), "recency_cuts"),
        ((5, "quantile", [[5, 2]]), "recency_cuts"),
        ((5, "quantile", [[1, 2, 3, 4, 5, 6, 7, 8, 9]]), "recency_cuts"),
        ((5, "quantile", [[1, 2]], None, None, "nested"), "recency_cuts"),
        ((10,), "bins"),
        ((2.5,), "bins"),
        ((5, "octiles"), "method"),
    ],
)
def test_rfm_refuses_a_bad_call(more, argument):
    ((cell,),) = rfm(CUSTOMERS, *more)
    assert isinstance(cell, CellError)
    assert cell.reason.startswith(argument)


def test_rfm_custom_with_one_row_gives_what_the_batch_gives():
    more = (5, "custom", [[30, 90]], [[2, 5]], [[20, 50]])
    together = flat(rfm(CUSTOMERS, *more))
    assert [flat(rfm([row], *more))[0] for row in CUSTOMERS] == together


def test_rfm_takes_cuts_of_last_quarter():
    cuts = rfm(CUSTOMERS, 3, "quantile", None, None, None, None, "cuts")[1:]
    frozen = [
        [[row[4] for row in sorted(cuts, key=lambda r: r[4] or 1e9) if row[0] == name and row[4]]]
        for name in ("Recency", "Frequency", "Monetary")
    ]
    assert flat(rfm(CUSTOMERS, 3, "quantile", *frozen)) == flat(rfm(CUSTOMERS, 3))


# --- CR_RFMTABLE ----------------------------------------------------------------------------


def table(rows, *more, as_of=AS_OF):
    return udfs.call("CR_RFMTABLE", *events(rows), as_of, *more)


def test_table_is_base_and_scores_in_one():
    cells = table(EVENTS, 3)
    names = [row[0] for row in cells[1:]]
    assert names == ["C1", "C2", "C3"]
    apart = base(names, EVENTS, None, None, 0)[1:]
    assert [row[2:5] for row in cells[1:]] == apart
    scored = rfm(apart, 3, None, None, None, None, None, "table")[1:]
    assert [row[5:] for row in cells[1:]] == scored


@pytest.mark.parametrize("form", [pd.Series, column], ids=["series", "cells"])
@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([3, 1, 2, 1], [[1, 2], [2, 1], [3, 1]]),
        ([10**12, 5, 7, 5], [[5, 2], [7, 1], [10**12, 1]]),
        (["b", " a", "c", "a"], [["a", 2], ["b", 1], ["c", 1]]),
    ],
)
def test_table_is_in_the_order_of_the_customers(form, ids, expected):
    days = column(["2026-01-01"] * 4)
    cells = udfs.call("CR_RFMTABLE", form(ids), days, column([1.0] * 4), AS_OF, 2)
    assert [[row[0], row[3]] for row in cells[1:]] == expected


def test_table_shows_the_error_of_a_customer_with_a_bad_event():
    cells = table([*EVENTS, ("C2", "2026-01-01", "?")], 2)
    assert cells[2] == ["C2", *[CellError("#VALUE!")] * 8]
    assert [row[8] for row in (cells[1], cells[3])] == [221.0, 112.0]


def test_table_without_customers_is_a_bad_call():
    ((cell,),) = table([(None, "2026-01-01", 1.0)])
    assert cell.reason == "event_customers must be customer numbers; got no customer."


@pytest.mark.parametrize(
    ("kinds", "excluded", "recency"),
    [
        (["fee", "missed"], "missed", 89.0),
        (["fee", "MISSED"], "missed", 89.0),
        (["fee", "missed"], ["missed", "fee"], None),
        (["fee", "missed"], "deposit", 30.0),
        (["fee", None], "missed", 89.0),
    ],
)
def test_base_leaves_out_excluded_kinds_of_event(kinds, excluded, recency):
    cells = udfs.call(
        "CR_RFMBASE", "C1", column(["C1", "C1"]), column(["2026-01-01", "2026-03-01"]),
        column([5, 30]), "2026-03-31", None, None, 0, column(kinds), excluded, "recency",
    )  # fmt: skip
    assert cells == [[recency]]


def test_base_takes_a_blank_count_as_one_event():
    cells = udfs.call(
        "CR_RFMBASE", "C1", column(["C1", "C1"]), column(["2026-01-01", "2026-03-01"]),
        column([5, 30]), "2026-03-31", column([None, 3]), None, 0, None, None, "frequency",
    )  # fmt: skip
    assert cells == [[4.0]]
