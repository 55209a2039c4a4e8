import json
import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError
from udfs.grading.scorecard_bins import slots_of
from udfs.grading.scorecard_table import read_scorecard
from workbook_templates.fields import field

BUILTIN_CARDS = ["scorecard_corporate", "scorecard_individual"]
HEADERS = ["factor", "weight", "bin", "lower", "upper", "category", "points"]
GOOD = [0.35, 1.7, 7, 0.3, 0.15, 0.12, 20, "strong", "strong", "clean", 1.5]


def card(*rows):
    return [HEADERS, *rows]


AGE = [
    ["age", 2, "", None, 20, "", 1],
    ["age", 2, "", 20, 30.5, "", 2],
    ["age", 2, "range", 40, None, "", 5],
    ["age", 2, "missing", None, None, "", 0.5],
    ["age", 2, "special", None, None, "-999", 9],
    ["age", 2, "special", None, None, "retired", 4],
]
JOB = [
    ["job", None, "", None, None, "Clerk", 3],
    ["job", None, "category", None, None, "clerk", 4],
    ["job", None, "category", None, None, "Farmer", 5],
    ["job", None, "category", None, None, "7", 6],
]


def score(values, scorecard=None, *rest):
    return udfs.call("CR_SCORE", values, scorecard, *rest)


def one(values, scorecard=None, *rest):
    ((cell,),) = score([values], scorecard, *rest)
    return cell


# --- bins ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "points"),
    [
        (-1e308, 2),
        (19.999, 2),
        (20, 4),
        (30.499, 4),
        (40, 10),
        (1e308, 10),
        (-999, 18),
        ("-999", 18),
        (-999.0001, 2),
        ("40", 10),
        ("retired", 8),
        (" Retired ", 8),
    ],
)
def test_number_takes_its_bin_closed_on_the_left(age, points):
    assert one([age], card(*AGE)) == points


@pytest.mark.parametrize(
    ("job", "points"),
    [("Clerk", 3), ("clerk", 4), ("farmer", 5), ("FARMER ", 5), (7, 6), ("7", 6)],
)
def test_text_takes_its_category_by_exact_case_first(job, points):
    assert one([job], card(*JOB)) == points


def test_text_that_fits_two_categories_but_for_case_is_not_guessed():
    assert (
        one(["CLERK"], card(*JOB[:1], ["job", None, "", None, None, "CLERk", 1])).code == "#VALUE!"
    )


@pytest.mark.parametrize(
    ("value", "code", "reason"),
    [
        (
            35,
            "#NUM!",
            "age: 35 fits none of the bins (below 20, 20 to below 30.5, at least 40, -999, retired).",
        ),
        ("old", "#VALUE!", "age: 'old' is not a number."),
        ("#DIV/0!", "#DIV/0!", "age: the cell holds #DIV/0!."),
        (math.inf, "#NUM!", "age"),
        (-math.inf, "#NUM!", "age"),
    ],
)
def test_value_without_a_bin_is_the_error_of_its_row_alone(value, code, reason):
    (first,), (second,) = score([[value], [20]], card(*AGE))
    assert first.code == code
    assert reason in first.reason
    assert first.reason_zh
    assert second == 4


def test_infinite_number_in_an_array_is_no_number():
    result = udfs.evaluate(
        udfs.function("CR_SCORE"), (np.array([[np.inf], [-np.inf], [20]]), card(*AGE))
    )
    assert [getattr(cell, "code", cell) for cell in result.values] == ["#NUM!", "#NUM!", 4]


@pytest.mark.parametrize(
    ("rows", "value", "points"),
    [
        (JOB, "pilot", 0.25),
        (JOB, 8, 0.25),
        (AGE, 35, 0.25),
    ],
)
def test_other_bin_takes_what_no_bin_takes(rows, value, points):
    other = [rows[0][0], rows[0][1], "other", None, None, "", 0.25 / (rows[0][1] or 1)]
    assert one([value], card(*rows, other)) == points


def test_other_bin_takes_neither_blanks_nor_text_among_numbers():
    others = [["age", 2, "other", None, None, "", 7], ["job", None, "other", None, None, "", 7]]
    (missing,), (text,) = score([[20, None], ["old", "Clerk"]], card(*AGE, *JOB, *others))
    assert missing.code == "#N/A"
    assert missing.reason == "job is missing, and there is no bin for a missing value."
    assert text.code == "#VALUE!"


