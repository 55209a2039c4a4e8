import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError

BUILTIN = sorted(name for name in tables.names() if name.startswith("questionnaire_") and name != "questionnaire_bands")  # fmt: skip
SCALES = tables.builtin("ordinal_scales").rows
BANDS = tables.builtin("questionnaire_bands").rows
HEADERS = ["question", "label_zh", "weight", "scale", "reversed", "lower", "upper", "contradicts", "gap", "part_en", "part_zh"]  # fmt: skip
FORM = [
    HEADERS,
    ["q1", "题一", 2, "quality", None, None, None, None, None, "A", "甲"],
    ["q2", "题二", 1, "yes_partly_no", "yes", None, None, None, None, "A", "甲"],
    ["q3", "题三", 1, "number", None, 0, 10, "q1", 60, "B", "乙"],
]


def score(rows, *rest, form=FORM):
    return [row[0] for row in udfs.call("CR_QSCORE", rows, form, *rest)]


def answers_worth(name, which):
    """The best or worst answer to every question of a built-in questionnaire."""
    found = []
    for row in tables.builtin(name).rows.to_dict("records"):
        turned = row["reversed"] == 1
        if row["scale"] == "number":
            found.append(row["upper"] if (which == "best") != turned else row["lower"])
        else:
            scale = SCALES[SCALES["scale"] == row["scale"]]
            largest = (which == "best") != turned
            found.append(scale.iloc[0 if largest else -1]["label_zh"])
    return found


# --- points and scores --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["strong", "no", 10], 100),
        (["strong", "yes", 10], 75),
        (["差", "是", 0], (2 * 15 + 0 + 0) / 4),
        (["良", "partly", 5], (2 * 75 + 50 + 50) / 4),
        (["average", 0, 25], (2 * 50 + 100 + 100) / 4),
        (["average", False, -3], (2 * 50 + 100 + 0) / 4),
    ],
)
def test_score_is_the_weighted_mean_of_the_points(row, expected):
    assert score([row]) == [expected]


def test_points_of_each_question_can_be_seen():
    cells = [["良", "是", 5]], FORM, None, None, None, None, None, "points"
    assert udfs.call("CR_QSCORE", *cells) == [["q1", "q2", "q3"], [75, 0, 50]]
    assert udfs.call("CR_QSCORE", *cells, "zh")[0] == ["题一", "题二", "题三"]


@pytest.mark.parametrize(
    ("missing", "minimum", "expected"),
    [("reweight", 0.7, 62.5), ("reweight", 0.75, 62.5), ("worst", None, 50)],
)
def test_question_not_answered_counts_as_asked_for(missing, minimum, expected):
    # q1 good 75 and q2 partly 50 without q3: (2 × 75 + 50) / 3 or / 4.
    expected = 200 / 3 if missing == "reweight" else 50
    assert score([["good", "partly", None]], None, missing, minimum) == [pytest.approx(expected)]


def test_question_not_answered_is_an_error_that_names_it():
    (error,) = score([["good", None, None]])
    assert error.code == "#N/A"
    assert "not answered: q2, q3" in error.why()
    assert "未答：题二、题三" in error.why("zh")


def test_too_few_answers_are_an_error_that_says_how_many():
    (error,) = score([["good", None, None]], None, "reweight")
    assert "only 50% of the weight is answered, at least 70% is needed" in error.why()
    assert score([["good", None, None]], None, "reweight", 0.5) == [75]


def test_unknown_answer_names_question_and_answers():
    first, error = score([["good", "no", 1], ["super", "no", 1]])
    assert first == (2 * 75 + 100 + 10) / 4
    assert error.code == "#VALUE!"
    assert "q1 must be one of strong (优)" in error.why()
    (error,) = score([["good", "no", "many"]])
    assert error.code == "#VALUE!"


def test_blank_and_faulty_rows_keep_their_place():
    rows = [[None, None, None], [CellError("#REF!"), "no", 1], ["good", "no", 10]]
    assert score(rows) == [None, CellError("#REF!"), 87.5]


def test_columns_are_found_by_code_or_name_in_any_order():
    assert score([[10, "no", "x", "strong"]], ["题三", "Q2", "note", "q1"]) == [100]


# --- bands and words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "label"),
    [(["strong", "no", 10], "high"), (["strong", "no", 0], "high"), (["good", "no", 0], "medium"),
     (["average", "yes", 0], "low")],
)  # fmt: skip
def test_band_is_the_first_whose_limit_is_reached(row, label):
    assert score([row], *[None] * 5, "label") == [label]


