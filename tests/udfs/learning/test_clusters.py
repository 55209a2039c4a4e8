import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

import udfs
from addin.demo.bank import make_bank
from udfs.errors import CellError
from udfs.learning.clusters_names import cluster_names

FACTS = Path(__file__).parents[3] / "../shared/facts/oracles.json"
SIX = [[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]]


def kmeans(values, clusters=None, *rest):
    header, *rows = udfs.call("CR_KMEANS", values, clusters, *rest)
    return header, rows


def report(values, clusters, *rest, lang="en"):
    return dict(udfs.call("CR_KMEANS", values, clusters, *rest, "report", lang)[1:])


def assign(values, centres, *rest):
    return [row[0] for row in udfs.call("CR_CLUSTER", values, centres, *rest)]


def blobs(seed, count=300, width=3, groups=4):
    rng = np.random.default_rng(seed)
    middles = rng.normal(0, 6, (groups, width))
    return middles[rng.integers(groups, size=count)] + rng.normal(size=(count, width))


# --- what is found ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_scikit_learns_own_example(seed):
    _, rows = kmeans(SIX, 2, ["x", "y"], "none", seed)
    assert [row[-2:] for row in rows] == [[10, 2], [1, 2]]
    assert [row[2] for row in rows] == [3, 3]
    assert report(SIX, 2, ["x", "y"], "none", seed, 10)["inertia"] == pytest.approx(16, abs=1e-9)


@pytest.mark.skipif(not FACTS.exists(), reason="the fact book is not on this machine")
def test_oracle_of_the_fact_book():
    (case,) = [o for o in json.loads(FACTS.read_text("utf-8")) if o["fn"] == "kmeans"]
    _, rows = kmeans(case["inputs"]["X"], case["inputs"]["k"], None, "none")
    assert sorted(row[-2:] for row in rows) == case["expected"]["centers"]
    told = report(case["inputs"]["X"], 2, None, "none", 0, 10)
    assert told["inertia"] == pytest.approx(case["expected"]["inertia"], abs=case["tol"])


@pytest.mark.parametrize("seed", range(4))
def test_as_good_as_scikit_learn_on_standardised_values(seed):
    values = blobs(seed)
    scaled = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    peer = KMeans(4, n_init=10, random_state=1).fit(scaled)
    told = report(values, 4, None, "zscore", 0, 10)
    # The last step is ours and goes on where scikit-learn stops for want of progress.
    assert peer.inertia_ * 0.999 < told["inertia"] <= peer.inertia_ * (1 + 1e-9)
    place = assign(values, udfs.call("CR_KMEANS", values, 4))
    assert told["silhouette"] == pytest.approx(silhouette_score(scaled, place), abs=1e-9)
    total = 3 * (len(values) - 1)
    assert told["explained share"] == pytest.approx(1 - told["inertia"] / total, rel=1e-9)


def test_centres_are_the_means_of_their_customers():
    values = blobs(3)
    table = udfs.call("CR_KMEANS", values, 4)
    place = np.array(assign(values, table))
    for number, row in enumerate(table[1:5], start=1):
        assert row[2] == (place == number).sum()
        assert row[3] == row[2] / len(values)
        np.testing.assert_allclose(row[5:], values[place == number].mean(axis=0), rtol=1e-12)


def test_clusters_are_numbered_from_the_highest_of_the_first_factor():
    _, rows = kmeans(blobs(5), 4)
    first = [row[5] for row in rows[:4]]
    assert first == sorted(first, reverse=True)
    assert [row[0] for row in rows[:4]] == [1, 2, 3, 4]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("scale", ["zscore", "log", "robust", "minmax", "none"])
def test_table_taken_back_finds_the_same_customers(scale, lang):
    values = np.abs(blobs(2)) * [1, 1000, 0.01]
    table = udfs.call("CR_KMEANS", values, 3, ["a", "b", "c"], scale, 0, 10, "centres", lang)
    numbers = assign(values, table)
    assert [numbers.count(n) for n in (1, 2, 3)] == [row[2] for row in table[1:4]]
    again = assign(values[:, ::-1], table, ["c", "b", "a"])
    assert again == numbers