def test_missing_value_takes_the_missing_bin_and_a_blank_row_stays_blank():
    both = card(*AGE, *JOB)
    assert score([[None, "Clerk"], [None, None], ["  ", "Clerk"]], both) == [[4.0], [None], [4.0]]


def test_category_is_known_in_either_language():
    english = [0.35, 1.7, "no debt", 0.3, 0.15, 0.12, 20, "good", "weak", "minor", 1.5]
    chinese = [0.35, 1.7, "无有息负债", 0.3, 0.15, 0.12, 20, "良好", "较差", "轻微瑕疵", 1.5]
    assert one(english) == one(chinese) == pytest.approx(84.2)


def test_categories_in_a_column_of_floats_are_read_as_numbers():
    codes = card(
        ["code", 1, "", None, None, "1", 5],
        ["code", 1, "", None, None, "2.5", 7],
        ["code", 1, "missing", None, None, "", 1],
    )
    result = udfs.evaluate(
        udfs.function("CR_SCORE"),
        (np.array([[1.0, 0], [2.5, 0], [np.nan, 0]]), codes, ["code", "more"]),
    )
    assert result.values.tolist() == [5, 7, 1]


def test_infinite_number_is_no_category_not_even_the_other():
    rows = card(["code", 1, "", None, None, "1", 5], ["code", 1, "other", None, None, "", 7])
    (one_, two, infinite) = score(np.array([[1.0], [2], [np.inf]]), rows)
    assert [one_, two] == [[5], [7]]
    assert infinite[0].code == "#NUM!"


def test_error_of_many_bins_names_some_of_them():
    rows = [["x", None, "", None, None, f"k{i}", i] for i in range(40)]
    reason = one(["k40"], card(*rows)).reason
    assert "(k0, k1, " in reason
    assert reason.endswith("k11, …).")


def test_scores_on_a_cut_off_do_not_suffer_from_binary_fractions():
    weights = [0.12, 0.08, 0.12, 0.1, 0.08, 0.06, 0.06, 0.08, 0.08, 0.14, 0.08]
    points = [65, 100, 45, 45, 75, 60, 65, 55, 55, 60, 45]
    assert sum(w * p for w, p in zip(weights, points, strict=True)) < 60
    pairs = enumerate(zip(weights, points, strict=True))
    rows = [[f"f{i}", weight, "", 0, None, "", most] for i, (weight, most) in pairs]
    assert one([1] * 11, card(*rows)) == 60


# --- columns ------------------------------------------------------------------------------------


def test_columns_are_found_by_their_headers_in_any_order_and_language():
    names = [
        factor.name for factor in read_scorecard(tables.builtin("scorecard_corporate").rows).factors
    ]
    labels = [
        factor.labels["zh"]
        for factor in read_scorecard(tables.builtin("scorecard_corporate").rows).factors
    ]
    turned = [*GOOD[::-1], "not scored"]
    assert one(turned, None, [*names[::-1], "remark"]) == one(GOOD) == 100
    assert one(turned, None, [*labels[::-1], "备注"]) == 100


@pytest.mark.parametrize(
    ("values", "factors", "message"),
    [
        ([1, 2], None, "11 columns in the order of scorecard (debt_ratio, "),
        (GOOD, ["debt_ratio"], "one name for each of the 11 columns"),
        ([1, 2], ["debt_ratio", "x"], "names of columns with current_ratio among them once"),
        ([1, 2], ["debt_ratio", "Debt ratio"], "names of columns with debt_ratio among them once"),
    ],
)
def test_columns_that_do_not_match_the_card_are_a_bad_call(values, factors, message):
    error = one(values, None, factors)
    assert error.code == "#VALUE!"
    assert message in error.reason
    assert error.reason_zh


