import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.grading.master_scales import grade_key

GRADES = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D"]


def column(result):
    return [cell for (cell,) in result]


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


# --- score to grade -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (100, "AAA"),
        (120, "AAA"),
        (90, "AAA"),
        (89.999, "AA"),
        (80, "AA"),
        (70, "A"),
        (69.99, "BBB"),
        (60, "BBB"),
        (59.99999999999999, "BBB"),
        (59.9999, "BB"),
        (50, "BB"),
        (40, "B"),
        (30, "CCC"),
        (20, "CC"),
        (19.9, "C"),
        (0, "C"),
        ("74.2", "A"),
        ("74.2分", "#VALUE!"),
        (-0.1, "#NUM!"),
        ("#N/A", "#N/A"),
        (None, None),
    ],
)
def test_score_lies_in_the_band_of_its_grade(score, grade):
    cell = one("CR_GRADE", score)
    assert getattr(cell, "code", cell) == grade


@pytest.mark.parametrize(
    ("knockouts", "grade"),
    [
        ("", "AAA"),
        ("debt_ratio_not_full", "AA"),
        ("unaudited", "BBB"),
        ("UNAUDITED ", "BBB"),
        ("财务报表未经审计", "BBB"),
        ("Financial statements not audited", "BBB"),
        ("unaudited,restricted_industry", "B"),
        ("restricted_industry;unaudited", "B"),
        ("限制类行业、财务报表未经审计", "B"),
        ("限制类行业，财务报表未经审计；", "B"),
        (", insolvent ,,", "C"),
        ("default,unaudited", "D"),
        ("overdue_30\uff0cunaudited\uff1bshort_history", "CCC"),
    ],
)
def test_strictest_of_the_conditions_caps_the_grade(knockouts, grade):
    assert one("CR_GRADE", 95, knockouts) == grade


def test_cap_never_lifts_a_grade():
    assert one("CR_GRADE", 12, "debt_ratio_not_full") == "C"


def test_unknown_condition_is_the_error_of_its_row_with_the_known_ones():
    known, unknown = column(
        udfs.call("CR_GRADE", [[95], [95]], [["unaudited"], ["unaudited,audit"]])
    )
    assert known == "BBB"
    assert unknown.code == "#VALUE!"
    assert unknown.reason.endswith("interest_not_full); got 'audit'.")
    assert "资不抵债" in unknown.reason_zh


def test_one_condition_holds_for_a_whole_range():
    assert column(udfs.call("CR_GRADE", [[95], [None], [30]], "unaudited")) == ["BBB", None, "CCC"]


@pytest.mark.parametrize(
    ("score", "knockouts", "english", "chinese"),
    [
        (92, None, "Score 92 is at least 90: grade AAA.", "得分 92 不低于 90，等级为 AAA。"),
        (
            74.25,
            None,
            "Score 74.25 lies from 70 to below 80: grade A.",
            "得分 74.25 不低于 70 且低于 80，等级为 A。",
        ),
        (
            95,
            "unaudited,insolvent",
            "Score 95 is at least 90: grade AAA, capped at C: Liabilities exceed assets.",
            "得分 95 不低于 90，等级为 AAA；因资不抵债，封顶为 C。",
        ),
        (
            12,
            "unaudited",
            "Score 12 lies from 0 to below 20: grade C; the cap at BBB (Financial statements not audited) does not bind.",
            "得分 12 不低于 0 且低于 20，等级为 C；财务报表未经审计的封顶等级 BBB 未起作用。",
        ),
        (
            -5,
            None,
            "score must be at least 0, the scale's last cut-off; got -5.",
            "得分不得低于等级表最低分 0，实际为 -5。",
        ),
        (None, None, None, None),
    ],
)
def test_why_gives_the_band_and_the_binding_cap(score, knockouts, english, chinese):
    assert one("CR_GRADE", score, knockouts, None, None, "why") == english
    assert one("CR_GRADE", score, knockouts, None, None, "why", "zh") == chinese


