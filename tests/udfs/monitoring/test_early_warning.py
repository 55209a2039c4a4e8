import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.tables import builtin

SOUND = {
    "receivables_overdue_ratio": 0.02,
    "debt_ratio": 0.5,
    "profit_margin": 0.1,
    "revenue": 1000.0,
    "current_ratio": 1.6,
    "interest_cover": 4.0,
    "dscr": 1.5,
    "overdue_days": 0.0,
}
NAMES = list(SOUND)
INPUTS = 11  # eight figures of this period, and of the prior one debt ratio, margin and revenue


def warn(now=None, before=None, flags=None, out="value", lang="en", rules=None, colours=None):
    """The early warning of one customer that is sound but for what is given."""
    row = [{**SOUND, **(now or {})}[name] for name in NAMES]
    prior = [{**SOUND, **(before or {})}[name] for name in NAMES]
    return udfs.call("CR_EWS", [row], NAMES, [prior], flags or "", rules, colours, out, lang)[0][0]


def test_sound_customer_is_green_without_points():
    assert warn() == "green"
    assert warn(out="points") == 0


@pytest.mark.parametrize(
    ("now", "before", "points"),
    [
        # Fact book, section 10: a threshold must be passed, reaching it is not enough.
        ({"receivables_overdue_ratio": 0.10}, {}, 0),
        ({"receivables_overdue_ratio": 0.101}, {}, 1),
        ({"receivables_overdue_ratio": 0.21}, {}, 2),
        ({"receivables_overdue_ratio": 0.31}, {}, 3),
        ({"debt_ratio": 0.70}, {"debt_ratio": 0.65}, 0),
        ({"debt_ratio": 0.68}, {"debt_ratio": 0.62}, 1),
        ({"debt_ratio": 0.68}, {"debt_ratio": 0.57}, 2),
        ({"debt_ratio": 0.71}, {"debt_ratio": 0.71}, 1),
        ({"debt_ratio": 0.86}, {"debt_ratio": 0.86}, 2),
        ({"debt_ratio": 0.86}, {"debt_ratio": 0.70}, 4),
        ({"profit_margin": 0.08}, {}, 0),
        ({"profit_margin": 0.079}, {}, 1),
        ({"profit_margin": 0.049}, {}, 2),
        ({"profit_margin": -0.01}, {"profit_margin": -0.01}, 2),
        ({"profit_margin": -0.01}, {}, 2),
        ({"revenue": 900}, {}, 0),
        ({"revenue": 899}, {}, 1),
        ({"revenue": 699}, {}, 2),
        ({"current_ratio": 1.2}, {}, 0),
        ({"current_ratio": 1.19}, {}, 1),
        ({"current_ratio": 0.99}, {}, 2),
        ({"interest_cover": 1.99}, {}, 1),
        ({"interest_cover": 1.49}, {}, 2),
        ({"interest_cover": 0.99}, {}, 3),
        ({"dscr": 1.19}, {}, 1),
        ({"dscr": 1.09}, {}, 2),
        ({"dscr": 0.99}, {}, 3),
        ({"overdue_days": 1}, {}, 2),
        ({"overdue_days": 30}, {}, 2),
        ({"overdue_days": 31}, {}, 4),
        ({"overdue_days": 90}, {}, 4),
    ],
)
def test_points_of_each_rule(now, before, points):
    assert warn(now, before, out="points") == points


@pytest.mark.parametrize(
    ("now", "colour"),
    [
        ({"current_ratio": 0.9}, "green"),
        ({"current_ratio": 0.9, "dscr": 1.15}, "yellow"),
        ({"interest_cover": 0.9, "current_ratio": 0.9}, "yellow"),
        ({"interest_cover": 0.9, "dscr": 0.9}, "orange"),
        ({"interest_cover": 0.9, "dscr": 0.9, "current_ratio": 0.9}, "orange"),
        ({"interest_cover": 0.9, "dscr": 0.9, "receivables_overdue_ratio": 0.4}, "red"),
        ({"overdue_days": 91}, "red"),
    ],
)
def test_colour_by_points(now, colour):
    assert warn(now) == colour
    assert warn(now, out="code") == colour


