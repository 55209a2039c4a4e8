import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

VALUE, RISK, NEED = [90, 50, 10], [0.01, 0.002, 0.05], [1, 3, 2]
TRIPLES = st.lists(
    st.tuples(st.integers(-5, 9), st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=25
)


def column(items):
    return [[item] for item in items]


def vrn(value, risk, need, *more):
    return udfs.call("CR_VRN", column(value), column(risk), column(need), *more)


def flat(cells):
    return [cell for (cell,) in cells]


def out(name, lang=None):
    return (None, None, None, None, None, name, lang)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("value", ["HML", "MHH", "LLM"]),
        ("v", [100, 50, 0]),
        ("r", [50, 100, 0]),
        ("n", [0, 100, 50]),
        ("index", [60, 80, 10]),
    ],
)
def test_outputs(name, expected):
    assert flat(vrn(VALUE, RISK, NEED, *out(name))) == expected


@pytest.mark.parametrize(
    ("lang", "headers"),
    [
        ("en", ["value_score", "risk_score", "need_score", "code", "index", "grow"]),
        ("zh", ["价值分", "风险分", "需求分", "代码", "优先指数", "可增长"]),
    ],
)
def test_table(lang, headers):
    cells = vrn(VALUE, RISK, NEED, *out("table", lang))
    assert cells[0] == headers
    assert cells[2] == [50.0, 100.0, 100.0, "MHH", 80.0, True]
    assert cells[3] == [0.0, 0.0, 50.0, "LLM", 10.0, False]


def test_why_names_the_veto():
    reasons = flat(vrn(VALUE, RISK, NEED, *out("why")))
    assert reasons[0] == (
        "Value score 100.0 (high), risk score 50.0 (medium), need score 0.0 (low): "
        "priority index 60.0."
    )
    assert reasons[2].endswith("priority index 10.0; the low risk score forbids action for growth.")
    assert flat(vrn(VALUE, RISK, NEED, *out("why", "zh")))[2] == (
        "价值分 0.0（低），风险分 0.0（低），需求分 50.0（中）：优先指数 10.0；风险分为低，不得采取增长类措施。"
    )


def test_cuts_show_the_range_of_each_level():
    cells = vrn(VALUE, RISK, NEED, *out("cuts"))
    assert cells[0][:4] == ["axis", "level", "score_from", "score_below"]
    assert cells[1] == ["value", "H", 67.0, None, 90.0, 90.0, 1]
    assert cells[4] == ["risk", "H", 67.0, None, 0.002, 0.002, 1]
    assert len(cells) == 10


@pytest.mark.parametrize(
    ("weights", "expected"), [((1, 0, 0), [100, 50, 0]), ((2, 2, 0), [75, 75, 0])]
)
def test_weights_are_relative(weights, expected):
    assert flat(vrn(VALUE, RISK, NEED, *weights, None, None, "index")) == expected


@pytest.mark.parametrize(
    ("more", "start", "code"),
    [
        ((0, 0, 0), "the three weights", "#NUM!"),
        ((-1,), "value_weight", "#NUM!"),
        ((None, None, None, 0.3, 0.4), "low", "#NUM!"),
        ((None, None, None, 67), "high", "#NUM!"),
    ],
)
def test_bad_calls(more, start, code):
    ((cell,),) = vrn(VALUE, RISK, NEED, *more)
    assert cell == CellError(code)
    assert cell.reason.startswith(start)


def test_one_customer_alone_is_in_the_middle():
    assert flat(vrn([5], [0.1], [2])) == ["MMM"]


def test_rows_with_gaps_do_not_count():
    cells = vrn([90, None, 50, 10, "x"], [0.01, None, 0.002, 0.05, 0], [1, None, 3, 2, 0])
    assert flat(cells) == ["HML", None, "MHH", "LLM", CellError("#VALUE!")]


@given(TRIPLES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_codes_agree_with_ranks_counted_by_hand_in_any_order(rows, random):
    random.shuffle(rows)

    def level(values, one):
        others = len(values) - 1
        below = sum(v < one for v in values) + (sum(v == one for v in values) - 1) / 2
        score = 100 * below / others if others else 50
        return "H" if score >= 67 else "M" if score >= 33 else "L"

    value, risk, need = (list(part) for part in zip(*rows, strict=True))
    safe = [-r for r in risk]
    expected = [level(value, v) + level(safe, -r) + level(need, n) for v, r, n in rows]
    assert flat(vrn(value, risk, need)) == expected


def test_a_score_on_a_cut_belongs_to_the_better_level():
    more = (None, None, None, 0.75, 0.25)
    assert flat(vrn([1, 2, 3, 4, 5], [0] * 5, [0] * 5, *more)) == [
        "LMM",
        "MMM",
        "MMM",
        "HMM",
        "HMM",
    ]
