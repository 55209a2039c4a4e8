import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError

# A gas power project: item 1 to 28.
PLANT = [1, 2, 1, 1, 2, 2, 1, 2, 2, 2, 1, 2, 1, 2, 2, 2, 2, 3, 2, "n/a", "n/a", 2, 3, 1, 2, 2, 2, 2]
GRID = tables.builtin("slotting_grid").rows


def grid(answers, items=None, missing=None, out="value", lang="en", **more):
    weights, table, factors, rules = (more.get(n) for n in ("weights", "grid", "factors", "rules"))
    return udfs.call(
        "CR_SLOTGRID", answers, items, missing, weights, table, factors, rules, out, lang
    )


def changed(**answers):
    """The plant with some answers changed, by item number."""
    row = [*PLANT]
    for item, answer in answers.items():
        row[int(item[1:]) - 1] = answer
    return row


def test_the_grid_has_28_items_of_five_factors_in_both_languages():
    numbers = [int(re.match(r"\d+", item)[0]) for item in GRID["item"]]
    assert sorted(set(numbers)) == list(range(1, 29))
    assert len(GRID) == 29
    assert set(GRID["factor"]) == set(tables.builtin("slotting_factors").rows["factor"])
    for code in ("label", "strong", "good", "satisfactory", "weak"):
        assert all(re.search("[\u4e00-\u9fff]", text) for text in GRID[f"{code}_zh"])
        assert not any(re.search("[\u4e00-\u9fff]", text) for text in GRID[f"{code}_en"])


def test_factor_categories_are_means_of_their_items():
    # financial (1+2+1+1+2)/5 = 1.4 -> 1; political (2+1+2+2+2+1)/6 = 1.67 -> 2;
    # transaction (2+1+2+2+2+2+3+2)/8 = 2; sponsor 2.5 -> 3; security 1.8 -> 2.
    assert grid([PLANT], out="factors") == [[1, 2, 2, 3, 2]]
    # 0.3 + 0.3 + 0.5 + 0.45 + 0.3
    assert grid([PLANT], out="average") == [[pytest.approx(1.85)]]
    assert grid([PLANT], out="slot") == [[2]]
    assert grid([PLANT], lang="zh") == [["良"]]


def test_one_project_in_a_column_is_as_in_a_row():
    standing = [[answer] for answer in PLANT]
    for out in ("value", "average", "why", "table", "factors"):
        assert grid(standing, out=out) == grid([PLANT], out=out)


def test_projects_in_rows_are_graded_one_by_one():
    rows = [PLANT, [4] * 28, [None] * 28, [1] * 28]
    assert grid(rows) == [["good"], ["weak"], [None], ["strong"]]


def test_answers_in_words():
    words = {1: "优", 2: "good", 3: "中", 4: "Weak"}
    row = [words.get(answer, "不适用") for answer in PLANT]
    assert grid([row], out="average") == [[pytest.approx(1.85)]]


@pytest.mark.parametrize(
    ("answers", "code", "reason", "reason_zh"),
    [
        (
            changed(_5=None, _19=None),
            "#N/A",
            "answers are missing: 5 amortisation, 19 off-take.",
            "缺少答案：5 还本安排、19 承购风险。",
        ),
        (
            changed(_20=None),
            "#N/A",
            "answers are missing: 20 supply risk.",
            "缺少答案：20 供应风险。",
        ),
        (
            changed(_4="fine"),
            "#VALUE!",
            "answers, item 4 must be 1, 2, 3, 4 or strong, good, satisfactory, weak; got 'fine'.",
            "answers, item 4 应为 1、2、3、4 或优、良、中、差，实际为 'fine'。",
        ),
        (
            changed(_1="n/a"),
            "#VALUE!",
            "item 1 must be answered, it applies to every project; got 'n/a'.",
            "第 1 项适用于所有项目，须作答，实际为 'n/a'。",
        ),
    ],
)
def test_a_project_that_cannot_be_graded_says_why_and_spares_the_others(
    answers, code, reason, reason_zh
):
    got = grid([PLANT, answers, PLANT])
    assert [cell for (cell,) in got] == ["good", CellError(code), "good"]
    assert grid([PLANT, answers], out="why")[1] == [reason]
    assert grid([PLANT, answers], out="why", lang="zh")[1] == [reason_zh]
    assert grid([PLANT, answers], out="factors")[1] == [CellError(code)] * 5


def test_an_error_cell_is_its_project_s_own():
    got = grid([changed(_3=CellError("#REF!")), PLANT])
    assert got == [[CellError("#REF!")], ["good"]]


def test_missing_answers_may_count_as_weak():
    got = grid([changed(_5=None, _19=None)], missing="weak", out="factors")
    # financial (1+2+1+1+4)/5 = 1.8 -> 2; transaction (14-2+4+... )/8 = 2.25 -> 2.
    assert got == [[2, 2, 2, 3, 2]]
    why = grid([changed(_5=None, _19=None)], missing="weak", out="why", lang="zh")[0][0]
    assert why.endswith("缺失而按差计：5 还本安排、19 承购风险。")