@pytest.mark.parametrize("event", ["court", "executed_person", "fraud"])
def test_grave_event_is_red_whatever_the_figures(event):
    assert warn(flags=event) == "red"
    assert "hard trigger" in warn(flags=event, out="why")


def test_events_are_named_by_code_or_label_in_either_language():
    assert warn(flags=" Fund_Diversion ；借新还旧、外部评级下调", out="points") == 9
    assert "挪用贷款资金（+4 分）" in warn(flags="fund_diversion", out="why", lang="zh")


def test_events_may_stand_in_columns_of_their_own():
    values = [[0.5, True], [0.5, "否"], [0.5, None]]
    call = ("CR_EWS", values, ["资产负债率", "被列为被执行人"], None, None, None, None)
    assert udfs.call(*call)[0] == ["red"]
    whys = [row[0] for row in udfs.call(*call, "why", "zh")]
    assert "被列为被执行人（直接触发）" in whys[0]
    assert "被列为被执行人" not in whys[1]
    assert "被列为被执行人" in whys[2].split("缺失：")[1]


def test_event_in_a_column_and_in_the_flags_count_once():
    call = ("CR_EWS", [[1.0, True]], ["current_ratio", "key_person"], None, "key_person", None)
    assert udfs.call(*call, None, "points") == [[3.0]]


@pytest.mark.parametrize(("missing", "colour"), [(5, "green"), (6, "insufficient data")])
def test_more_than_half_of_the_inputs_missing_gives_no_colour(missing, colour):
    gaps = dict.fromkeys(
        ["receivables_overdue_ratio", "current_ratio", "interest_cover", "dscr", "overdue_days"]
    )
    before = {} if missing == 5 else {"revenue": None}
    assert warn(gaps, before) == colour


def test_missing_data_cannot_hide_a_red_customer():
    values = [[0.99, 0.5, 95]]
    names = ["interest_cover", "dscr", "overdue_days"]
    assert udfs.call("CR_EWS", values, names) == [["red"]]


def test_customer_without_any_figure_but_with_an_event_on_record_is_a_blank_row():
    assert udfs.call("CR_EWS", [[None, None]], ["dscr", "revenue"]) == [[None]]


def test_missing_inputs_are_named_and_counted():
    why = warn({"dscr": None}, {"revenue": None}, out="why")
    assert why == "Green, 0 points: no signal. Missing: Revenue (prior period), DSCR."
    insufficient = udfs.call("CR_EWS", [[0.5]], ["debt_ratio"], None, None, None, None, "why")[0][0]
    assert f"More than half missing (10 / {INPUTS})." in insufficient
    assert insufficient.endswith("events (flags).")
    assert "Debt ratio (prior period)" in insufficient
    assert "Debt ratio," not in insufficient


def test_why_gives_the_figures_and_the_heaviest_signal_first():
    now = {"debt_ratio": 0.8, "interest_cover": 0.8, "profit_margin": 0.04}
    before = {"debt_ratio": 0.68}
    assert warn(now, before, out="why") == (
        "Orange, 8 points: Interest cover 0.8, below 1 (+3); "
        "Debt ratio 68.0 % to 80.0 %, up 12.0 pp, more than 10.0 pp (+2); "
        "Profit margin 10.0 % to 4.0 %, down 60.0 %, more than 50.0 % (+2); "
        "Debt ratio 80.0 %, above 70.0 % (+1)."
    )
    assert warn(now, before, out="why", lang="zh") == (
        "橙色，8 分：利息保障倍数 0.8，低于 1（+3 分）；"
        "资产负债率由 68.0% 至 80.0%，上升 12.0 个百分点，超过 10.0 个百分点（+2 分）；"
        "营业利润率由 10.0% 至 4.0%，下降 60.0%，超过 50.0%（+2 分）；"
        "资产负债率 80.0%，高于 70.0%（+1 分）。"
    )