# --- the table ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [["a", 1, "", 0, 2, "", 1], ["a", 1, "", 1, 3, "", 1]],
            "ranges 0 to below 2 and 1 to below 3",
        ),
        (
            [["a", 1, "", None, None, "", 1], ["a", 1, "", 1, 3, "", 1]],
            "ranges any number and 1 to below 3",
        ),
        ([["a", 1, "", 2, 2, "", 1]], "a lower limit below the upper one"),
        (
            [["a", 1, "", 0, 2, "", 1], ["a", 2, "", 2, 3, "", 1]],
            "the same weight in all of its rows",
        ),
        (
            [["a", 2, "", 0, 2, "", 1], ["a", None, "missing", None, None, "", 1]],
            "the same weight",
        ),
        (
            [["a", 3, "", 0, 2, "", 1], ["a", 3, "lacking", None, None, "", 1]],
            "one of range, category",
        ),
        (
            [["a", 1, "", None, None, "x", 1], ["a", 1, "", None, None, "x", 2]],
            "category 'x' twice",
        ),
        (
            [["a", 1, "missing", None, None, "", 1], ["a", 1, "缺失", None, None, "", 2]],
            "at most one missing bin",
        ),
        ([["a", 1, "special", None, None, "", 1]], "its text in column category"),
        ([["a", 1, "range", 1, 2, "x", 1]], "category 'x' in a range bin"),
        ([["a", 1, "category", 1, None, "x", 1]], "blank limits"),
        ([["a", 1, "base", None, None, "", 1]], "a table with at least one factor"),
        ([["a", 1, "", 0, None, "", None]], "scorecard, column points, row 1"),
    ],
)
def test_card_that_contradicts_itself_is_refused_with_the_place(rows, message):
    error = one([1], card(*rows))
    assert error.code == "#VALUE!"
    assert message in error.reason
    assert "scorecard" in error.reason_zh


def test_two_factors_of_one_label_are_refused():
    rows = [["factor", "label_en", "lower", "points"], ["a", "Same", 0, 1], ["b", "Same", 0, 1]]
    assert "Same for two factors" in one([1, 1], rows).reason


@pytest.mark.parametrize("name", BUILTIN_CARDS)
def test_builtin_card_runs_from_0_to_100_and_never_favours_a_missing_value(name):
    rows = tables.builtin(name).rows
    firsts = rows.drop_duplicates("factor")
    assert firsts["weight"].sum() == pytest.approx(1, abs=1e-12)
    for factor, bins in rows.groupby("factor"):
        assert bins["points"].max() == 100, factor
        missing = bins.loc[bins["bin"] == "missing", "points"]
        rest = bins.loc[bins["bin"] != "missing", "points"]
        assert len(missing) == 1, factor
        assert missing.item() <= rest.min(), factor
    assert read_scorecard(rows).best == pytest.approx(100)


MORE_IS_WORSE = {
    "debt_ratio",
    "debt_to_income",
    "loan_to_value",
    "times_overdue",
    "credit_use",
    "inquiries",
}
TURNS = {"revenue_growth"}


@pytest.mark.parametrize("name", BUILTIN_CARDS)
def test_builtin_ranges_leave_no_gap_and_points_go_one_way(name):
    rows = tables.builtin(name).rows
    for factor, bins in rows[rows["bin"] == "range"].groupby("factor"):
        assert all(high == low for high, low in pairwise_limits(bins)), factor
        if factor not in TURNS:
            steps = np.diff(bins["points"]) * (-1 if factor in MORE_IS_WORSE else 1)
            assert (steps > 0).all(), factor


def pairwise_limits(bins):
    return [(a.upper, b.lower) for a, b in pairwise(bins.itertuples())]


def test_corporate_card_scores_every_option_of_the_field_dictionary():
    rows = tables.builtin("scorecard_corporate").rows
    for factor, bins in rows.groupby("factor"):
        wanted = field("customers", factor)
        named = bins[bins["bin"] == "category"]
        pairs = dict(zip(named["category"], named["category_zh"], strict=True))
        assert pairs == wanted.options, factor
        assert bins["label_en"].iloc[0] == wanted.labels["en"]
        assert bins["label_zh"].iloc[0] == wanted.labels["zh"]
        if wanted.kind == "number" and not math.isnan(lowest := bins["lower"].iloc[0]):
            assert lowest == wanted.lower, factor


# --- fitted cards -------------------------------------------------------------------------------

WOE = [
    ["checking", "", "", None, None, "< 0", -0.8180987057],
    ["checking", "", "", None, None, "0 to 200", -0.4013917806],
    ["checking", "", "", None, None, ">= 200", 0.4054651081],
    ["checking", "", "", None, None, "none", 1.1762632],
    ["months", "", "", None, 11.5, "", 1.0 / 3.0],
    ["months", "", "", 11.5, 0.1 + 0.2 + 30, "", math.pi],
    ["months", "", "", 0.1 + 0.2 + 30, None, "", -math.e * 1e-3],
    ["months", "", "missing", None, None, "", -0.7],
    ["constant", "", "base", None, None, "", 487.1228762045],
]


