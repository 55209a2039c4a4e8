import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError

EQUAL = [[0.2] * 5]


def slot(categories, *cells, out="value", lang="en"):
    count = len(udfs.FUNCTIONS["CR_SLOT"].arguments) - 3
    return udfs.call("CR_SLOT", categories, *cells, *[None] * (count - len(cells)), out, lang)


def test_the_published_rule():
    # EU 2021/598, Article 2: (2, 1, 2, 3, 2) x (40, 10, 20, 15, 15 %) = 2.05 -> 2.
    weights = [[0.4, 0.1, 0.2, 0.15, 0.15]]
    assert slot([[2, 1, 2, 3, 2]], weights, out="average") == [[pytest.approx(2.05)]]
    assert slot([[2, 1, 2, 3, 2]], weights) == [["good"]]


@pytest.mark.parametrize(
    ("word", "years", "weight", "loss"),
    [
        # CRE33.2, 33.4, 33.9 and 33.10; Article 153(5) CRR.
        ("strong", 5, 0.7, 0.004),
        ("good", 5, 0.9, 0.008),
        ("satisfactory", 5, 1.15, 0.028),
        ("weak", 5, 2.5, 0.08),
        ("strong", 2, 0.5, 0),
        ("good", 2, 0.7, 0.004),
        ("satisfactory", 2, 1.15, 0.028),
        ("weak", 2, 2.5, 0.08),
        ("good", 2.5, 0.9, 0.008),
        ("good", None, 0.9, 0.008),
    ],
)
def test_weights_of_projects(word, years, weight, loss):
    assert slot([[word] * 5], None, years, out="rw") == [[weight]]
    assert slot([[word] * 5], None, years, out="el") == [[pytest.approx(loss)]]


@pytest.mark.parametrize(
    ("number", "years", "weight", "loss"),
    [
        # CRE33.5, 33.7, 33.11 and 33.12.
        (1, 5, 0.95, 0.004),
        (2, 5, 1.2, 0.004),
        (3, 5, 1.4, 0.028),
        (4, 5, 2.5, 0.08),
        (1, 2, 0.7, 0.004),
        (2, 2, 0.95, 0.004),
        (3, 2, 1.4, 0.028),
    ],
)
def test_weights_of_volatile_commercial_real_estate(number, years, weight, loss):
    assert slot([[number] * 5], None, years, None, "hvcre", out="rw") == [[weight]]
    assert slot([[number] * 5], None, years, None, "hvcre", out="el") == [[pytest.approx(loss)]]


@pytest.mark.parametrize(
    ("categories", "expected"),
    [
        ([1, 1, 1, 1, 1], 1),
        ([1, 1, 1, 2, 2], 1),
        ([1, 1, 2, 2, 2], 2),
        ([4, 4, 4, 4, 4], 4),
    ],
)
def test_rounding(categories, expected):
    assert slot([categories], EQUAL, out="slot") == [[expected]]


def test_halfway_belongs_to_the_worse():
    assert slot([[1, 2]], [[0.5, 0.5]], out="slot") == [[2]]
    assert slot([[2, 3]], [[0.5, 0.5]]) == [["satisfactory"]]
    # 0.1 + 0.2 + 0.3 is no exact binary number; 1.5 must not become 1.4999….
    assert slot([[1, 1, 2, 2]], [[0.3, 0.2, 0.4, 0.1]], out="slot") == [[2]]


@pytest.mark.parametrize("row", [["优", "良", "中", "差", "1"], ["Strong", "GOOD", 3, 4.0, 1]])
def test_categories_in_words_and_numbers(row):
    assert slot([row], EQUAL, out="average") == [[pytest.approx(2.2)]]


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([[0.7, 0.1, 0.1, 0.05, 0.05]], "weights must be from 0.05 to 0.6 each; got 0.7"),
        ([[0.6, 0.2, 0.1, 0.06, 0.04]], "weights must be from 0.05 to 0.6 each; got 0.04"),
        ([[0.2, 0.2, 0.2, 0.2, 0.1]], "add up to 1; got a sum of 0.9"),
        ([[0.5, 0.5]], "as many as there are factors, 5; got 2 weights"),
    ],
)
def test_weights_must_be_allowed(weights, words):
    ((cell,),) = slot([[1, 2, 3, 2, 1]], weights)
    assert words in cell.reason
    assert cell.reason_zh


def test_factors_of_the_bank_set_weights_and_bounds():
    header = ["factor", "label_en", "label_zh", "weight", "weight_lower", "weight_upper"]
    factors = [header, ["a", "money", "资金", 0.9, 0, 1], ["b", "people", "人员", 0.1, 0, 1]]
    assert slot([[1, 4]], None, None, None, None, factors, out="average") == [[pytest.approx(1.3)]]
    why = slot([[1, 4]], None, None, None, None, factors, out="why", lang="zh")[0][0]
    assert "资金 1（90%）、人员 4（10%）" in why


def test_default_comes_before_the_factors():
    got = slot([[1] * 5, [None] * 5, [1] * 5], None, None, [[1], [1], [None]])
    assert got == [["default"], [None], ["strong"]]
    assert slot([[1, None, 1, 1, 1]], None, None, 1, out="rw") == [[0]]
    assert slot([[1] * 5], None, 1, 1, out="el", lang="zh") == [[0.5]]
    assert slot([[1] * 5], None, None, 1, out="why", lang="zh") == [
        ["违约：项目已违约；风险权重 0%，预期损失 50%。"]
    ]