def test_fall_from_nothing_is_beyond_every_limit_and_has_no_share():
    why = warn({"profit_margin": -0.1}, {"profit_margin": 0.0}, out="why")
    assert "Profit margin" in why
    assert "inf" not in why
    assert warn({"revenue": 0}, {"revenue": 0}, out="points") == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table_holds_points_of_each_signal_blank_where_untested(lang):
    headers, row = udfs.call(
        "CR_EWS", [[0.9, 45.0]], ["debt_ratio", "overdue_days"], None, "guarantor", *[None] * 2, "table", lang
    )  # fmt: skip
    cells = dict(zip(headers, row, strict=True))
    names = {
        "en": ("points", "leverage", "leverage rise", "overdue", "guarantor", "fraud"),
        "zh": ("分值", "资产负债率", "资产负债率上升", "逾期天数", "担保人出现风险", "欺诈或提供虚假资料"),
    }[lang]  # fmt: skip
    assert [cells[name] for name in names] == [8, 2, None, 4, 2, 0]
    assert sum(cell or 0 for cell in row[4:]) == 8


def test_bad_figure_is_its_own_rows_error_and_named_as_the_user_names_it():
    values = [[0.9, 1.0], ["n/a", 1.0], ["#N/A", 1.0], [0.9, None]]
    cells = udfs.call("CR_EWS", values, ["资产负债率", "流动比率"], *[None] * 4, "points")
    assert [row[0] for row in cells] == [3.0, CellError("#VALUE!"), CellError("#N/A"), 2.0]
    assert cells[1][0].why("zh") == "资产负债率：'n/a' 不是数字。"


def test_unknown_event_is_its_own_rows_error():
    cells = udfs.call("CR_EWS", [[91], [91]], ["overdue_days"], None, [["fraud"], ["bankrupt"]])
    assert cells == [["red"], [CellError("#VALUE!")]]
    assert "executed_person" in cells[1][0].why()
    assert "被列为被执行人" in cells[1][0].why("zh")


def test_columns_no_rule_asks_for_are_left_alone():
    assert udfs.call("CR_EWS", [["ACME", 95]], ["Name", "Overdue_Days"]) == [["red"]]


def test_one_customer_may_be_tried_with_several_events():
    cells = udfs.call(
        "CR_EWS", [[0.5, 95]], ["debt_ratio", "overdue_days"], None, [[None], ["fraud"]]
    )
    assert cells == [["red"], ["red"]]
    points = udfs.call(
        "CR_EWS", [[0.5, 31]], ["debt_ratio", "overdue_days"], None, [[None], ["key_person"]], None, None, "points",
    )  # fmt: skip
    assert points == [[4.0], [6.0]]


def test_prior_row_may_be_blank_for_a_new_customer():
    assert udfs.call("CR_EWS", [[95.0]], ["overdue_days"], [[None]]) == [["red"]]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (([[1.0]], ["name"]), ["indicators", "debt_ratio"]),
        (([[1.0, 2.0]], ["dscr"]), ["values", "2 columns"]),
        (([[1.0, 2.0]], ["dscr", "DSCR"]), ["indicators", "each indicator once"]),
        (([[1.0]], ["dscr"], [[1.0, 2.0]]), ["prior_values", "2 columns"]),
    ],
)
def test_bad_call_names_the_argument(cells, words):
    (error,) = udfs.call("CR_EWS", *cells)[0]
    assert all(word in error.reason for word in words), error.reason


def own_rules(**changes):
    rules = builtin("early_warning").rows.copy()
    for column, value in changes.items():
        rules.loc[0, column] = value
    return rules


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"kind": "odd"}, "kind"),
        ({"kind": "change"}, "comparison"),
        ({"comparison": "rise"}, "comparison"),
        ({"threshold": None}, "threshold"),
        ({"points": -1}, "points"),
        ({"kind": "flag"}, "kind"),
    ],
)
def test_rule_that_cannot_be_tested_is_refused_with_its_row(changes, column):
    (error,) = udfs.call("CR_EWS", [[1.0]], ["dscr"], None, None, own_rules(**changes))[0]
    assert f"column {column}" in error.reason


@pytest.mark.parametrize(
    "points", [[1, 3, 6, 9, None], [0, 3, 3, 9, None], [0, 3, 6, 9, 12], [0, 3, None, 9, None]]
)
def test_colours_must_ascend_from_nought_with_one_for_missing_data(points):
    colours = builtin("early_warning_colours").rows.copy()
    colours["points"] = points
    (error,) = udfs.call("CR_EWS", [[1.0]], ["dscr"], None, None, None, colours)[0]
    assert "colours" in error.reason