def test_fitted_points_add_up_on_the_constant():
    assert one(["none", 12], card(*WOE)) == pytest.approx(
        487.1228762045 + 1.1762632 + math.pi, abs=1e-10
    )


def test_coefficient_times_woe_is_a_weight():
    weighted = [[*row[:1], -28.85 if row[0] == "months" else 1, *row[2:]] for row in WOE]
    expected = 487.1228762045 + 1.1762632 - 28.85 * math.pi
    assert one(["none", 12], card(*weighted)) == pytest.approx(expected, abs=1e-10)


number = st.floats(allow_nan=False, width=64, min_value=-1e12, max_value=1e12)
edges = st.lists(number, min_size=1, max_size=8, unique=True).map(sorted)


@st.composite
def fitted_cards(draw):
    rows = [["constant", None, "base", None, None, "", draw(number)]]
    for name in ("x", "y"):
        weight = draw(st.one_of(st.none(), st.floats(-100, 100)))
        cuts = [None, *draw(edges), None]
        rows += [[name, weight, "", a, b, "", draw(number)] for a, b in pairwise(cuts)]
        rows.append([name, weight, "missing", None, None, "", draw(number)])
    rows += [["z", None, "", None, None, text, draw(number)] for text in ("A", "b", "C, d")]
    rows.append(
        ["z", None, draw(st.sampled_from(["other", "missing"])), None, None, "", draw(number)]
    )
    return card(*rows)


@st.composite
def cards_with_values(draw):
    scorecard = draw(fitted_cards())
    cuts = [row[3] for row in scorecard[1:] if row[3] is not None]
    near = st.sampled_from(cuts).flatmap(
        lambda c: st.sampled_from([c, np.nextafter(c, 9e99), np.nextafter(c, -9e99)])
    )
    value = st.one_of(st.none(), number, near.map(float))
    row = st.tuples(value, value, st.sampled_from(["A", "b", "C, d", "e", None]))
    return scorecard, [list(values) for values in draw(st.lists(row, min_size=1, max_size=12))]


def by_hand(scorecard, values):
    """The score written out as the table's note says it, one cell at a time."""
    total = sum(row[6] for row in scorecard[1:] if row[2] == "base")
    for name, value in zip("xyz", values, strict=True):
        rows = [row for row in scorecard[1:] if row[0] == name]
        found = [row for row in rows if fits(row, value)]
        if not found and value is not None:
            found = [row for row in rows if row[2] == "other"]
        if not found:
            return None
        weight = 1 if found[0][1] is None else found[0][1]
        total += weight * found[0][6]
    return round(total, 10)


def fits(row, value):
    _, _, kind, lower, upper, category, _ = row
    if value is None:
        return kind == "missing"
    if kind:
        return False
    if isinstance(value, str):
        return category == value
    low = lower is None or lower <= value
    return low and (upper is None or value < upper)


@given(cards_with_values())
@settings(deadline=None, max_examples=100)
def test_score_is_what_the_table_says(drawn):
    scorecard, values = drawn
    for (cell,), row in zip(score(values, scorecard), values, strict=True):
        expected = by_hand(scorecard, row)
        if all(value is None for value in row):
            assert cell is None
        elif expected is None:
            assert cell.code in ("#N/A", "#VALUE!")
        else:
            assert cell == pytest.approx(expected, rel=1e-12, abs=1e-9)


@given(cards_with_values(), st.randoms())
@settings(deadline=None, max_examples=50)
def test_row_scores_the_same_alone_and_in_any_order_and_column_order(drawn, random):
    scorecard, values = drawn
    batch = score(values, scorecard)
    assert [score([row], scorecard)[0] for row in values] == batch
    order = random.sample(range(len(values)), len(values))
    assert score([values[i] for i in order], scorecard) == [batch[i] for i in order]
    turned = score([row[::-1] for row in values], scorecard, ["z", "y", "x"])
    assert turned == batch