def test_table_gives_all_parts():
    scores, knockouts = [[95], [74], [None], [-1]], [["unaudited"], [None], [None], [None]]
    english = udfs.call("CR_GRADE", scores, knockouts, None, None, "table")
    assert english[:4] == [
        ["grade", "score", "grade by score", "cap", "condition", "meaning"],
        ["BBB", 95, "AAA", "BBB", "Financial statements not audited", "Ability to pay adequate"],
        ["A", 74, "A", None, None, "Ability to pay strong"],
        [None] * 6,
    ]
    assert [cell.code for cell in english[4]] == ["#NUM!"] * 6
    chinese = udfs.call("CR_GRADE", scores, knockouts, None, None, "table", "zh")
    assert chinese[:2] == [
        ["等级", "得分", "封顶前等级", "封顶等级", "封顶条件", "说明"],
        ["BBB", 95, "AAA", "BBB", "财务报表未经审计", "偿债能力一般"],
    ]


OWN_SCALE = [["grade", "lower"], ["1", 700], ["2", 640], ["3", None], ["4", 500]]
OWN_CAPS = [["条件", "封顶等级"], ["逾期", "3"], ["诉讼", "2"]]


def test_own_scale_and_caps_with_a_grade_that_only_a_cap_reaches():
    grades = udfs.call(
        "CR_GRADE",
        [[710], [639], [710], [500]],
        [[""], [""], ["逾期，诉讼"], ["诉讼"]],
        OWN_SCALE,
        OWN_CAPS,
    )
    assert column(grades) == ["1", "4", "3", "4"]
    assert one("CR_GRADE", 499, None, OWN_SCALE, OWN_CAPS).code == "#NUM!"
    why = one("CR_GRADE", 710, "逾期", OWN_SCALE, OWN_CAPS, "why")
    assert why == "Score 710 is at least 700: grade 1, capped at 3: 逾期."


@pytest.mark.parametrize(
    ("scale", "caps", "message"),
    [
        ([["grade", "lower"], ["A", 50], ["B", 60]], None, "cut-offs that fall"),
        ([["grade", "lower"], ["A", 50], ["B", 50]], None, "cut-offs that fall"),
        ([["grade", "lower"], ["A", None], ["B", None]], None, "cut-offs that fall"),
        ([["grade", "lower"], ["A", 50], ["a", 40]], None, "each grade once"),
        (
            OWN_SCALE,
            None,
            "caps, condition default must be a grade of the scale (1, 2, 3, 4); got 'D'",
        ),
        (None, [["condition", "cap"], ["x", "E"]], "caps, condition x"),
        (None, [["condition", "cap"], ["x", "A"], ["X", "B"]], "each condition once"),
        ([["grade"], ["A"]], None, "cut-offs that fall"),
        ([["lower"], [5]], None, "a table with a column grade"),
    ],
)
def test_tables_that_contradict_themselves_are_a_bad_call(scale, caps, message):
    error = one("CR_GRADE", 70, None, scale, caps)
    assert error.code == "#VALUE!"
    assert message in error.reason
    assert error.reason_zh


scores = st.floats(0, 100)
conditions = st.lists(
    st.sampled_from(tables.builtin("grade_caps").rows["condition"].tolist()), max_size=3
).map(",".join)


@given(st.lists(st.tuples(scores, conditions), min_size=1, max_size=10))
@settings(deadline=None, max_examples=100)
def test_more_points_never_give_a_worse_grade_and_conditions_never_a_better_one(customers):
    rows = [[score] for score, _ in customers]
    knocked = [[knockouts] for _, knockouts in customers]
    batch = column(udfs.call("CR_GRADE", rows, knocked))
    assert [one("CR_GRADE", *customer) for customer in customers] == batch
    free = column(udfs.call("CR_GRADE", rows))
    better = column(udfs.call("CR_GRADE", [[score + 3] for score, _ in customers], knocked))
    for capped, uncapped, improved in zip(batch, free, better, strict=True):
        assert GRADES.index(uncapped) <= GRADES.index(capped)
        assert GRADES.index(improved) <= GRADES.index(capped)