def test_own_rules_are_read_back_as_they_were_spilled_in_chinese():
    spilled = udfs.call("CR_POLICY", "early_warning", "table", "zh")
    column = spilled[0].index("阈值")
    row = next(r for r in spilled if r[1] == "dscr" and r[column] == 1.1)
    assert warn({"dscr": 1.15}, out="points", rules=spilled) == 1
    row[column] = 1.16
    assert warn({"dscr": 1.15}, out="points", rules=spilled) == 2


def test_rules_may_be_events_alone():
    rules = builtin("early_warning").rows
    events = rules[rules["kind"] == "flag"]
    call = ("CR_EWS", [[None, True], [None, False]], ["fraud", "court"], None, None, events, None)
    assert udfs.call(*call) == [["red"], ["green"]]
    whys = udfs.call(*call, "why")
    assert whys[1][0] == "Green, 0 points: no signal. Missing: Fraud or forged documents."
    given = udfs.call("CR_EWS", [[True]], ["court"], None, [[None]], events, None, "why")
    assert given == [["Red, 9 points: Sued or assets frozen by a court (hard trigger)."]]


FIGURES = st.one_of(st.none(), st.floats(-2, 2).map(lambda x: round(x, 3)))
BOOK = st.lists(st.lists(FIGURES, min_size=8, max_size=8), min_size=1, max_size=8)


@settings(deadline=None, max_examples=40)
@given(BOOK, st.randoms())
def test_one_row_gives_what_it_gives_in_a_batch_in_any_order(rows, random):
    def call(values, out):
        flags = [["fraud" if row[0] == 0 else None] for row in values]
        return udfs.call("CR_EWS", values, NAMES, values[::-1], flags, None, None, out)

    for out in ("points", "why"):
        batch = call(rows, out)
        if any(cell is None for row in rows for cell in row[:1]):
            continue
        order = list(range(len(rows)))
        random.shuffle(order)
        prior = rows[::-1]
        flags = [["fraud" if row[0] == 0 else None] for row in rows]
        shuffled = udfs.call(
            "CR_EWS", [rows[i] for i in order], NAMES, [prior[i] for i in order],
            [flags[i] for i in order], None, None, out,
        )  # fmt: skip
        assert shuffled == [batch[i] for i in order]
        for i in order:
            alone = udfs.call("CR_EWS", [rows[i]], NAMES, [prior[i]], [flags[i]], None, None, out)
            assert alone == [batch[i]]


WORSE = {"receivables_overdue_ratio": 1, "debt_ratio": 1, "overdue_days": 1}


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(NAMES), st.floats(0, 3), st.floats(0, 3))
def test_worse_figure_never_has_fewer_points(name, one, other):
    better, worse = sorted((one, other))
    if name not in WORSE:
        better, worse = worse, better
    assert warn({name: worse}, out="points") >= warn({name: better}, out="points")


def brute_force(now, before):
    """The rules of the table applied to one customer, one after the other."""
    total = {}
    for rule in builtin("early_warning").rows.itertuples():
        if rule.kind == "flag" or now.get(rule.indicator) is None:
            continue
        value = now[rule.indicator]
        if rule.kind != "level":
            if before[rule.indicator] is None:
                continue
            value -= before[rule.indicator]
            if rule.kind == "relative change":
                value /= abs(before[rule.indicator])
        limit = -rule.threshold if rule.comparison == "fall" else rule.threshold
        if (value > limit) if rule.comparison in ("above", "rise") else (value < limit):
            total[rule.signal] = max(total.get(rule.signal, 0), rule.points)
    return sum(total.values())


def test_book_scores_as_the_rules_applied_one_by_one():
    rng = np.random.default_rng(7)
    values = np.abs(rng.normal(0.8, 0.7, size=(400, 8))) + 0.01
    prior = np.abs(rng.normal(0.8, 0.7, size=(400, 8))) + 0.01
    values[rng.random(values.shape) < 0.15] = np.nan
    prior[rng.random(values.shape) < 0.15] = np.nan
    cells = udfs.call("CR_EWS", values, NAMES, prior, *[None] * 3, "points")
    for (given_points,), now, before in zip(cells, values, prior, strict=True):
        known = [
            {name: None if np.isnan(x) else x for name, x in zip(NAMES, row, strict=True)}
            for row in (now, before)
        ]
        assert given_points == brute_force(*known)
