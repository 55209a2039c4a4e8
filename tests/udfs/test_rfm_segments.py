import itertools

import numpy as np
import pandas as pd
import pytest

import udfs
from udfs import tables
from udfs.errors import CellError

MAPS = ["rfm_segments", "rfm_segments_putler", "rfm_segments_mean"]
SCORES = {"rfm_segments": 5, "rfm_segments_putler": 5, "rfm_segments_mean": 2}
HEADERS = ["segment", "label_en", "label_zh", "r_lower", "r_upper", "f_lower", "f_upper"]
HEADERS += ["m_lower", "m_upper", "fm_lower", "fm_upper", "if_overdue"]


def seg(r, f, m, *more):
    ((cell,),) = udfs.call("CR_RFMSEG", r, f, m, *more)
    return cell


def policy(name):
    return udfs.call("CR_POLICY", name)


def by_hand(table, r, f, m):
    """The first row that fits, read cell by cell."""
    fm = int((f + m) / 2 + 0.5)
    for row in table.to_dict("records"):
        limits = [
            (row["r_lower"], row["r_upper"], r),
            (row["f_lower"], row["f_upper"], f),
            (row["m_lower"], row["m_upper"], m),
            (row["fm_lower"], row["fm_upper"], fm),
        ]
        if all(
            (np.isnan(lower) or value >= lower) and (np.isnan(upper) or value <= upper)
            for lower, upper, value in limits
        ):
            return row["segment"]
    return None


@pytest.mark.parametrize("name", MAPS)
def test_every_combination_gets_the_first_row_that_fits(name):
    table = tables.builtin(name).rows
    cells = list(itertools.product(range(1, SCORES[name] + 1), repeat=3))
    r, f, m = (np.array(part, dtype=float) for part in zip(*cells, strict=True))
    codes = udfs.call("CR_RFMSEG", r, f, m, policy(name), None, "code")
    assert [code for (code,) in codes] == [by_hand(table, *cell) for cell in cells]


@pytest.mark.parametrize("name", MAPS)
def test_every_segment_of_a_built_in_map_can_be_reached(name):
    top = SCORES[name]
    cells = [(0, 0, 0), (9, 9, 9), *itertools.product(range(1, top + 1), repeat=3)]
    reached = {by_hand(tables.builtin(name).rows, *cell) for cell in cells}
    assert set(tables.builtin(name).rows["segment"]) <= reached


@pytest.mark.parametrize("name", MAPS)
def test_every_combination_of_a_built_in_map_has_a_segment(name):
    cells = [(0, 0, 0), *itertools.product(range(1, SCORES[name] + 1), repeat=3)]
    assert None not in {by_hand(tables.builtin(name).rows, *cell) for cell in cells}


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((5, 5, 5), "Champions"),
        ((4, 5, 5), "Potential Loyalist"),
        ((2, 2, 2), "Loyal Customers"),
        ((4, 1, 3), "Promising"),
        ((5, 1, 1), "New Customers"),
        ((1, 4, 5), "Can't Lose Them"),
        ((1, 2, 4), "At Risk"),
        ((3, 5, 1), "Others"),
        ((2, 1, 1), "About To Sleep"),
        ((1, 1, 1), "Lost"),
        ((0, 0, 0), "No Activity"),
    ],
)
def test_default_map(scores, expected):
    assert seg(*scores) == expected


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((2, 2, 2), "重要价值客户"),
        ((2, 1, 2), "重要发展客户"),
        ((1, 2, 2), "重要保持客户"),
        ((1, 1, 2), "重要挽留客户"),
        ((2, 2, 1), "一般价值客户"),
        ((2, 1, 1), "一般发展客户"),
        ((1, 2, 1), "一般保持客户"),
        ((1, 1, 1), "一般挽留客户"),
    ],
)
def test_eight_classes_by_the_mean(scores, expected):
    assert seg(*scores, policy("rfm_segments_mean"), None, "value", "zh") == expected