def test_missing_and_unknown_categories_stay_in_their_rows():
    got = slot([[1, 1, 1, 1, 1], [1, None, 1, 1, 1], [1, 1, 1, 1, 5], [None] * 5, [2] * 5])
    assert got == [["strong"], [CellError("#N/A")], [CellError("#VALUE!")], [None], ["good"]]
    assert got[1][0].reason == "categories, column 2 (political and legal environment) is missing."
    assert got[1][0].reason_zh == "缺少 categories 第 2 列（政治与法律环境）。"


@pytest.mark.parametrize(
    ("years", "lang", "expected"),
    [
        (
            3,
            "en",
            "good: weighted average 2 of financial strength 2 (30%), political and legal environment 1 (15%), transaction characteristics 2 (25%), strength of sponsor 3 (15%), security package 2 (15%); risk weight 90%, expected loss 0.8%; remaining maturity 3 years.",
        ),
        (
            2,
            "zh",
            "良：加权平均 2（财务实力 2（30%）、政治与法律环境 1（15%）、交易特征 2（25%）、发起人实力 3（15%）、担保安排 2（15%））；风险权重 70%，预期损失 0.4%；剩余期限 2 年，监管允许时适用较低权重。",
        ),
    ],
)
def test_why(years, lang, expected):
    assert slot([[2, 1, 2, 3, 2]], None, years, out="why", lang=lang) == [[expected]]


def test_table():
    rows = slot([[2] * 5, [1] * 5], None, [[3], [3]], [[0], [1]], out="table", lang="zh")
    assert rows == [
        ["监管类别", "类别名称", "加权平均", "风险权重", "预期损失", "对应外部评级"],
        [2, "良", 2, 0.9, 0.008, "BB+ 或 BB"],
        [5, "违约", None, 0, 0.5, None],
    ]


@given(st.lists(st.lists(st.integers(1, 4), min_size=5, max_size=5), min_size=2, max_size=6))
@settings(deadline=None, max_examples=40)
def test_one_row_is_as_in_a_batch_and_a_worse_factor_never_helps(rows):
    batch = slot(rows, out="slot")
    assert batch == [slot([row], out="slot")[0] for row in rows]
    for row, (before,) in zip(rows, batch, strict=True):
        for j in range(5):
            worse = [*row]
            worse[j] = min(row[j] + 1, 4)
            assert slot([worse], out="slot")[0][0] >= before


# --- measured items ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "steps"),
    [
        ("dscr", [(1.5, 1), (1.499, 2), (1.3, 2), (1.15, 3), (1.1499, 4), (0.5, 4)]),
        ("llcr", [(1.6, 1), (1.4, 2), (1.2, 3), (1.19, 4)]),
        ("debt_share", [(0.65, 1), (0.651, 2), (0.75, 2), (0.85, 3), (0.86, 4)]),
        ("tail", [(8, 1), (7, 1), (5, 2), (3, 3), (2, 4)]),
        ("extra_debt", [(0, 1), (0.1, 2), (0.25, 3), (0.5, 4)]),
    ],
)
def test_items_by_threshold(item, steps):
    values = [[value] for value, _ in steps]
    assert udfs.call("CR_SLOTITEM", item, values, None, "slot") == [[n] for _, n in steps]


@pytest.mark.parametrize(
    ("item", "value", "lang", "expected"),
    [
        (
            "dscr",
            1.52,
            "en",
            "least debt service coverage ratio (DSCR): 1.52, strong (at least 1.5).",
        ),
        ("dscr", 0.9, "zh", "最低偿债备付率（DSCR）：0.9，差；“中”须不低于 1.15；低于底线 1。"),
        (
            "债务占债务与权益之比",
            0.72,
            "zh",
            "债务占债务与权益之比：0.72，良（不高于 0.75）；“优”须不高于 0.65。",
        ),
    ],
)
def test_why_of_items(item, value, lang, expected):
    assert udfs.call("CR_SLOTITEM", item, value, None, "why", lang) == [[expected]]


def test_table_and_faults_of_items():
    rows = udfs.call(
        "CR_SLOTITEM", [["dscr"], ["x"], ["plcr"]], [[1.4], [1], [None]], None, "table"
    )
    assert rows[0] == ["item", "value", "category", "slot", "threshold", "next_threshold"]
    assert rows[1] == ["least debt service coverage ratio (DSCR)", 1.4, "good", 2, 1.3, 1.5]
    assert rows[2][0] == CellError("#VALUE!")
    assert rows[3][0] == CellError("#N/A")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["dscr", "D", "D", "higher", 1.2, 1.3, 1.1, None], "get easier from strong"),
        (["dscr", "D", "D", "lower", 1.2, 1.1, 1.3, None], "get easier from strong"),
        (["dscr", "D", "D", "up", 3, 2, 1, None], "one of higher, lower"),
    ],
)
def test_thresholds_must_make_sense(row, words):
    table = [[c.name for c in tables.builtin("slotting_thresholds").columns], row]
    ((cell,),) = udfs.call("CR_SLOTITEM", "dscr", 1, table)
    assert words in cell.reason


@given(
    st.sampled_from(["dscr", "llcr", "plcr", "tail", "reserves"]),
    st.floats(-1, 10),
    st.floats(0, 3),
)
@settings(deadline=None, max_examples=40)
def test_a_better_figure_never_gives_a_worse_category(item, value, more):
    got = np.array(udfs.call("CR_SLOTITEM", item, [[value], [value + more]], None, "slot"))
    assert got[1, 0] <= got[0, 0]