def test_own_bands_count_for_their_questionnaire():
    form = [["questionnaire", *HEADERS], *(["Mine", *row] for row in FORM[1:])]
    bands = [
        ["questionnaire", "label_en", "label_zh", "lower", "advice_zh"],
        [None, "any", "任意", None, None],
        ["mine", "low", "低档", None, "拒绝"],
        ["mine", "top", "高档", 90, "通过"],
    ]
    row = [["strong", "no", 10], ["weak", "no", 0]]
    assert score(row, *[None] * 4, bands, "label", form=form) == ["top", "low"]
    assert score(row, *[None] * 4, bands, "advice", "zh", form=form) == ["通过", "拒绝"]
    assert score(row, *[None] * 4, bands, "label") == ["any", "any"]


def test_reason_names_what_costs_most_and_what_contradicts():
    assert score([["strong", "yes", 2]], *[None] * 5, "why") == [
        "Score 55 of 100, medium; cost most: q2 -25, q3 -20 points. q3 (20 points) contradicts q1 (100)."
    ]
    assert score([["strong", "yes", 2]], *[None] * 5, "why", "zh") == [
        "得分 55（满分 100），中；失分最多：题二 -25、题三 -20 分。“题三”（20 分）与“题一”（100 分）矛盾。"
    ]
    assert score([["strong", "no", 10]], *[None] * 5, "why") == [
        "Score 100 of 100, high; every answer is the best."
    ]


def test_reason_says_how_missing_answers_count():
    (text,) = score([["good", "no", None]], None, "worst", *[None] * 3, "why")
    assert text.endswith("Not answered, counted as worst: q3.")
    (text,) = score([["good", "no", None]], None, "reweight", *[None] * 3, "why", "zh")
    assert text.endswith("未答（其权重分摊至其余题）：题三。")
    (text,) = score([["good", "no", None]], *[None] * 5, "why")
    assert text.startswith("answers: not answered: q3")


@pytest.mark.parametrize(
    ("number", "contradicts"), [(4, True), (4.1, False), (10, False), (0, True)]
)
def test_answers_contradict_from_the_gap_on(number, contradicts):
    (text,) = score([["strong", "no", number]], *[None] * 5, "check")
    assert (text is not None) == contradicts


def test_unanswered_question_contradicts_nothing():
    assert score([["strong", "no", None]], None, "worst", *[None] * 3, "check") == [None]


def test_table_has_the_parts():
    cells = [["good", "no", 10], ["good", "no", None]], FORM, None, "worst"
    table = udfs.call("CR_QSCORE", *cells, *[None] * 3, "table")
    assert table[0] == ["A", "B", "answered", "score", "band", "contradictions"]
    assert table[1] == [pytest.approx(250 / 3), 100, 1, 87.5, "high", None]
    assert table[2] == [pytest.approx(250 / 3), 0, 0.75, 62.5, "medium", None]
    zh = udfs.call("CR_QSCORE", *cells, *[None] * 3, "table", "zh")
    assert zh[0] == ["甲", "乙", "已答占比", "得分", "档次", "矛盾"]


# --- built-in questionnaires --------------------------------------------------------------------


def test_there_are_the_four_that_the_texts_ask_for():
    assert BUILTIN == [
        "questionnaire_funding_urgency",
        "questionnaire_management",
        "questionnaire_risk_tolerance",
        "questionnaire_willingness_to_repay",
    ]


@pytest.mark.parametrize("name", BUILTIN)
def test_best_answers_give_100_and_the_first_band_and_worst_the_last(name):
    rows = [answers_worth(name, "best"), answers_worth(name, "worst")]
    best, worst = score(rows, form=name)
    assert best == 100
    assert 0 <= worst <= 15
    bands = BANDS[BANDS["questionnaire"] == name.removeprefix("questionnaire_")]
    labels = score(rows, *[None] * 5, "label", "zh", form=name)
    assert labels == [bands["label_zh"].iloc[0], bands["label_zh"].iloc[-1]]
    assert all(score(rows, *[None] * 5, "advice", form=name))
    assert score(rows, *[None] * 5, "check", form=name) == [None, None]


