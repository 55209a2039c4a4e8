import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

SIZES = ("large", "medium", "small", "micro")
# The annex of the rule, typed in a second time: code, indicator (X employees, Y revenue,
# Z assets) and the lower bounds of large, medium and small.
ANNEX = {
    "A": {"Y": (20000, 500, 50)},
    "B": {"X": (1000, 300, 20), "Y": (40000, 2000, 300)},
    "C13": {"X": (1000, 300, 20), "Y": (40000, 2000, 300)},
    "D44": {"X": (1000, 300, 20), "Y": (40000, 2000, 300)},
    "E": {"Y": (80000, 6000, 300), "Z": (80000, 5000, 300)},
    "51": {"X": (200, 20, 5), "Y": (40000, 5000, 1000)},
    "52": {"X": (300, 50, 10), "Y": (20000, 500, 100)},
    "54": {"X": (1000, 300, 20), "Y": (30000, 3000, 200)},
    "58": {"X": (1000, 300, 20), "Y": (30000, 3000, 200)},
    "591": {"X": (1000, 300, 20), "Y": (30000, 3000, 200)},
    "5910": {"X": (1000, 300, 20), "Y": (30000, 3000, 200)},
    "592": {"X": (200, 100, 20), "Y": (30000, 1000, 100)},
    "5990": {"X": (200, 100, 20), "Y": (30000, 1000, 100)},
    "60": {"X": (1000, 300, 20), "Y": (30000, 2000, 100)},
    "61": {"X": (300, 100, 10), "Y": (10000, 2000, 100)},
    "62": {"X": (300, 100, 10), "Y": (10000, 2000, 100)},
    "63": {"X": (2000, 100, 10), "Y": (100000, 1000, 100)},
    "64": {"X": (2000, 100, 10), "Y": (100000, 1000, 100)},
    "65": {"X": (300, 100, 10), "Y": (10000, 1000, 50)},
    "701": {"Y": (200000, 1000, 100), "Z": (10000, 5000, 2000)},
    "702": {"X": (1000, 300, 100), "Y": (5000, 1000, 500)},
    "71": {"X": (300, 100, 10), "Z": (120000, 8000, 100)},
    "72": {"X": (300, 100, 10), "Z": (120000, 8000, 100)},
    "M": {"X": (300, 100, 10)},
    "N": {"X": (300, 100, 10)},
    "O": {"X": (300, 100, 10)},
    "85": {"X": (300, 100, 10)},
    "R": {"X": (300, 100, 10)},
    "703": {"X": (300, 100, 10)},
    "709": {"X": (300, 100, 10)},
}


def size(industry, employees=None, revenue=None, assets=None, *rest):
    return udfs.call("CR_SIZE", industry, employees, revenue, assets, *rest)


@pytest.mark.parametrize(
    ("industry", "employees", "revenue", "assets", "expected"),
    [
        # facts/oracles.json, topic 1
        ("65", 103, 15735.28, None, "中型"),
        ("C", 1000, 40000, None, "大型"),
        ("C", 1500, 1999, None, "小型"),
        ("C", 19, 500000, None, "微型"),
        ("E", None, 90000, 4999, "小型"),
        ("701", None, 250000, 9999, "中型"),
        ("A", None, 499.99, None, "小型"),
        ("52", 10, 99, None, "微型"),
        ("M", 80, None, None, "小型"),
        # fact book, section 1
        ("C", 1500, 39999, None, "中型"),
        ("L", 350, None, 7999, "小型"),
        ("702", 99, 9999, None, "微型"),
    ],
)
def test_published_and_computed_cases(industry, employees, revenue, assets, expected):
    assert size(industry, employees, revenue, assets, "value", "zh") == [[expected]]


def simply(bounds, amounts):
    """The rule as it is worded: a class needs every indicator, micro takes the rest."""
    for i, name in enumerate(SIZES[:3]):
        if all(amounts[indicator] >= lower[i] for indicator, lower in bounds.items()):
            return name
    return "micro"


@pytest.mark.parametrize("industry", ANNEX)
def test_every_bound_of_the_annex(industry):
    bounds = ANNEX[industry]
    steps = {
        indicator: sorted({0.0, *lower, *(bound - 0.01 for bound in lower)})
        for indicator, lower in bounds.items()
    }
    grid = np.array(np.meshgrid(*(steps.get(i, [np.nan]) for i in "XYZ"))).reshape(3, -1)
    cells = [[[None if np.isnan(x) else x] for x in row] for row in grid]
    result = size(industry, *cells)
    expected = [[simply(bounds, dict(zip("XYZ", row, strict=True)))] for row in grid.T]
    assert result == expected


@pytest.mark.parametrize(
    "industry", ["53", "5310", "G53", "J", "66", "金融业", "704", "P", "83", "84", "8411", "S", "T"]
)
def test_industry_without_a_standard_is_not_applicable(industry):
    assert size(industry, 5000, 1e6, 1e6) == [["not applicable"]]
    assert size(industry, None, None, None, "value", "zh") == [["不适用"]]


