import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.tables import builtin

POLICY = builtin("warning_actions").rows
COLOURS = ["green", "yellow", "orange", "red"]


def adjust(*cells):
    return udfs.call("CR_ADJUST", *cells)


def test_policy_speaks_of_the_colours_of_cr_ews_in_the_same_words():
    colours = builtin("early_warning_colours").rows
    for column in ("warning", "label_en", "label_zh"):
        assert list(POLICY[column]) == list(colours[column])


@pytest.mark.parametrize("warning", ["orange", "Orange", "橙色", "橙", " orange "])
def test_warning_is_known_by_code_label_and_short_word(warning):
    assert adjust(warning, 1000, None, None, None, "limit") == [[800.0]]


@pytest.mark.parametrize(("out", "column"), [("value", "actions"), ("collateral", "collateral")])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_of_the_policy_in_both_languages(out, column, lang):
    cells = adjust([[c] for c in POLICY["warning"]], *[None] * 4, out, lang)
    assert [row[0] for row in cells] == list(POLICY[f"{column}_{lang}"])


def test_review_months_of_the_policy():
    cells = adjust([[c] for c in COLOURS], *[None] * 4, "review")
    assert [row[0] for row in cells] == [12, 3, 1, 1]


@pytest.mark.parametrize(
    ("warning", "limit", "rate", "excess"),
    [
        ("green", 1000, 0.05, 0),
        ("yellow", 1000, 0.0525, 0),
        ("orange", 800, 0.0575, 100),
        ("red", 0, 0.065, 900),
        ("insufficient data", 1000, 0.05, 0),
    ],
)
def test_new_limit_rate_and_excess(warning, limit, rate, excess):
    for out, expected in (("limit", limit), ("rate", rate), ("excess", excess)):
        assert adjust(warning, 1000, 0.05, 900, None, out) == [[expected]]


def test_heavier_warning_is_never_treated_more_kindly():
    rows = POLICY.set_index("warning").loc[COLOURS]
    assert rows["limit_change"].is_monotonic_decreasing
    assert rows["spread_change_bp"].is_monotonic_increasing
    assert rows["review_months"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (
            ("orange", 1000, 0.0435, 900),
            ("Orange: limit 1,000 to 800 (-20%), of which 900 is drawn: pay down 100; "
            "rate 4.35% to 5.10% (+75 bp); review within 1 month."),
        ),
        (("yellow",), "Yellow: limit not known; rate +25 bp; review within 3 months."),
        (("red",), "Red: limit not known (-100%); rate +150 bp; review within 1 month."),
        (("green", 10, 0.05), "Green: limit 10 unchanged; rate 5.00% unchanged; review within 12 months."),
    ],
)  # fmt: skip
def test_why_gives_the_figures_and_what_is_not_known(cells, why):
    assert adjust(*cells, *[None] * (5 - len(cells)), "why") == [[why]]


def test_why_in_chinese():
    ((why,),) = adjust("red", 1000, 0.05, 300, None, "why", "zh")
    assert why == (
        "红色：授信额度由 1,000 调至 0（-100%），已用 300，须压降 300；"
        "利率由 5.00% 调至 6.50%（+150 个基点）；1 个月内复评。"
    )


def test_blank_balance_is_named_where_the_limit_falls():
    whys = adjust([["red"], ["green"]], 10, None, [[None], [None]], None, "why")
    assert "balance not known" in whys[0][0]
    assert "balance not known" not in whys[1][0]
    whys = adjust([["red"], ["green"]], 10, None, [[None], [None]], None, "why", "zh")
    assert "余额未知" in whys[0][0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table_holds_all_parts_and_blanks_what_is_not_known(lang):
    headers, row = adjust("orange", 1000, None, None, None, "table", lang)
    assert len(headers) == len(row) == 9
    label = {"en": "orange", "zh": "橙色"}[lang]
    assert row[:6] == [label, -0.2, 800, None, 75, None]


def test_unknown_colour_and_blank_input_are_their_own_rows_errors():
    cells = adjust(
        [["red"], ["blue"], [None], ["red"]], [[10], [10], [None], [None]], *[None] * 3, "limit"
    )
    assert cells == [[0.0], [CellError("#VALUE!")], [None], [CellError("#N/A")]]
    assert "got 'blue'" in cells[1][0].reason


@pytest.mark.parametrize(
    ("out", "name"), [("limit", "limit"), ("rate", "rate"), ("excess", "limit")]
)
def test_result_whose_input_is_not_given_fails_the_call(out, name):
    (error,) = adjust("red", *[None] * 4, out)[0]
    assert error == CellError("#N/A")
    assert error.reason.startswith(name)


def test_excess_needs_the_balance():
    (error,) = adjust("red", 10, None, None, None, "excess")[0]
    assert error.reason.startswith("balance")


@pytest.mark.parametrize(("limit", "rate"), [(-1, 0.05), (10, 1.5)])
def test_figures_out_of_bounds_are_refused(limit, rate):
    assert adjust("red", limit, rate, None, None, "why")[0][0].startswith(("limit", "rate"))


def test_own_policy_is_read_back_as_it_was_spilled():
    spilled = udfs.call("CR_POLICY", "warning_actions", "table", "zh")
    column = spilled[0].index("授信额度调整")
    spilled[3][column] = -0.5
    assert adjust("橙色", 100, None, None, spilled, "limit") == [[50]]
    spilled[3][column] = -1.5
    (error,) = adjust("橙色", 100, None, None, spilled, "limit")[0]
    assert "limit_change" in error.reason


def test_warning_of_cr_ews_gives_the_next_review():
    ews = udfs.call("CR_EWS", [[95.0], [0.0]], ["overdue_days"])
    assert ews == [["red"], ["insufficient data"]]
    dates = udfs.call("CR_NEXTREVIEW", [["2026-01-31"], ["2026-01-31"]], "low", ews)
    assert dates == [[46081.0], [46081.0]]  # 2026-02-28, a month on
    labels = udfs.call("CR_EWS", [[95.0], [0.0]], ["overdue_days"], *[None] * 4, "value", "zh")
    assert labels == [["红色"], ["数据不足"]]
    assert udfs.call("CR_NEXTREVIEW", [["2026-01-31"]] * 2, "low", labels) == dates


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*COLOURS, "insufficient data", "odd"]),
            st.one_of(st.none(), st.floats(0, 1e6)),
            st.one_of(st.none(), st.floats(0, 0.3)),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["value", "limit", "rate", "why"]),
)
def test_one_row_gives_what_it_gives_in_a_batch(rows, out):
    columns = [[[cell] for cell in part] for part in zip(*rows, strict=True)]
    batch = adjust(*columns, None, None, out)
    for row, expected in zip(rows, batch, strict=True):
        alone = adjust(*([[cell]] for cell in row), None, None, out)
        assert alone == [expected]