@given(scores, conditions)
@settings(deadline=None, max_examples=100)
def test_grade_is_what_the_tables_say(score, knockouts):
    caps = tables.builtin("grade_caps").rows.set_index("condition")["cap"]
    scale = tables.builtin("grade_scale").rows
    by_score = next(row.grade for row in scale.itertuples() if score >= row.lower)
    wanted = [by_score, *(caps[name] for name in knockouts.split(",") if name)]
    assert one("CR_GRADE", score, knockouts) == max(wanted, key=GRADES.index)


def test_every_grade_of_the_scale_has_a_pd_that_rises():
    grades = tables.builtin("grade_scale").rows["grade"].tolist()
    assert grades == GRADES
    chances = column(udfs.call("CR_GRADE2PD", [[grade] for grade in grades]))
    assert chances == sorted(set(chances))
    assert chances[-1] == 1


# --- PD and grade -------------------------------------------------------------------------------

# Average PDs in percent, fact book section 5 (one Chinese rating vendor).
VENDOR = {
    "AAA": 0.0064, "AA+": 0.010, "AA": 0.021, "AA-": 0.040, "A+": 0.074, "A": 0.138, "A-": 0.239,
    "BBB+": 0.402, "BBB": 0.724, "BBB-": 1.201, "BB+": 1.947, "BB": 3.221, "BB-": 4.782,
    "B+": 6.409, "B": 9.793, "B-": 15.335, "CCC": 23.415, "CC": 44.634, "C": 87.877,
}  # fmt: skip


@pytest.mark.parametrize(("grade", "percent"), VENDOR.items())
def test_grade_and_its_pd_lead_to_each_other(grade, percent):
    assert one("CR_GRADE2PD", grade) == pytest.approx(percent / 100, rel=1e-12)
    assert one("CR_PD2GRADE", percent / 100) == grade


@pytest.mark.parametrize(
    ("pd", "grade"),
    [
        (0, "AAA"),
        (math.sqrt(0.00724 * 0.01201), "BBB-"),
        (math.sqrt(0.00724 * 0.01201) * (1 - 1e-12), "BBB"),
        (0.9999, "C"),
        (1, "D"),
        ("1.5%", "BBB-"),
        (1.0001, "#NUM!"),
        (-0.01, "#NUM!"),
        ("n/a", "#VALUE!"),
        (None, None),
    ],
)
def test_pd_on_a_border_belongs_to_the_worse_grade_and_default_is_for_pd_1(pd, grade):
    cell = one("CR_PD2GRADE", pd)
    assert getattr(cell, "code", cell) == grade


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20).map(sorted))
@settings(deadline=None, max_examples=60)
def test_higher_pd_is_never_a_better_grade_and_its_range_holds_it(chances):
    order = tables.builtin("master_scale").rows["grade"].tolist()
    grades = column(udfs.call("CR_PD2GRADE", [[pd] for pd in chances]))
    places = [order.index(grade) for grade in grades]
    assert places == sorted(places)
    for row in udfs.call("CR_PD2GRADE", [[pd] for pd in chances], None, "table")[1:]:
        _, pd, lower, upper = row
        assert lower <= pd < upper or (pd == upper == 1)


@pytest.mark.parametrize(
    ("pd", "english", "chinese"),
    [
        (
            0.03,
            "PD 3.0000% lies from 2.5043% to below 3.9246%: grade BB.",
            "违约概率 3.0000% 不低于 2.5043% 且低于 3.9246%，等级为 BB。",
        ),
        (1, "PD is 100 %: grade D.", "违约概率为 100%，等级为 D。"),
    ],
)
def test_why_gives_the_range_of_the_grade(pd, english, chinese):
    assert one("CR_PD2GRADE", pd, None, "why") == english
    assert one("CR_PD2GRADE", pd, None, "why", "zh") == chinese


