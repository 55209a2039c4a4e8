"""Policies of segments and strategy: what CR_POLICY spills can be passed back as it is."""

import pytest

import udfs
from udfs import tables

GRADE = [["AAA"], ["AA-"], ["A"], ["BBB"], ["CC"]]
SHARE = [[0.01], [0.04], [0.1], [0.3], [0.6]]
GROUP = [[None], [True], [True], [False], [None]]
COLOUR = [["red"], [None], ["orange"], ["yellow"], ["green"]]
CODES = [["C13"], ["I65"], ["K"], ["F51"], ["D44"]]
TIER = [["premium"], ["low"], ["medium"], ["high"], ["low"]]
DATES = [["2026-01-31"]] * 5

# Function, its cells with POLICY where the table goes, and the built-in table.
POLICY = object()
CASES = [
    ("CR_TIER", (SHARE, GRADE, GROUP, COLOUR, POLICY), "account_tiers"),
    ("CR_TIER", (SHARE, GRADE, GROUP, COLOUR, None, POLICY), "grade_scale"),
    ("CR_INDRISK", (CODES, POLICY), "industry_risk"),
    ("CR_INDRISK", (CODES, None, POLICY), "industry_risk_levels"),
    ("CR_BEHAVE", (SHARE, [[0], [9], [40], [2], [1]], 1, 5, POLICY), "behaviour"),
    ("CR_STRATEGY", (TIER, "approval", POLICY), "tier_strategy"),
    ("CR_ACTION", (TIER, [["A"], ["B"], [None], ["watch"], ["C"]], POLICY), "tier_actions"),
    ("CR_NEXTREVIEW", (DATES, TIER, COLOUR, POLICY), "tier_strategy"),
    ("CR_NEXTREVIEW", (DATES, TIER, COLOUR, None, POLICY), "review_intervals"),
    ("CR_PRODUCT", (CODES, "small", TIER, 0.3, 0.3, 2, POLICY), "product_rules"),
]
IDS = [f"{name}-{table}" for name, _, table in CASES]


@pytest.mark.parametrize(("name", "cells", "table"), CASES, ids=IDS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_spilled_policy_gives_what_the_builtin_one_gives(name, cells, table, lang):
    spilled = udfs.call("CR_POLICY", table, "table", lang)
    own = udfs.call(name, *(spilled if cell is POLICY else cell for cell in cells))
    builtin = udfs.call(name, *(None if cell is POLICY else cell for cell in cells))
    assert own == builtin
    assert all(isinstance(cell, str | float) for (cell,) in own)


@pytest.mark.parametrize("table", sorted({table for _, _, table in CASES}))
def test_policy_that_lacks_a_column_fails_the_call_and_names_it(table):
    name, cells, _ = next(case for case in CASES if case[2] == table)
    first = tables.builtin(table).columns[0]
    spilled = udfs.call("CR_POLICY", table)
    spilled[0][0] = "something else"
    (error,) = udfs.call(name, *(spilled if cell is POLICY else cell for cell in cells))[0]
    assert error.code == "#VALUE!"
    assert first.name in error.reason


@pytest.mark.parametrize("table", tables.names())
def test_every_builtin_table_says_where_it_comes_from_in_both_languages(table):
    builtin = tables.builtin(table)
    assert builtin.date
    for lang in ("en", "zh"):
        assert builtin.title[lang]
        assert builtin.source[lang]
        assert builtin.note[lang]
        headers = builtin.headers(lang)
        assert len(set(headers)) == len(headers)