@pytest.mark.parametrize(
    ("industry", "offers"),
    [
        ("F", ("51", "52")),
        ("G", ("54-58;591", "592-599", "60")),
        ("59", ("591", "592-599")),
        ("H", ("61", "62")),
        ("I", ("63-64", "65")),
        ("K", ("701", "702", "703")),
        ("Q", ("85", "84")),
    ],
)
def test_code_too_wide_for_one_row_is_not_guessed(industry, offers):
    (error,) = size(industry, 100, 1000, 1000)[0]
    assert error.code == "#N/A"
    for offer in offers:
        assert offer in error.reason
        assert offer in error.reason_zh


@pytest.mark.parametrize("industry", ["705", "K708"])
def test_group_that_does_not_exist_is_refused(industry):
    (error,) = size(industry, 100, 1000, 1000)[0]
    assert error.code == "#VALUE!"
    assert "705" in error.reason or "708" in error.reason


@pytest.mark.parametrize(
    ("industry", "cells", "named", "named_zh"),
    [
        ("C", (None, 1000, None), "employees missing", "缺少从业人员"),
        ("C", (100, None, 5), "revenue missing", "缺少营业收入"),
        ("C", (None, None, 5), "employees and revenue missing", "缺少从业人员、营业收入"),
        ("E", (5, 1000, None), "assets missing", "缺少资产总额"),
        ("L", (None, 1000, 1000), "employees missing", "缺少从业人员"),
    ],
)
def test_needed_indicator_that_is_missing_is_named(industry, cells, named, named_zh):
    (error,) = size(industry, *cells)[0]
    assert error.code == "#N/A"
    assert named in error.reason
    assert named_zh in error.reason_zh
    assert size(industry, *cells, "why") == [[error.reason]]
    assert size(industry, *cells, "why", "zh") == [[error.reason_zh]]


def test_missing_indicators_are_named_row_by_row():
    result = size([["C"], ["E"], ["C"]], [[None], [5], [9]], [[1], [1], [1]], None, "why")
    assert "employees missing" in result[0][0]
    assert "assets missing" in result[1][0]
    assert result[2][0].endswith("micro.")


def test_indicator_that_is_not_needed_may_be_blank():
    assert size([["A"], ["M"]], [[None], [80]], [[600], [None]]) == [["medium"], ["small"]]


def test_blank_bad_and_error_rows_stay_alone():
    industry = [["C13"], [None], ["zzz"], ["#REF!"], ["C13"], ["C13"]]
    employees = [[300], [300], [300], [300], [-1], ["many"]]
    assert size(industry, employees, 2000) == [
        ["medium"],
        [None],
        [CellError("#VALUE!")],
        [CellError("#REF!")],
        [CellError("#NUM!")],
        [CellError("#VALUE!")],
    ]


def test_reason_has_the_figures_and_the_rule():
    assert size("65", 103, 15735.28, None, "why")[0][0] == (
        "Software and information technology services: employees 103 persons reaches medium, "
        "revenue 15,735.28 CNY 10k reaches large; the lowest decides: medium."
    )
    assert size("65", 103, 15735.28, None, "why", "zh")[0][0] == (
        "软件和信息技术服务业：从业人员 103 人，达到中型；营业收入 15,735.28 万元，达到大型；"
        "取最低者，为中型。"
    )
    assert "no row" in size("J", 1, 1, 1, "why")[0][0]
    assert "不适用" in size("J", 1, 1, 1, "why", "zh")[0][0]


def test_table_shows_what_each_indicator_reaches():
    cells = ([["65"], ["J"], [None], ["F"]], 103, 15735.28, None, "table")
    assert size(*cells) == [
        ["size", "industry", "employees", "revenue", "assets"],
        ["medium", "Software and information technology services", "medium", "large", None],
        ["not applicable", "No size standard", None, None, None],
        [None] * 5,
        [CellError("#N/A")] * 5,
    ]
    assert size(*cells, "zh")[:2] == [
        ["规模", "划型行业", "从业人员", "营业收入", "资产总额"],
        ["中型", "软件和信息技术服务业", "中型", "大型", None],
    ]


amounts = st.one_of(
    st.none(),
    st.sampled_from([b for row in ANNEX.values() for bounds in row.values() for b in bounds]),
    st.floats(0, 300000),
)
rows = st.lists(st.tuples(st.sampled_from([*ANNEX, "53", "F"]), amounts, amounts, amounts))


@given(rows.filter(bool), st.randoms())
@settings(deadline=None, max_examples=60)
def test_a_row_alone_gives_what_it_gives_in_any_batch(cases, random):
    batch = size(*([[row[j]] for row in cases] for j in range(4)))
    assert batch == [size(*row)[0] for row in cases]
    shuffled = random.sample(range(len(cases)), len(cases))
    again = size(*([[cases[i][j]] for i in shuffled] for j in range(4)))
    assert again == [batch[i] for i in shuffled]


@given(
    st.sampled_from([*ANNEX]),
    *[st.floats(0, 200000)] * 3,
    st.integers(0, 2),
    st.floats(0, 100000),
)
@settings(deadline=None, max_examples=100)
def test_more_of_an_indicator_never_makes_an_enterprise_smaller(industry, x, y, z, which, more):
    given_amounts = [x, y, z]
    larger = [*given_amounts]
    larger[which] += more
    before = SIZES.index(size(industry, *given_amounts)[0][0])
    after = SIZES.index(size(industry, *larger)[0][0])
    assert after <= before
