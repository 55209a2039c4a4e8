import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError

HEADERS = ["class", "label_en", "label_zh", "meaning_en", "meaning_zh", "pd_upper"]
CONTRIBUTIONS = [900, 80, 70, 60, 50]
PDS = [0.001, 0.001, 0.01, 0.05, 0.0005]


def column(items):
    return [[item] for item in items]


def classes(contributions, pds, *more):
    cells = udfs.call("CR_ABC3", column(contributions), column(pds), *more)
    return [cell for (cell,) in cells]


def test_classes():
    assert classes(CONTRIBUTIONS, PDS) == ["A", "C", "B", "Watch", "C"]
    assert classes(CONTRIBUTIONS, PDS, None, None, "value", "zh")[3] == "观察"


@pytest.mark.parametrize("position", [0, 1, 2, 3, 4])
@pytest.mark.parametrize(
    ("colour", "watched"),
    [("red", True), ("红", True), ("orange", False), ("green", False), (None, False)],
)
def test_a_red_warning_puts_any_customer_on_watch(position, colour, watched):
    warnings = [None] * 5
    warnings[position] = colour
    plain = classes(CONTRIBUTIONS, PDS)
    got = classes(CONTRIBUTIONS, PDS, column(warnings))
    assert got[position] == ("Watch" if watched else plain[position])


@pytest.mark.parametrize(("upper", "lower", "limit"), [("A", "A-", "A"), ("BB", "BB-", "watch")])
def test_pd_limits_are_borders_of_the_master_scale(upper, lower, limit):
    scale = tables.builtin("master_scale").rows.set_index("grade").pd
    rows = tables.builtin("account_classes").rows.set_index("class")
    stated = rows.pd_upper["A"] if limit == "A" else rows.pd_lower[limit].dropna().iloc[0]
    assert stated == pytest.approx(math.sqrt(scale[upper] * scale[lower]), rel=1e-3)


@pytest.mark.parametrize(
    ("row", "lang", "expected"),
    [
        (
            0,
            "en",
            "0.0% of customers contribute more, PD 0.1000%, warning green: class A (high value: contribution in the top 0.2, PD below 0.1816%).",
        ),
        (
            2,
            "en",
            "40.0% of customers contribute more, PD 1.0000%, no warning on record: class B (medium: all others).",
        ),
        (
            3,
            "zh",
            "贡献更高的客户占 60.0%，违约概率 5.0000%，没有预警记录：观察（高风险：违约概率不低于 3.9247%）。",
        ),
    ],
)
def test_why(row, lang, expected):
    warnings = column(["green", None, None, None, None])
    assert classes(CONTRIBUTIONS, PDS, warnings, None, "why", lang)[row] == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            [
                ["class", "meaning", "contribution_share", "pd", "warning"],
                ["Watch", "red warning", 0.0, 0.001, "red"],
            ],
        ),
        (
            "zh",
            [
                ["类别", "含义", "贡献位次", "违约概率", "预警"],
                ["观察", "红色预警", 0.0, 0.001, "红色"],
            ],
        ),
    ],
)
def test_table(lang, expected):
    assert udfs.call("CR_ABC3", 5, 0.001, "红", None, "table", lang) == expected


def test_rows_that_cannot_be_classed_do_not_count():
    got = classes([900, None, 80, "x", 1], [0.001, None, None, 0.1, 1.5])
    assert got == ["A", None, CellError("#N/A"), CellError("#VALUE!"), CellError("#NUM!")]


def policy(*rows):
    return [[*HEADERS, "cumulative_share", "warnings"], *rows]


def test_an_own_policy_by_cumulative_share():
    table = policy(
        ["big", "Big", "大", "the many", "多数", None, 0.8, None],
        ["rest", "Rest", "其余", "others", "其他", None, None, None],
    )
    got = classes([50, 30, 15, 5], [0.1] * 4, None, table)
    assert got == ["Big", "Big", "Rest", "Rest"]
    why = classes([50, 30, 15, 5], [0.1] * 4, None, table, "why")[0]
    assert why.endswith("Big (the many: among the customers who bring 0.8 of all contributions).")


def test_a_policy_with_a_gap():
    table = policy(["safe", "Safe", "安全", "low PD", "低", 0.01, None, None])
    got = classes([5, 5], [0.001, 0.02], None, table)
    assert got == ["Safe", CellError("#N/A")]
    assert "add a last row without conditions" in classes([5], [0.02], None, table, "why")[0]


def test_a_policy_with_an_unknown_colour():
    table = policy(["x", "X", "X", "y", "y", None, None, "red;purple"])
    ((cell,),) = udfs.call("CR_ABC3", 5, 0.001, None, table)
    assert cell.reason.startswith("policy, column warnings must be colours: green, yellow")


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1)), min_size=1, max_size=20))
@settings(deadline=None, max_examples=40)
def test_classes_agree_with_the_policy_read_by_hand(rows):
    values, pds = (list(part) for part in zip(*rows, strict=True))
    expected = []
    for value, pd in rows:
        share = np.mean([other > value for other in values])
        if pd >= 0.039247:
            expected.append("Watch")
        elif pd < 0.001816:
            expected.append("A" if share < 0.2 else "C")
        else:
            expected.append("B")
    assert classes(values, pds) == expected


@pytest.mark.parametrize(
    ("pd", "expected"),
    [(0.039247, "Watch"), (0.0392469, "B"), (0.001816, "B"), (0.0018159, "A")],
)
def test_a_pd_on_a_limit_belongs_to_the_worse_class(pd, expected):
    assert classes([5], [pd]) == [expected]
