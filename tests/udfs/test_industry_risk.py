import pytest

import udfs
from udfs.errors import CellError
from udfs.tables import builtin

HEADERS = ["industries", "label_en", "label_zh", "npl_ratio", "risk"]


def table(*rows):
    return [HEADERS, ["ALL", "All", "全部", 0.02, None], *rows]


@pytest.mark.parametrize(
    ("ratio", "risk"),
    [
        (0, "low"),
        (0.01499, "low"),
        (0.015, "medium"),
        (0.02999, "medium"),
        (0.03, "high"),
        (0.5, "high"),
    ],
)
def test_multiple_of_the_average_gives_the_level(ratio, risk):
    assert udfs.call("CR_INDRISK", "C13", table(["C", "M", "制", ratio, None])) == [[risk]]


@pytest.mark.parametrize("average", [0.016, 0.013, 0.0123, 0.007])
def test_multiple_that_is_exactly_a_limit_reaches_it(average):
    own = [
        HEADERS,
        ["ALL", "All", "全部", average, None],
        ["C", "M", "制", average * 1.5, None],
        ["D", "P", "电", average * 0.75, None],
    ]
    assert udfs.call("CR_INDRISK", [["C"], ["D"]], own) == [["high"], ["medium"]]


def test_narrowest_row_counts_and_a_risk_by_hand_overrides():
    own = table(
        ["C", "Manufacturing", "制造业", 0.02, None],
        ["39-40", "Electronics", "电子", 0.09, "低风险"],
        ["131", "Grain", "谷物", 0.09, None],
    )
    codes = [["C20"], ["C39"], ["40"], ["1311"], ["132"]]
    assert udfs.call("CR_INDRISK", codes, own) == [
        ["medium"],
        ["low"],
        ["low"],
        ["high"],
        ["medium"],
    ]
    why = udfs.call("CR_INDRISK", "C39", own, None, "why")
    assert why == [["Electronics: set to low by hand in the table."]]
    assert udfs.call("CR_INDRISK", "C39", own, None, "why", "zh") == [["电子：表中指定为低风险。"]]


def test_faults_are_named_row_by_row():
    codes = [["T"], ["zzz"], [None], ["#REF!"], ["F"]]
    assert udfs.call("CR_INDRISK", codes) == [
        [CellError("#N/A")],
        [CellError("#VALUE!")],
        [None],
        [CellError("#REF!")],
        ["high"],
    ]
    reasons = udfs.call("CR_INDRISK", codes, None, None, "why", "zh")
    assert reasons[0] == ["table：缺少行业 T 的不良率。"]
    (lacking,) = udfs.call("CR_INDRISK", "J66", table(["C", "M", "制", 0.02, None]))[0]
    assert lacking.code == "#N/A"
    assert "J66" in lacking.reason


def test_table_shows_ratio_and_multiple_in_both_languages():
    own = table(["C", "M", "制", 0.03, None], ["D", "P", "电", None, "low"])
    codes = [["C"], ["D"], ["E"], [None]]
    assert udfs.call("CR_INDRISK", codes, own, None, "table") == [
        ["risk", "industry", "npl_ratio", "average", "multiple"],
        ["high", "M", 0.03, 0.02, 1.5],
        ["low", "P", None, 0.02, None],
        [CellError("#N/A")] * 5,
        [None] * 5,
    ]
    assert udfs.call("CR_INDRISK", "C", own, None, "table", "zh") == [
        ["风险", "行业", "不良率", "全行平均", "倍数"],
        ["高风险", "制", 0.03, 0.02, 1.5],
    ]


def test_own_levels():
    levels = [
        ["level", "label_en", "label_zh", "multiple_from"],
        ["hot", "hot", "热", 3],
        ["cool", "cool", "凉", None],
    ]
    own = table(["C", "M", "制", 0.06, None], ["D", "P", "电", 0.059, None])
    assert udfs.call("CR_INDRISK", [["C"], ["D"]], own, levels) == [["hot"], ["cool"]]


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ([HEADERS, ["C", "M", "制", 0.03, None]], "ALL"),
        ([HEADERS, ["ALL", "All", "全部", 0, None], ["C", "M", "制", 0.03, None]], "ALL"),
        (table(["C", "M", "制", 0.03, "awful"]), "awful"),
        (table(["U", "M", "制", 0.03, None]), "U"),
    ],
)
def test_bad_table_fails_the_call_and_names_the_fault(own, named):
    (error,) = udfs.call("CR_INDRISK", "C", own)[0]
    assert error.code == "#VALUE!"
    assert named in error.reason
    assert error.reason_zh


def test_builtin_table_rates_every_section_but_one():
    sections = [[section] for section in builtin("industry_sections").rows["section"]]
    result = udfs.call("CR_INDRISK", sections)
    assert {cell for (cell,) in result[:-1]} == {"high", "medium", "low"}
    assert result[-1] == [CellError("#N/A")]


@pytest.mark.parametrize("limits", [(0.75, 1.5, None), (1.5, 0.75, 0.1), (1.5, None, None)])
def test_levels_out_of_order_fail_the_call(limits):
    levels = [
        ["level", "label_en", "label_zh", "multiple_from"],
        *([name, name, name, limit] for name, limit in zip("abc", limits, strict=True)),
    ]
    (error,) = udfs.call("CR_INDRISK", "C", None, levels)[0]
    assert "multiple_from" in error.reason
    assert "最后一行留空" in error.reason_zh