@pytest.mark.parametrize("name", BUILTIN)
def test_weights_add_up_and_texts_stand_in_both_languages(name):
    rows = tables.builtin(name).rows
    assert rows["weight"].sum() == pytest.approx(1)
    assert set(rows["questionnaire"]) == {name.removeprefix("questionnaire_")}
    for column in ("label_en", "label_zh", "text_en", "text_zh", "part_en", "part_zh"):
        assert all(rows[column])


@pytest.mark.parametrize("name", BUILTIN)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_form_offers_the_answers_that_are_understood(name, lang):
    header, *rows = udfs.call("CR_QFORM", name, None, lang)
    assert len(header) == 5
    assert sum(row[4] for row in rows) == pytest.approx(1)
    mark = "；" if lang == "zh" else "; "
    first = [row[3].split(mark)[0] for row in rows]
    numbers = [cell in ("a number", "数字") for cell in first]
    given = [0.3 if number else cell for cell, number in zip(first, numbers, strict=True)]
    assert isinstance(score([given], form=name)[0], float)


@pytest.mark.parametrize("name", BUILTIN)
def test_table_in_cells_scores_as_by_name(name):
    for lang in ("en", "zh"):
        form = udfs.call("CR_POLICY", name, "table", lang)
        rows = [answers_worth(name, "worst"), answers_worth(name, "best")]
        assert score(rows, form=form) == score(rows, form=name)


def test_hidden_debts_contradict_open_disclosure():
    row = answers_worth("questionnaire_willingness_to_repay", "best")
    codes = tables.builtin("questionnaire_willingness_to_repay").rows["question"].tolist()
    row[codes.index("hidden_debts")] = "yes"
    (text,) = score([row], *[None] * 5, "check", "zh", form="questionnaire_willingness_to_repay")
    assert text == "“未披露事项”（0 分）与“主动披露”（100 分）矛盾"


# --- calls --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "rest", "words"),
    [
        ("questionnaire_mood", (), "questionnaire_funding_urgency, questionnaire_management"),
        ([HEADERS[:4], ["q1", "一", 1, "size"]], (), "one of quality"),
        ([HEADERS[:4], ["q1", "一", 1, "quality"], ["Q1", "一", 1, "quality"]], (), "each question once"),
        ([HEADERS[:4], ["q1", "一", 0, "quality"]], (), "at least one is above 0"),
        ([HEADERS[:4], ["q1", "一", -1, "quality"]], (), "a number at least 0"),
        ([HEADERS[:4], ["q1", "一", 1, "number"]], (), "a lower limit below the upper one"),
        ([[*HEADERS[:4], "contradicts"], ["q1", "一", 1, "quality", "q9"]], (), "a question of the same table"),
        (FORM, (), "3 columns in the questionnaire's order (q1, q2, q3)"),
        (FORM, (["q1", "q2"],), "one name for each of the 1 columns"),
        (FORM, (["q1"],), "with q2 among them once"),
    ],
)  # fmt: skip
def test_questionnaire_that_cannot_be_used_is_refused(form, rest, words):
    (error,) = score([["good"]], *rest, form=form)
    assert error.code == "#VALUE!"
    assert words in error.why()


ANSWERS = st.tuples(
    st.sampled_from(["优", "good", "C", "weak", None, "?"]),
    st.sampled_from(["yes", "否", "partly", None]),
    st.sampled_from([0, 3.3, 7, 10, 12, None, "x"]),
)


@given(st.lists(ANSWERS, min_size=1, max_size=8), st.sampled_from(["error", "reweight", "worst"]), st.randoms())  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_one_row_is_as_in_a_batch_in_any_order(rows, missing, random):
    rows = [list(row) for row in rows]
    batch = score(rows, None, missing)
    assert [score([row], None, missing)[0] for row in rows] == batch
    order = list(range(len(rows)))
    random.shuffle(order)
    assert score([rows[i] for i in order], None, missing) == [batch[i] for i in order]


@given(st.lists(st.integers(0, 3), min_size=2, max_size=2))
@settings(deadline=None, max_examples=30)
def test_better_answer_never_lowers_the_score(places):
    words = ["weak", "average", "good", "strong"]
    low, high = sorted(places)
    first, second = score([[words[low], "no", 5], [words[high], "no", 5]])
    assert first <= second


def test_column_of_100000_customers_is_scored_at_once():
    rows = np.array([["良", "否", 5.0], ["优", "是", 1.0]] * 50_000, dtype=object)
    found = score(rows.tolist())
    assert found[:2] == [(150 + 100 + 50) / 4, (200 + 0 + 10) / 4]
    assert len(found) == 100_000