@given(st.integers(0, 10_000), st.randoms())
@settings(deadline=None, max_examples=12)
def test_order_of_rows_does_not_matter(seed, random):
    values = np.round(blobs(seed, 80, 2), 1)
    order = list(range(len(values)))
    random.shuffle(order)
    assert kmeans(values[order], 3) == kmeans(values, 3)


def test_order_of_rows_does_not_matter_where_starts_are_compared_on_a_part():
    values = blobs(9, 25_000, 3, 5)
    order = np.random.default_rng(1).permutation(len(values))
    assert kmeans(values[order], 5) == kmeans(values, 5)


def test_many_rows_are_clustered_as_well_as_by_scikit_learn():
    values = blobs(4, 30_000, 3, 5)
    scaled = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    peer = KMeans(5, n_init=10, random_state=1).fit(scaled)
    assert report(values, 5, None, "zscore", 0, 10)["inertia"] <= peer.inertia_ * 1.001


def test_logarithms_keep_a_few_giants_from_a_cluster_of_their_own():
    bank = make_bank(1500).customers
    values = bank[["revenue", "debt_ratio"]]
    plain = kmeans(values, 3, None, "zscore")[1]
    logs = kmeans(values, 3, None, "log")[1]
    assert min(row[3] for row in plain[:3]) < 0.02
    assert min(row[3] for row in logs[:3]) > 0.1


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deviations", "en", "zh"),
    [
        ([[1, -1], [0, 0]], ["high a, low b", "average"], ["高 a、低 b", "各项居中"]),
        ([[0.4, -0.6], [2, 0.5]], ["low b", "high a, high b"], ["低 b", "高 a、高 b"]),
        (
            [[0.1, 0.1], [0.2, 0.2]],
            ["average (1)", "average (2)"],
            ["各项居中（1）", "各项居中（2）"],
        ),
    ],
)
def test_names_say_what_sets_a_cluster_apart(deviations, en, zh):
    assert cluster_names(np.array(deviations, dtype=float), ["a", "b"], "en") == en
    assert cluster_names(np.array(deviations, dtype=float), ["a", "b"], "zh") == zh


def test_alike_names_grow_until_they_differ():
    deviations = np.array([[2.0, -1.5, 1.0], [2.0, -1.5, -1.0], [0, 0, 0]])
    assert cluster_names(deviations, ["收入", "负债率", "年限"], "zh") == [
        "高收入、低负债率、高年限",
        "高收入、低负债率、低年限",
        "各项居中",
    ]


# --- rows and calls -----------------------------------------------------------------------------


def test_rows_with_blanks_or_errors_are_left_out_and_counted():
    values = [*SIX, [None, 3], [CellError("#DIV/0!"), 3], [None, None]]
    told = report(values, 2, ["x", "y"], "none", 0, 10)
    assert told["rows used"] == 6
    assert told["rows left out: blank cells"] == 1
    assert told["rows left out: error cells"] == 1
    assert told["inertia"] == 16
    zh = report(values, 2, ["x", "y"], "none", 0, 10, lang="zh")
    assert zh["剔除行数：有空白"] == 1


@pytest.mark.parametrize(
    ("values", "rest", "words"),
    [
        ([[1], [1], [1]], (2,), "number of different rows, 1"),
        ([[1, 5], [2, 5], [3, 5]], (2,), "a spread of 0"),
        ([["a"], ["b"], ["c"]], (2,), "must be numbers; got texts"),
        ([[None], [None]], (2,), "rows with a number in every column"),
        ([[1], [2], [3]], (2, ["name"]), "own columns"),
        ([[1], [2], [3]], (1,), "from 2 to 50"),
        ([[1], [1]], (None, None, "none", 0, 10, "choose"), "two different rows"),
    ],
)
def test_fit_that_cannot_be_is_refused(values, rest, words):
    (error,) = udfs.call("CR_KMEANS", values, *rest)[0]
    assert error.code in ("#VALUE!", "#NUM!")
    assert words in error.why()


def test_choosing_lists_every_number_of_clusters():
    values = blobs(1, 200, 2, 3)
    header, rows = kmeans(values, 6, None, "zscore", 0, 10, "choose")
    assert header == ["clusters", "inertia", "explained_share", "silhouette", "smallest_share"]
    assert [row[0] for row in rows] == [2, 3, 4, 5, 6]
    inertia = [row[1] for row in rows]
    assert inertia == sorted(inertia, reverse=True)
    for row in rows:
        assert row[1] == report(values, row[0], None, "zscore", 0, 10)["inertia"]
    assert kmeans(SIX, 50, None, "none", 0, 10, "choose")[1][-1][:2] == [6, 0]


