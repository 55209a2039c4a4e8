import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.tables import builtin


def trend(row, *rest):
    ((cell,),) = udfs.call("CR_TREND", [row], *rest)
    return cell


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ([100, 104, 108, 112], "rising"),
        ([100, 99, 98.5, 98], "deteriorating"),  # three falls in a row
        ([100, 99, 99, 98], "stable"),  # not in a row
        ([100, 100, 100, 93], "falling"),
        ([100, 100, 100, 84], "deteriorating"),  # 16 % below its own average
        ([100, 100, 100, 85], "falling"),  # 15 % exactly is not more
        ([100, 85], "falling"),  # one earlier period is nothing to compare with
        ([100, 40], "falling"),
        ([100, 100, 40], "deteriorating"),
        ([90, 110, 90, 110, 92, 80], "deteriorating"),
        ([100, 101, 100, 102], "stable"),
        ([100, None, None, None], "insufficient data"),
        ([100, None, None, 102], "stable"),
        ([100, None, None, None, 102], "insufficient data"),
        ([0, 0, 0, 0], "stable"),
        ([0, 0, 0, 1], "rising"),
        ([-10, -10, -10, -20], "deteriorating"),
        ([-20, -20, -20, -10], "rising"),
    ],
)
def test_word_where_higher_is_better(row, word):
    assert trend(row) == word


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ([0.5, 0.51, 0.52, 0.53], "deteriorating"),
        ([0.5, 0.49, 0.48, 0.4], "falling"),
        ([0, 0, 0, 15], "deteriorating"),
        ([0.5, 0.5, 0.5, 0.53], "rising"),
    ],
)
def test_word_where_lower_is_better(row, word):
    assert trend(row, "lower") == word


def test_worst_of_all_periods_needs_five_earlier_ones():
    only_worst = [["trend_rule", "label_en", "label_zh", "periods", "least", "threshold"],
                  ["worst", "worst of all periods", "为各期最差", None, 5, 0.05]]  # fmt: skip
    assert trend([100, 90, 100, 95, 110, 84], None, only_worst) == "deteriorating"
    assert trend([100, 90, 100, 95, 110, 86], None, only_worst) == "falling"
    assert trend([90, 100, 95, 110, 84], None, only_worst) == "falling"


def test_blank_periods_are_passed_over():
    assert trend([100, None, 98, 97, None, 96]) == "deteriorating"


@pytest.mark.parametrize(
    ("row", "lang", "why"),
    [
        ([100, 99, 98.5, 98], "en", "Deteriorating: worse three times in a row, 100 to 98 (-2.0%)."),
        ([100, 99, 98.5, 98], "zh", "恶化：连续三期变差，由 100 至 98（-2.0%）。"),
        ([120, 118, 125, 60], "en",
         ("Deteriorating: worse than own average, 60 against 121 (-50.4%); "
         "jump against the median, 60 against 120 (-50.0%).")),
        ([1, 1, 1, 1, 1, None], "en",
         ("Stable: 1 against an earlier average of 1 (+0.0%); 1 of 6 periods missing, the latest "
         "among them; not tested for want of periods: worst of all periods.")),
        ([1, 1, 1, None, 1, 1], "zh",
         "平稳：最新 1，以往均值 1（+0.0%）；6 期中缺 1 期；可比期数不足，未检验：为各期最差。"),
        ([None, 5, None, None], "en", "Insufficient data: 1 known period(s) only; 3 of 4 periods missing, the latest among them."),
        ([0, 0, 0, -5], "en",
         "Deteriorating: worse than own average, -5 against 0; jump against the median, -5 against 0."),
    ],
)  # fmt: skip
def test_why_gives_rule_figures_and_gaps(row, lang, why):
    assert trend(row, None, None, "why", lang) == why


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table_shows_figures_and_rules_blank_where_untested(lang):
    headers, row = udfs.call("CR_TREND", [[100, None, 80, 60]], None, None, "table", lang)
    assert len(headers) == len(row) == 11
    assert row[1:] == [60, 80, -0.25, 90, 3, 1, None, True, True, None]


def test_bad_period_is_its_own_rows_error():
    cells = udfs.call("CR_TREND", [[1, 1], ["x", 1], ["#N/A", 1], [None, None]])
    assert cells == [["stable"], [CellError("#VALUE!")], [CellError("#N/A")], [None]]
    assert "column 1" in cells[1][0].reason


def test_one_column_is_refused():
    (error,) = udfs.call("CR_TREND", [[1], [2]])[0]
    assert "at least two periods" in error.reason


@pytest.mark.parametrize(
    ("column", "value"),
    [("trend_rule", "odd"), ("periods", 1.5), ("least", 0), ("threshold", -0.1)],
)
def test_rule_that_cannot_be_tested_is_refused_with_its_row(column, value):
    rules = builtin("trend_rules").rows.copy()
    rules[column] = rules[column].astype(object)
    rules.loc[1, column] = value
    (error,) = udfs.call("CR_TREND", [[1, 2]], None, rules)[0]
    assert f"rules, column {column}, row 2" in error.reason


def test_own_rules_are_read_back_as_they_were_spilled():
    spilled = udfs.call("CR_POLICY", "trend_rules", "table", "zh")
    assert trend([100, 99, 98], None, spilled) == "stable"
    spilled[1][spilled[0].index("期数")] = 2
    spilled[1][spilled[0].index("最少期数")] = 2
    assert trend([100, 99, 98], None, spilled) == "deteriorating"


def brute_force(row):
    """The built-in rules on one series where higher is better."""
    known = [x for x in row if x is not None]
    if len(known) < 2 or row.count(None) / len(row) > 0.5:
        fallback = "insufficient data"
    else:
        average = float(np.mean(known[:-1]))
        moved = (known[-1] - average) / abs(average)
        fallback = "rising" if moved > 0.05 else "falling" if moved < -0.05 else "stable"
    if len(known) < 3:
        return fallback
    latest, earlier = known[-1], known[:-1]
    run = len(known) > 3 and all(b < a for a, b in zip(known[-4:], known[-3:], strict=False))
    below = latest < np.mean(earlier) * 0.85
    jump = latest < np.median(earlier) * 0.7
    worst = len(earlier) >= 5 and latest < min(earlier) * 0.95
    return "deteriorating" if run or below or jump or worst else fallback


def test_series_are_judged_as_the_rules_one_by_one():
    rng = np.random.default_rng(3)
    rows = [
        [None if rng.random() < 0.2 else float(rng.integers(50, 151)) for _ in range(8)]
        for _ in range(500)
    ]
    rows = [row for row in rows if any(row)]
    words = [cell for (cell,) in udfs.call("CR_TREND", rows)]
    assert words == [brute_force(row) for row in rows]
    assert len(set(words)) == 5


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=5, max_size=5),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["value", "why"]),
)
def test_one_row_gives_what_it_gives_in_a_batch(rows, out):
    batch = udfs.call("CR_TREND", rows, None, None, out)
    for row, expected in zip(rows, batch, strict=True):
        assert udfs.call("CR_TREND", [row], None, None, out) == [expected]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 100), min_size=2, max_size=8))
def test_turned_round_figures_are_judged_alike(row):
    words = {"rising": "falling", "falling": "rising"}
    there = trend(row)
    back = trend([-x for x in row], "lower")
    assert back == words.get(there, there)