@given(cards_with_values())
@settings(deadline=None, max_examples=50)
def test_card_exported_as_text_and_loaded_again_scores_exactly_the_same(drawn):
    scorecard, values = drawn
    loaded = json.loads(json.dumps(scorecard))
    chinese = [["因子", "权重", "分箱", "下限", "上限", "类别取值", "分值"], *loaded[1:]]
    columns = tables.builtin("scorecard_corporate").columns
    frame = tables.table_argument(udfs.cells.block(scorecard, "card"), columns, "card")
    spilled = tables.spilled(frame, columns)
    batch = score(values, scorecard)
    assert score(values, chinese) == batch
    assert score(values, [list(spilled.columns), *spilled.to_numpy().tolist()]) == batch
    assert score(values, frame) == batch


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_spilled_builtin_card_scores_as_the_builtin_one(lang):
    values = [GOOD, [0.55, 1.1, 0.5, None, -0.5, 0.3, 1, "一般", "good", None, 0]]
    spilled = udfs.call("CR_POLICY", "scorecard_corporate", "table", lang)
    assert score(values, spilled) == score(values)


@given(
    st.lists(st.one_of(st.floats(), st.sampled_from([0.0, 1.0, math.inf, math.nan])), max_size=40),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=6, unique=True),
)
@settings(deadline=None, max_examples=200)
def test_comparing_with_the_cuts_finds_what_bisection_finds(values, cuts):
    line = np.array([*sorted(cuts), math.inf])
    found = slots_of(np.array(values, dtype=float), line, 10)
    bisected = np.searchsorted([*line, math.nan], values, side="right")
    last = np.where(np.isnan(values), len(line) + 1, bisected)
    assert found.tolist() == last.tolist()


def test_words_of_the_bins_may_be_chinese():
    chinese = {
        "range": "区间",
        "category": "类别",
        "special": "特殊值",
        "missing": "缺失",
        "base": "基础分",
    }
    rows = [*AGE, *WOE[:4], WOE[-1]]
    translated = [[*row[:2], chinese.get(row[2], row[2]), *row[3:]] for row in rows]
    assert rows != translated
    values = [[20, "none"], [None, "< 0"], [-999, "0 to 200"], [41, "none"]]
    assert score(values, card(*translated)) == score(values, card(*rows))


def test_card_of_many_bins_scores_every_one():
    rows = [["x", None, "", i, i + 1, "", i * 10] for i in range(400)]
    values = [[i + 0.5] for i in range(400)]
    assert [cell for (cell,) in score(values, card(*rows))] == [i * 10 for i in range(400)]


# --- reasons ------------------------------------------------------------------------------------

WEAK = [0.75, 1.7, 7, 0.3, 0.15, 0.12, 20, "weak", "strong", "minor", None]


def test_table_shows_points_that_sum_to_the_score():
    headers, first, second = score([GOOD, WEAK], None, None, "table")
    assert headers[:2] == ["Debt ratio", "Current ratio"]
    assert headers[-1] == "score"
    assert sum(first[:-1]) == pytest.approx(first[-1])
    assert sum(second[:-1]) == pytest.approx(second[-1])
    assert [[first[-1]], [second[-1]]] == score([GOOD, WEAK])
    assert second[0] == 2.4
    chinese = score([GOOD, WEAK], None, None, "table", "zh")
    assert chinese[0][0] == "资产负债率"
    assert chinese[0][-1] == "得分"
    assert chinese[1:] == [first, second]


def test_table_of_a_fitted_card_shows_its_constant():
    headers, row = score([["none", 12]], card(*WOE), None, "table")
    assert headers == ["checking", "months", "base", "score"]
    assert row[2] == 487.1228762045


def test_table_shows_the_error_at_the_factor_and_the_score_and_the_other_points():
    _, row, good = score([[35, "Clerk"], [20, "Clerk"]], card(*AGE, *JOB), None, "table")
    assert [getattr(cell, "code", cell) for cell in row] == ["#NUM!", 3, "#NUM!"]
    assert good == [4, 3, 7]


def test_why_names_what_cost_most_with_figures():
    (english,), (best,) = score([WEAK, GOOD], None, None, "why")
    assert english == (
        "Score 68.6 of at most 100: most lost on Debt ratio 75% (70% to below 80%): -9.6 points; "
        "Collateral ratio missing: -8 points; Credit record minor: -7 points."
    )
    assert best == "Score 100 of at most 100: every factor is in its best bin."
    (chinese,), (best,) = score([WEAK, GOOD], None, None, "why", "zh")
    assert chinese == (
        "得分 68.6，满分 100；失分最多：资产负债率 75%（不低于 70% 且低于 80%）：-9.6 分；"
        "抵质押覆盖率缺失：-8 分；信用记录轻微瑕疵：-7 分。"
    )
    assert best == "得分 100，满分 100；各因子均处于最优分箱。"


