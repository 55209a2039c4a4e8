import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_score,
    recall_score,
)

import udfs
from udfs.errors import CellError

CALL = ("cut", "higher", "best", "cost_bad", "cost_good", "weights", "out", "lang")
SAMPLE = ([1, 0, 1, 0, 0, 0], [480, 510, 530, 560, 600, 640])
SAMPLES = st.lists(
    st.tuples(st.booleans(), st.integers(-5, 5)), min_size=2, max_size=30
).filter(lambda rows: len({bad for bad, _ in rows}) == 2)  # fmt: skip


def column(items):
    return [[item] for item in items]


def accuracy(bad, score, **options):
    return udfs.call(
        "CR_ACCURACY", column(bad), column(score), *(options.get(argument) for argument in CALL)
    )


def value(bad, score, **options):
    ((cell,),) = accuracy(bad, score, **options)
    return cell


def measures(bad, score, **options):
    return dict(accuracy(bad, score, **options, out="table")[1:])


@pytest.mark.parametrize("higher", ["better", "worse"])
@given(rows=SAMPLES, cut=st.integers(-6, 6))
@settings(deadline=None, max_examples=50)
def test_measures_agree_with_scikit_learn(higher, rows, cut):
    bad, score = zip(*rows, strict=True)
    refused = [s < cut if higher == "better" else s >= cut for s in score]
    found = measures(bad, score, cut=cut, higher=higher)
    (tn, fp), (fn, tp) = confusion_matrix(bad, refused, labels=[False, True])
    assert list(found.values())[1:5] == [tp, fp, fn, tn]
    assert found["accuracy"] == pytest.approx(accuracy_score(bad, refused))
    assert found["recall"] == pytest.approx(recall_score(bad, refused))
    assert found["specificity"] == pytest.approx(tn / (tn + fp))
    assert found["F1"] == pytest.approx(f1_score(bad, refused, zero_division=0))
    expected = precision_score(bad, refused) if any(refused) else None
    assert found["precision"] == pytest.approx(expected)
    assert found["default rate of the accepted"] == (fn / (fn + tn) if fn + tn else None)


def test_confusion_in_chinese():
    assert accuracy(*SAMPLE, cut=550, out="confusion", lang="zh") == [
        ["实际结果", "拒绝", "通过", "合计"],
        ["违约", 2, 0, 2],
        ["未违约", 1, 3, 4],
        ["合计", 3, 3, 6],
    ]


FIGURES = {
    "ks": lambda m: m["recall"] + m["specificity"],
    "accuracy": lambda m: m["accuracy"],
    "f1": lambda m: m["F1"],
    "cost": lambda m: -m["cost"],
}


@pytest.mark.parametrize("higher", ["better", "worse"])
@pytest.mark.parametrize("best", list(FIGURES))
@given(rows=SAMPLES)
@settings(deadline=None, max_examples=30)
def test_no_cut_off_is_better_than_the_best(best, higher, rows):
    bad, score = zip(*rows, strict=True)
    costs = {"cost_bad": 5.0, "cost_good": 1.0, "higher": higher}
    figure = FIGURES[best]
    found = figure(measures(bad, score, best=best, **costs))
    cuts = [*sorted(set(score)), max(score) + 1]
    tried = [figure(measures(bad, score, cut=cut, **costs)) for cut in cuts]
    assert found == pytest.approx(max(tried))


@given(SAMPLES)
@settings(deadline=None, max_examples=40)
def test_best_cut_off_by_ks_is_the_point_of_ks(rows):
    bad, score = zip(*rows, strict=True)
    point = udfs.call("CR_KS", column(bad), column(score), None, None, "point")[0][0]
    text = udfs.call("CR_KS", column(bad), column(score), None, None, "why")[0][0]
    if "wrong way" not in text and not isinstance(point, CellError):
        assert value(bad, score, out="cut") == point


def test_cost_of_wrong_decisions():
    found = measures(*SAMPLE, cut=520, cost_bad=10, cost_good=1)
    assert found["cost"] == 10 * 1 + 1 * 1
    assert "cost" not in measures(*SAMPLE, cut=520)
    assert value(*SAMPLE, best="cost", cost_bad=1, cost_good=5, out="cut") == 510


@pytest.mark.parametrize(
    ("options", "cut", "start"),
    [
        ({"cost_bad": 1, "cost_good": 100}, None, "Best is to accept all, where the cost is lowest"),
        ({"cost_bad": 100, "cost_good": 1}, 0.1, "The cut-off 0.1, where the cost is lowest, refuses 100.0%"),
    ],
)  # fmt: skip
def test_all_may_be_best(options, cut, start):
    bad, pd = [0, 1, 0, 1], [0.4, 0.3, 0.2, 0.1]
    assert value(bad, pd, higher="worse", best="cost", out="cut", **options) == cut
    assert value(bad, pd, higher="worse", best="cost", out="why", **options).startswith(start)


def test_reason_in_both_languages():
    assert value(*SAMPLE, cut=550, out="why") == (
        "The cut-off 550 refuses 100.0% of the customers who defaulted and 25.0% of the others, "
        "accepts 50.0%, accuracy 83.3%."
    )
    assert value(*SAMPLE, cost_bad=10, cost_good=1, out="why", lang="zh") == (
        "临界值 560（KS 差距最大）：拒绝 100.0% 的违约客户和 25.0% 的好客户，通过率 50.0%，准确率 83.3%，误判成本 1。"
    )


def test_weights_count_as_repeated_rows():
    times = [1, 2, 3, 1, 2, 4]
    repeated = [np.repeat(each, times).tolist() for each in SAMPLE]
    for best in ("ks", "accuracy", "f1"):
        weighed = measures(*SAMPLE, best=best, weights=column(times))
        assert weighed == pytest.approx(measures(*repeated, best=best), abs=1e-12)
    at_cut = measures(*SAMPLE, cut=550, weights=column(times))
    assert at_cut == pytest.approx(measures(*repeated, cut=550))


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ({"best": "cost"}, "cost_bad must be a number when best is cost"),
        ({"cost_bad": 3}, "cost_good must be a number when best is cost or the other cost"),
        ({"cut": 500, "cost_good": 3}, "cost_bad must be"),
        ({"best": "luck"}, "best must be one of ks, accuracy, f1, cost"),
    ],
)
def test_bad_calls_say_what_is_wrong(options, start):
    assert value(*SAMPLE, **options).reason.startswith(start)


def test_given_cut_needs_no_costs_even_if_best_is_cost():
    assert value(*SAMPLE, cut=550, best="cost") == pytest.approx(5 / 6)


def test_curve_runs_from_accepting_all_to_refusing_all():
    rows = accuracy(*SAMPLE, out="curve")
    assert rows[0] == ["cut_off", "approval_rate", "default_rate_accepted", "accuracy", "precision", "recall", "specificity", "f1"]  # fmt: skip
    assert len(rows) == 8
    assert rows[1][:3] == [480, 1, pytest.approx(1 / 3)]
    assert rows[1][4] is None
    assert rows[-1][:3] == [None, 0, None]
    for row in rows[1:-1]:
        found = measures(*SAMPLE, cut=row[0])
        assert row[3:] == [found[name] for name in ("accuracy", "precision", "recall", "specificity", "F1")]  # fmt: skip
    assert accuracy(*SAMPLE, cost_bad=1, cost_good=1, out="curve", lang="zh")[0][-1] == "成本"


def test_left_out_rows_are_counted():
    found = measures([1, 0, None], [1, 2, 3])
    assert found["rows left out"] == 1
    assert value([1, 0, None], [1, 2, 3], out="why").endswith("1 row left out: 1 without bad.")