@given(st.lists(st.sampled_from([1, 2, 3, 4, None]), min_size=28, max_size=28).filter(any))
@settings(deadline=None, max_examples=30)
def test_a_missing_answer_is_never_better_than_any_answer(row):
    ((missing,),) = grid([row], missing="weak", out="average")
    for answer in (1, 4):
        filled = [answer if cell is None else cell for cell in row]
        assert grid([filled], out="average")[0][0] <= missing + 1e-12


def test_both_variants_of_the_off_take_item():
    row = [*PLANT[:19], None, *PLANT[19:]]  # 19a answered, 19b not
    assert grid([row], out="average") == grid([PLANT], out="average")
    row[18], row[19] = None, 4
    assert grid([row], out="factors") == grid([changed(_19=4)], out="factors")
    assert "19b off-take: no such contract" in grid([row], out="why")[0][0]


def test_items_may_stand_in_any_order_and_by_any_name():
    items = [[*map(str, range(1, 29))]]
    turned = [[*reversed(items[0])]]
    assert grid([PLANT[::-1]], turned, out="factors") == grid([PLANT], out="factors")
    named = [[*items[0][:-1], "储备基金"]]
    assert grid([PLANT], named, out="factors") == grid([PLANT], out="factors")


def test_items_not_asked_for_are_missing():
    ((cell,),) = grid([[2, 2]], [["1", "2"]])
    assert cell == CellError("#N/A")
    assert "3 stress analysis, 4 loan tenor" in cell.reason
    assert grid([[2, 2]], [["1", "2"]], "weak") == [["weak"]]


@pytest.mark.parametrize(
    ("answers", "items", "words"),
    [
        ([[1, 2, 3]], None, "28 answers for each project (29 with both variants)"),
        ([[1, 2, 3]], [["1", "2"]], "one for each of the 3 answers; got 2 items"),
        ([[1, 2]], [["1", "weather"]], "items must be one of 1, 2, 3"),
    ],
)
def test_answers_and_items_must_fit(answers, items, words):
    ((cell,),) = grid(answers, items)
    assert cell == CellError("#VALUE!")
    assert words in cell.reason


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            "good: weighted average 1.85 of financial strength 1, political and legal environment 2, transaction characteristics 2, strength of sponsor 3, security package 2; weakest items (satisfactory): 18 expertise and record of the operator, 23 support of the sponsor.",
        ),
        (
            "zh",
            "良：加权平均 1.85（财务实力 1、政治与法律环境 2、交易特征 2、发起人实力 3、担保安排 2）；最弱项目（中）：18 运营商的专业能力与业绩、23 发起人的支持。",
        ),
    ],
)
def test_why_names_the_weakest_items(lang, expected):
    assert grid([PLANT], out="why", lang=lang) == [[expected]]


def test_table():
    rows = grid([PLANT, changed(_5=None)], missing="weak", out="table", lang="zh")
    assert rows[0] == [
        "财务实力",
        "政治与法律环境",
        "交易特征",
        "发起人实力",
        "担保安排",
        "加权平均",
        "类别名称",
        "最弱项目",
        "缺失项目",
    ]
    assert rows[1][5:] == [
        pytest.approx(1.85),
        "良",
        "18 运营商的专业能力与业绩；23 发起人的支持",
        None,
    ]
    assert rows[2][8] == "5 还本安排"


def test_items_of_one_project_with_their_texts():
    rows = grid([[answer] for answer in PLANT], out="items", lang="zh")
    assert rows[0] == ["项目", "因子", "名称", "类别名称", "说明"]
    assert rows[6] == [
        "6",
        "政治与法律环境",
        "政治风险与转移风险",
        "良",
        "风险较低；必要时有满意的缓释工具",
    ]
    assert rows[19][:4] == ["19", "交易特征", "承购风险", "良"]
    assert " / " in rows[19][4]
    assert rows[20][3:] == ["n/a", None]
    ((cell,),) = grid([PLANT, PLANT], out="items")
    assert "one project for out items; got 2 projects" in cell.reason


def test_factor_numbers_go_into_the_slot_as_they_are():
    factors = grid([PLANT, [4] * 28], out="factors")
    assert udfs.call("CR_SLOT", factors, None, 5, None, None, None, None, "rw") == [[0.9], [2.5]]


def test_weights_of_items_and_factors_are_the_bank_s():
    rows = udfs.call("CR_POLICY", "slotting_grid")
    weight = rows[0].index("weight")
    for row in rows[1:]:
        row[weight] = 10 if row[0] == "23" else 1
    assert grid([PLANT], grid=rows, out="factors") == [[1, 2, 2, 3, 2]]
    assert grid([changed(_22=4)], grid=rows, out="factors") == [[1, 2, 2, 3, 2]]
    equal = [[0.2] * 5]
    assert grid([PLANT], weights=equal, out="average") == [[pytest.approx(2.0)]]