@pytest.mark.parametrize("job", ["#DIV/0!", CellError("#DIV/0!")])
def test_error_cell_in_a_factor_of_texts_is_an_error_and_no_missing_value(job):
    rows = [*JOB, ["job", None, "missing", None, None, "", 1]]
    (first,), (second,) = score([["Clerk"], [job]], card(*rows))
    assert first == 3
    assert second == CellError("#DIV/0!")
    assert second.reason == "job: the cell holds #DIV/0!."


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_why_of_a_row_without_score_is_its_error(lang):
    (why,), (good,) = score([[35], [20]], card(*AGE), None, "why", lang)
    assert ("fits none of the bins" in why) is (lang == "en")
    assert "20" in good


@pytest.mark.parametrize(("number", "count"), [(None, 3), (1, 1), (2, 2), (100, 4)])
def test_reasons_name_as_many_factors_as_asked(number, count):
    ((text,),) = udfs.call("CR_REASONS", [WEAK], None, None, number)
    assert len(text.split("; ")) == count
    assert text.startswith("Debt ratio 75%: -9.6 points")


def test_reasons_are_blank_at_best_and_errors_where_there_is_no_score():
    good, blank, bad = udfs.call("CR_REASONS", [GOOD, [None] * 11, [-1, *GOOD[1:]]])
    assert good == blank == [None]
    assert bad[0].code == "#NUM!"
    ((text,),) = udfs.call("CR_REASONS", [WEAK], None, None, 2, "zh")
    assert text == "资产负债率 75%：-9.6 分；抵质押覆盖率缺失：-8 分"


@pytest.mark.parametrize("number", [0, 1.5, -3, 101])
def test_number_of_reasons_out_of_range_is_a_bad_call(number):
    ((error,),) = udfs.call("CR_REASONS", [WEAK], None, None, number)
    assert error.code == "#NUM!"


@given(cards_with_values())
@settings(deadline=None, max_examples=40)
def test_reasons_account_for_all_that_is_lost(drawn):
    scorecard, values = drawn
    frame = tables.table_argument(
        udfs.cells.block(scorecard, "card"), tables.builtin("scorecard_corporate").columns, "card"
    )
    best = read_scorecard(frame).best
    # Large points that cancel leave the rounding of binary numbers behind.
    residue = 1e-14 * sum(abs(row[6] * (row[1] or 1)) for row in scorecard[1:])
    totals, texts = score(values, scorecard), udfs.call("CR_REASONS", values, scorecard)
    for (total,), (text,) in zip(totals, texts, strict=True):
        if isinstance(total, float):
            parts = text.split("; ") if text else []
            lost = sum(float(part.split(": -")[1].split()[0]) for part in parts)
            assert lost == pytest.approx(best - total, rel=1e-3, abs=1e-6 + residue)


# --- weighted scores ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "weights", "missing", "expected"),
    [
        ([80, 60, 90], [0.5, 0.3, 0.2], None, 76),
        ([80, 60, 90], [50, 30, 20], None, 76),
        ([80, "", 90], [50, 30, 20], "zero", 58),
        ([80, "", 90], [50, 30, 20], "reweight", (4000 + 1800) / 70),
        ([80, "", 90], [50, 30, 20], "重新加权", (4000 + 1800) / 70),
        ([80, "", "60"], [50, 0, 50], "reweight", 70),
        (["", "", ""], [50, 30, 20], "zero", None),
    ],
)
def test_weighted_score(values, weights, missing, expected):
    ((cell,),) = udfs.call("CR_WSCORE", [values], weights, missing)
    assert cell == (None if expected is None else pytest.approx(expected, abs=1e-10))