def test_silhouette_without_meaning_is_blank():
    rows = kmeans([[1], [5], [9]], 3, None, "none")[1]
    assert [row[4] for row in rows] == [None] * 3


# --- assigning ----------------------------------------------------------------------------------

CENTRES = [["cluster", "name", "x", "y"], [1, "big", 10, 2], ["B", None, 1, 2]]


@pytest.mark.parametrize(
    ("row", "cluster"), [([9, 0], 1), ([2, 9], "B"), ([5.5, 2], 1), (["1", "2"], "B")]
)
def test_nearest_centre_is_taken_the_first_of_equal_ones(row, cluster):
    assert assign([row], CENTRES) == [cluster]


def test_distances_are_measured_on_the_scale_of_the_table():
    scaled = [*CENTRES, ["mean", None, 0, 0], ["deviation", None, 100, 0.1]]
    assert assign([[9, 5]], CENTRES) == [1]
    ((distance,),) = udfs.call("CR_CLUSTER", [[9, 5]], scaled, None, "distance")
    assert distance == pytest.approx(math.hypot(1 / 100, 3 / 0.1))


def test_words_and_tables_in_both_languages():
    assert assign([[9, 2]], CENTRES, None, "name") == ["big"]
    assert assign([[2, 2]], CENTRES, None, "name") == [None]
    assert assign([[9, 2]], CENTRES, None, "why", "zh") == [
        "归入聚类 1（big）：距离 1；其次为聚类 B，距离 8；偏离中心最多的是 x：9，中心 10。"
    ]
    table = udfs.call("CR_CLUSTER", [[9, 2], [None, 1]], CENTRES, None, "table")
    assert table[0] == ["cluster", "name", "distance to 1", "distance to B"]
    assert table[1] == [1, "big", 1, 8]
    assert table[2] == [CellError("#N/A")] * 4
    zh = udfs.call("CR_CLUSTER", [[9, 2]], CENTRES, None, "table", "zh")
    assert zh[0] == ["聚类", "名称", "到聚类 1 的距离", "到聚类 B 的距离"]


def test_missing_and_faulty_factors_stay_in_their_rows():
    found = assign([[9, None], [CellError("#REF!"), 1], ["abc", 1], [None, None], [9, 1]], CENTRES)
    assert found[0].code == "#N/A"
    assert "y is missing" in found[0].why()
    assert found[1:] == [CellError("#REF!"), CellError("#VALUE!"), None, 1]


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=20))
@settings(deadline=None, max_examples=30)
def test_one_row_is_as_in_a_batch(rows):
    table = udfs.call("CR_KMEANS", SIX, 2, ["x", "y"])
    rows = [list(row) for row in rows]
    for out in ("value", "distance"):
        batch = assign(rows, table, None, out)
        assert [assign([row], table, None, out)[0] for row in rows] == batch


@pytest.mark.parametrize(
    ("centres", "words"),
    [
        ([["cluster", "name"], [1, "a"]], "a column for each factor"),
        ([["cluster", "x", "y"], [1, None, 2]], "column x, row 1 must be a number"),
        ([["cluster", "x", "y"], [1, "abc", 2]], "column x, row 1 must be a number"),
        ([["cluster", "x", "y"], ["mean", 1, 2]], "a row for each cluster"),
        ([*CENTRES, ["mean", None, 0, 0]], "both scaling rows"),
        ([*CENTRES, ["mean", None, 0, 0], ["range", None, 1, 1]], "both scaling rows"),
        ([*CENTRES, ["mean", None, 0, 0], ["deviation", None, 1, 0]], "above 0; got 0"),
    ],
)
def test_table_that_cannot_be_read_is_refused(centres, words):
    (error,) = assign([[1, 2]], centres)
    assert error.code == "#VALUE!"
    assert words in error.why()


def test_columns_that_do_not_match_are_refused():
    (error,) = assign([[1, 2, 3]], CENTRES)
    assert "2 columns in the table's order (x, y)" in error.why()
    (error,) = assign([[1, 2]], CENTRES, ["x", "z"])
    assert "with y among them" in error.why()