def test_eight_classes_from_events_to_names():
    recency, frequency, monetary = [[10], [50]], [[5], [1]], [[900], [1]]
    r, f, m = (
        udfs.call(
            "CR_RFM", recency, frequency, monetary, None, "mean", None, None, None, None, part
        )
        for part in "rfm"
    )
    names = udfs.call("CR_RFMSEG", r, f, m, policy("rfm_segments_mean"), None, None, "zh")
    assert names == [["重要价值客户"], ["一般挽留客户"]]


@pytest.mark.parametrize(
    ("overdue", "value", "why"),
    [
        (True, "At Risk", "R 5, F 5, M 5 fit Champions; overdue, therefore At Risk."),
        (False, "Champions", "R 5, F 5, M 5 fit Champions."),
        ([[None]], "Champions", "R 5, F 5, M 5 fit Champions; overdue is not known."),
    ],
)
def test_overdue_caps_the_segment(overdue, value, why):
    assert seg(5, 5, 5, None, overdue) == value
    assert seg(5, 5, 5, None, overdue, "why") == why


@pytest.mark.parametrize("name", MAPS)
def test_overdue_never_leaves_a_good_segment(name):
    table = tables.builtin(name).rows
    cells = [(0, 0, 0), *itertools.product(range(1, SCORES[name] + 1), repeat=3)]
    r, f, m = (np.array(part, dtype=float) for part in zip(*cells, strict=True))
    capped = {
        code for (code,) in udfs.call("CR_RFMSEG", r, f, m, policy(name), True, "code") if code
    }
    stays = {row.segment for row in table.itertuples() if row.if_overdue in ("", row.segment)}
    assert capped <= stays
    assert not capped & {"champions", "loyal", "new", "key_value", "general_value"}


def test_why_in_chinese_names_the_cap():
    reason = seg(5, 5, 5, None, True, "why", "zh")
    assert reason == "R 5、F 5、M 5 符合“冠军客户”；有逾期，故归入“风险客户”。"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            [
                ["segment", "code", "by_scores", "overdue"],
                ["At Risk", "at_risk", "Champions", "yes"],
            ],
        ),
        ("zh", [["类别", "代码", "按分数", "逾期"], ["风险客户", "at_risk", "冠军客户", "是"]]),
    ],
)
def test_table(lang, expected):
    assert udfs.call("CR_RFMSEG", 5, 5, 5, None, True, "table", lang) == expected


def test_rows_without_scores_and_with_bad_ones():
    cells = udfs.call(
        "CR_RFMSEG", [[5], [None], ["x"], [2.5], [5]], [[5], [None], [1], [1], [None]], 5
    )
    assert [cell for (cell,) in cells] == [
        "Champions",
        None,
        CellError("#VALUE!"),
        CellError("#NUM!"),
        CellError("#N/A"),
    ]


def own_map(*rows):
    return [HEADERS, *([*row, *[None] * (11 - len(row)), ""] for row in rows)]


def test_a_map_with_a_gap_names_the_scores():
    cell = seg(3, 2, 1, own_map(("top", "Top", "顶", 5, 5)))
    assert cell == CellError("#N/A")
    assert cell.reason.startswith("no row of the map fits R 3, F 2, M 1; add a last row")


def test_a_map_that_moves_to_a_segment_it_lacks_is_a_bad_call():
    table = own_map(("top", "Top", "顶", 5, 5))
    table[1][-1] = "bottom"
    cell = seg(5, 5, 5, table)
    assert (
        cell.reason
        == "map, column if_overdue must be one of the table's own segments; got 'bottom'."
    )


def test_a_short_map_without_optional_columns():
    table = [
        ["细分类别", "英文名称", "中文名称", "R 下限", "R 上限"],
        ["a", "A", "甲", 3, 9],
        ["b", "B", "乙", None, None],
    ]
    assert [seg(5, 1, 1, table), seg(2, 9, 9, table)] == ["A", "B"]


def test_one_row_gives_what_the_batch_gives():
    scores = pd.DataFrame(itertools.product(range(6), repeat=3), columns=list("rfm"), dtype=float)
    batch = udfs.call("CR_RFMSEG", scores.r, scores.f, scores.m)
    picked = range(0, len(scores), 7)
    assert [seg(*scores.iloc[i]) for i in picked] == [batch[i][0] for i in picked]