@pytest.mark.parametrize(
    ("values", "missing", "code", "reason"),
    [
        ([80, "", 90], "error", "#N/A", "values, column 2: the score is missing"),
        ([80, "high", 90], "zero", "#VALUE!", "values, column 2: 'high' is not a number."),
        ([80, "#REF!", 90], "reweight", "#REF!", "values, column 2: the cell holds #REF!."),
        (["", "", 90], "reweight", "#N/A", "values: every score with a weight is missing."),
    ],
)
def test_weighted_score_of_a_faulty_row_is_its_error(values, missing, code, reason):
    bad, good = udfs.call("CR_WSCORE", [values, [1, 2, 3]], [1, 1, 0], missing)
    assert bad[0].code == code
    assert reason in bad[0].reason
    assert bad[0].reason_zh
    assert good == [1.5]
    (why,), _ = udfs.call("CR_WSCORE", [values, [1, 2, 3]], [1, 1, 0], missing, "why")
    assert reason in why
    _, row, good = udfs.call("CR_WSCORE", [values, [1, 2, 3]], [1, 1, 0], missing, "table")
    assert [cell.code for cell in row] == [code] * 4
    assert good == [0.5, 1, 0, 1.5]


@pytest.mark.parametrize("weights", [[1, 2], [1, 2, 3, 4], [0, 0, 0], [1, -1, 1], 5])
def test_weights_that_do_not_fit_are_a_bad_call(weights):
    ((error,),) = udfs.call("CR_WSCORE", [[80, 60, 90]], weights)
    assert error.code in ("#VALUE!", "#NUM!")
    assert "weights" in error.reason


def test_weighted_score_in_parts_and_words():
    headers, row = udfs.call("CR_WSCORE", [[80, 60, 90]], [50, 30, 20], None, "table")
    assert headers == ["factor 1", "factor 2", "factor 3", "score"]
    assert row == [40, 18, 18, 76]
    assert udfs.call("CR_WSCORE", [[80, 60, 90]], [50, 30, 20], None, "why") == [
        ["Score 76 = 40 + 18 + 18."]
    ]
    ((text,),) = udfs.call("CR_WSCORE", [[80, "", 90]], [50, 30, 20], "zero", "why", "zh")
    assert text == "加权分 58 = 40 + 0 + 18；缺少第 2 列分数，按 0 分计。"
    ((text,),) = udfs.call("CR_WSCORE", [[80, "", 90]], [50, 30, 20], "reweight", "why")
    assert text.endswith("the score in column 2 is missing, its weight spread over the others.")


@given(
    st.lists(st.lists(st.floats(0, 100), min_size=3, max_size=3), min_size=1, max_size=8),
    st.lists(st.floats(0.01, 100), min_size=3, max_size=3),
)
@settings(deadline=None, max_examples=60)
def test_weighted_score_lies_between_the_scores_and_is_the_same_alone(values, weights):
    batch = udfs.call("CR_WSCORE", values, weights)
    assert [udfs.call("CR_WSCORE", [row], weights)[0] for row in values] == batch
    for (total,), row in zip(batch, values, strict=True):
        assert min(row) - 1e-9 <= total <= max(row) + 1e-9


@pytest.mark.parametrize("hand_over", [np.asarray, pd.DataFrame], ids=["array", "frame"])
def test_arrays_and_frames_score_as_cells_do(hand_over):
    values = np.random.default_rng(5).normal(25, 15, (300, 2)).round(1)
    values[::7, 0] = np.nan
    cells = [[None if math.isnan(a) else a, b] for a, b in values]
    rows = card(*AGE, ["x", 1, "", None, None, "", 1])
    assert score(hand_over(values), rows) == score(cells, rows)


@pytest.mark.parametrize(
    ("unit", "lang", "shown"),
    [
        ("decimal", "en", "12.35%"),
        ("times", "zh", "0.12 倍"),
        ("年", "en", "0.12 years"),
        ("", "en", "0.12346"),
    ],
)
def test_reasons_write_a_figure_in_its_unit(unit, lang, shown):
    table = [["factor", "lower", "upper", "points", "unit"],
             ["x", None, 1, 5, unit], ["x", 1, None, 9, unit]]  # fmt: skip
    ((text,),) = udfs.call("CR_REASONS", 0.12346, table, None, None, lang)
    assert text.startswith(f"x {shown}")


def test_an_unknown_unit_is_a_bad_call():
    table = [["factor", "lower", "points", "unit"], ["x", None, 5, "miles"]]
    ((error,),) = udfs.call("CR_REASONS", 1, table)
    assert error.reason.startswith("scorecard, column unit, x must be one of decimal, times")