def test_table_headers_follow_the_language():
    assert udfs.call("CR_PD2GRADE", 0.03, None, "table")[0] == ["grade", "pd", "lower", "upper"]
    assert udfs.call("CR_PD2GRADE", 0.03, None, "table", "zh")[0] == [
        "等级",
        "违约概率",
        "下限",
        "上限",
    ]


@pytest.mark.parametrize(
    ("grade", "pd"),
    [("aa−", 0.0004), ("ＡＡ－", 0.0004), (" bbb+ ", 0.00402), ("AA–", 0.0004), ("", None)],
)
def test_grade_is_known_in_any_case_width_and_minus(grade, pd):
    assert one("CR_GRADE2PD", grade) == pd


def test_unknown_grade_is_the_error_of_its_row_with_the_scale():
    known, unknown = column(udfs.call("CR_GRADE2PD", [["A"], ["A1"]]))
    assert known == 0.00138
    assert unknown.code == "#VALUE!"
    assert unknown.reason.startswith("grade must be on the scale (AAA, AA+, ")
    assert unknown.reason.endswith("got 'A1'.")
    assert "主标尺" in unknown.reason_zh


@pytest.mark.parametrize(
    "rows",
    [
        [["A", 0.02], ["B", 0.01]],
        [["A", 0.02], ["B", 0.02]],
        [["A", -0.02], ["B", 0.01]],
        [["A", 0.02], ["B", 1.01]],
        [["A", 0.02], ["a", 0.03]],
    ],
)
@pytest.mark.parametrize(("function", "value"), [("CR_GRADE2PD", "A"), ("CR_PD2GRADE", 0.02)])
def test_scale_whose_pds_do_not_rise_is_a_bad_call(function, value, rows):
    error = one(function, value, [["grade", "pd"], *rows])
    assert error.code == "#VALUE!"
    assert "scale, column" in error.reason
    assert error.reason_zh


def test_own_scale_in_chinese_headers():
    own = [["等级", "违约概率"], ["优", 0.01], ["差", 0.04]]
    assert column(udfs.call("CR_PD2GRADE", [[0.0199], [0.02], [1]], own)) == ["优", "差", "差"]
    assert one("CR_GRADE2PD", "差", own) == 0.04


def test_grade_key_leaves_different_grades_different():
    assert len({grade_key(grade) for grade in [*VENDOR, "D"]}) == 20


# --- risk tiers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pd", "share", "npl", "tier"),
    [
        (0, 0, False, "premium"),
        (0.004999, 0.1999, False, "premium"),
        (0.004999, 0.2, False, "low"),
        (0.004999, None, False, "low"),
        (0.005, 0, False, "medium"),
        (0.02999, 0, False, "medium"),
        (0.03, 0, False, "high"),
        (1, 0, False, "high"),
        (0.0001, 0, True, "high"),
        (0.0001, 0, "是", "high"),
        (0.0001, 0, "no", "premium"),
        (0.0001, 0, None, "medium"),
        (0.05, 0, None, "high"),
        (None, None, False, None),
        (1.1, 0, False, "#NUM!"),
        (0.001, 1.1, False, "#NUM!"),
        (0.001, "x", False, "#VALUE!"),
        (0.001, 0.1, "maybe", "#VALUE!"),
    ],
)
def test_tier_follows_pd_value_and_npl(pd, share, npl, tier):
    first, second = udfs.call("CR_RISKTIER", [[pd], [0.01]], [[share], [0.5]], [[npl], [0]])
    assert getattr(first[0], "code", first[0]) == tier
    assert second == ["medium"]


def test_arguments_left_out_ask_nothing_of_npl_and_allow_no_premium():
    assert column(udfs.call("CR_RISKTIER", [[0.001], [0.01], [0.1]])) == ["low", "medium", "high"]
    assert one("CR_RISKTIER", 0.001, 0.1) == "premium"


TIERED = ([[0.002], [0.02], [0.001], [0.002], [0.5]], [[0.1], [None], [0.1], [0.3], [0.3]], [[0], [0], [1], [None], [0]])  # fmt: skip


@pytest.mark.parametrize(
    ("out", "lang", "expected"),
    [
        ("value", "en", ["premium", "medium", "high", "medium", "high"]),
        ("value", "zh", ["优质", "中风险", "高风险", "中风险", "高风险"]),
        ("code", "zh", ["premium", "medium", "high", "medium", "high"]),
        (
            "why",
            "en",
            [
                "PD 0.2000% is below 0.50%; position by value 10.0% is below 20.0%: premium.",
                "PD 2.0000% is below 3.00%; position by value not known: medium.",
                "non-performing; PD 0.1000%: high.",
                "PD 0.2000% is below 3.00%; NPL flag not known: medium.",
                "PD 50.0000%: high.",
            ],
        ),
        (
            "why",
            "zh",
            [
                "违约概率 0.2000% 低于 0.50%；价值位次 10.0% 低于 20.0%：优质。",
                "违约概率 2.0000% 低于 3.00%；价值位次未知：中风险。",
                "不良客户；违约概率 0.1000%：高风险。",
                "违约概率 0.2000% 低于 3.00%；是否不良未知：中风险。",
                "违约概率 50.0000%：高风险。",
            ],
        ),
    ],
)
def test_tier_in_every_form_and_language(out, lang, expected):
    assert column(udfs.call("CR_RISKTIER", *TIERED, None, out, lang)) == expected


def test_tier_table_shows_what_it_rests_on():
    rows = udfs.call("CR_RISKTIER", *TIERED, None, "table")
    assert rows[0] == ["tier", "pd", "value_share", "npl"]
    assert rows[1:5] == [
        ["premium", 0.002, 0.1, False],
        ["medium", 0.02, None, False],
        ["high", 0.001, 0.1, True],
        ["medium", 0.002, 0.3, None],
    ]
    assert udfs.call("CR_RISKTIER", *TIERED, None, "table", "zh")[0] == [
        "层级",
        "违约概率",
        "价值位次",
        "不良",
    ]


def test_customer_that_no_row_fits_is_an_error():
    own = [["tier", "label_en", "label_zh", "pd_upper"], ["fine", "fine", "好", 0.01]]
    fits, none = column(udfs.call("CR_RISKTIER", [[0.001], [0.02]], None, None, own))
    assert fits == "fine"
    assert none.code == "#N/A"
    assert "no row of the table tiers fits" in none.reason
    why = column(udfs.call("CR_RISKTIER", [[0.001], [0.02]], None, None, own, "why", "zh"))
    assert why[0].endswith("好。")
    assert why[1].startswith("层级表中没有")


customers = st.tuples(
    st.floats(0, 1) | st.floats(0, 0.04),
    st.none() | st.floats(0, 1),
    st.sampled_from([None, True, False]),
)


@given(st.lists(customers, min_size=1, max_size=12))
@settings(deadline=None, max_examples=80)
def test_tier_is_what_the_rule_says_and_worse_facts_never_improve_it(drawn):
    order = ["premium", "low", "medium", "high"]
    batch = column(
        udfs.call(
            "CR_RISKTIER", *([[value] for value in part] for part in zip(*drawn, strict=True))
        )
    )
    for (pd, share, npl), tier in zip(drawn, batch, strict=True):
        assert tier == by_rule(pd, share, npl)
        assert one("CR_RISKTIER", pd, [[share]], [[npl]]) == tier
        worse = one("CR_RISKTIER", min(1, pd + 0.003), [[None]], [[True]])
        assert order.index(worse) >= order.index(tier)


def by_rule(pd, share, npl):
    if npl or pd >= 0.03:
        return "high"
    if pd >= 0.005 or npl is None:
        return "medium"
    return "premium" if share is not None and share < 0.2 else "low"


def test_a_million_grades_are_those_of_single_cells():
    values = np.random.default_rng(1).uniform(0, 100, 1_000_000)
    grades = udfs.evaluate(udfs.function("CR_GRADE"), (values,)).values
    for i in range(0, 1_000_000, 99_991):
        assert grades[i] == one("CR_GRADE", values[i])
