import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError
from udfs.ratios.definitions import find_ratios
from udfs.ratios.figures import read_items

ITEMS = ["现金", "货币资金", "资产总计", "负债合计", "净利润", "营业收入"]


def ratio(name, items, current, prior=None, earlier=None, **more):
    order = ("definitions", "statement_items", "average", "blanks", "out", "lang")
    rest = [more.get(key) for key in order]
    return udfs.call("CR_RATIO", name, [items], current, prior, earlier, *rest)


def flat(cells):
    return [cell for (cell,) in cells]


def reason(cells, lang="en"):
    ((cell,),) = cells
    return cell.why(lang)


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["current_ratio", "Current ratio", "流动比率", " current  RATIO ", "CURRENT_RATIO"]
)
@pytest.mark.parametrize(
    "items",
    [
        ["current_assets", "current_liabilities"],
        ["流动资产合计", "流动负债合计（万元）"],
        ["Total current assets", "Current Liabilities"],
        ["一、流动资产合计", "减：流动负债合计"],
    ],
)
def test_ratio_and_items_are_known_by_code_and_both_labels(name, items):
    assert flat(ratio(name, items, [[450, 300]])) == [1.5]


def test_columns_of_other_names_and_without_a_name_are_ignored():
    cells = ratio("debt_ratio", ["客户", None, "assets", "liabilities"], [["甲", "x", 1000, 600]])
    assert flat(cells) == [0.6]


def test_a_formula_may_be_typed_and_name_any_header():
    items = ["Net sales (export)", "revenue"]
    assert flat(ratio("'Net sales (export)' / revenue", items, [[25, 100]])) == [0.25]


def test_averages_take_opening_and_closing():
    cells = ratio(
        "net_roa", ["assets", "net_profit"], [[1000, 50], [1000, 50]], [[600, 1], [1000, 1]]
    )
    assert flat(cells) == [50 / 800, 0.05]


def test_prior_average_takes_the_earlier_period():
    grids = ([[300]], [[200]], [[100]])
    assert flat(ratio("average(assets) / prior(average(assets))", ["assets"], *grids)) == [
        250 / 150
    ]


def test_totals_are_derived_from_their_parts():
    items = ["assets", "liabilities", "net_profit"]
    assert flat(ratio("equity_multiplier", items, [[1000, 600, 1]])) == [2.5]
    assert flat(ratio("debt_ratio", ["equity", "liabilities"], [[400, 600]])) == [0.6]
    assert flat(ratio("working_capital", ["流动资产", "流动负债"], [[7, 5]])) == [2]


def test_a_total_that_is_given_is_not_derived():
    items = ["assets", "liabilities", "equity"]
    cells = ratio("equity_multiplier", items, [[1000, 600, 500], [1000, 600, None]])
    assert flat(cells) == [2, 2.5]


# --- what is missing ------------------------------------------------------------------------------


def test_missing_items_are_named_in_both_languages():
    cells = ratio("interest_cover", ["profit_before_tax"], [[10]])
    assert flat(cells) == [CellError("#N/A")]
    assert reason(cells) == "Interest cover: missing Interest expense; items has no such name."
    assert reason(cells, "zh") == "利息保障倍数：缺少利息费用；items 中没有该名称。"


def test_a_blank_cell_is_missing_in_its_row_only():
    cells = ratio(
        "debt_ratio", ["assets", "liabilities"], [[10, 5], [10, None], [None, None], [4, 1]]
    )
    assert flat(cells) == [0.5, CellError("#N/A"), None, 0.25]
    assert cells[1][0].reason == "Debt ratio: missing Total liabilities."


def test_missing_parts_of_a_total_are_named_where_some_are_given():
    items = ["short_term_borrowings", "long_term_borrowings", "assets"]
    cells = ratio("interest_bearing_debt_ratio", items, [[10, 20, 100]])
    assert "missing Trading financial liabilities, Notes payable" in reason(cells)
    assert 'blanks = "nil"' in reason(cells)


def test_blank_lines_count_as_zero_only_when_told_to_and_are_named():
    items = ["short_term_borrowings", "long_term_borrowings", "assets"]
    name = "interest_bearing_debt_ratio"
    assert flat(ratio(name, items, [[10, 20, 100]], blanks="nil")) == [0.3]
    text = reason_text(ratio(name, items, [[10, 20, 100]], blanks="nil", out="why"))
    assert text.endswith(
        "counted as zero: Trading financial liabilities, Notes payable, Non-current liabilities due "
        "within one year, Bonds payable, Long-term payables."
    )


def test_nil_never_stands_for_a_line_that_every_firm_has():
    cells = ratio("debt_ratio", ["assets", "liabilities"], [[10, None]], blanks="nil")
    assert flat(cells) == [CellError("#N/A")]


def test_nil_does_not_make_up_a_period_the_customer_has_no_figures_for():
    items = ["cost_of_sales", "inventories"]
    cells = ratio("inventory_days", items, [[360, 10]], [[None, None]], blanks="nil")
    assert reason(cells) == "Inventory days: missing prior Inventories."


def reason_text(cells):
    ((text,),) = cells
    return text


@pytest.mark.parametrize(("name", "argument"), [("roa", "prior"), ("revenue_growth", "prior")])
def test_a_period_that_is_not_given_fails_the_call_by_its_name(name, argument):
    items = ["assets", "profit_before_tax", "finance_expenses", "revenue"]
    cells = ratio(name, items, [[1, 2, 3, 4], [1, 2, 3, 4]])
    assert reason(cells).startswith(f"{argument} must be the statements that")


def test_closing_balance_stands_for_the_average_only_when_told_to():
    items = ["assets", "net_profit"]
    assert ratio("net_roa", items, [[1000, 50]])[0][0] == CellError("#VALUE!")
    assert flat(ratio("net_roa", items, [[1000, 50]], average="closing")) == [0.05]
    both = ratio("net_roa", items, [[1000, 50]] * 2, [[600, 1], [None, 1]], average="closing")
    assert flat(both) == [50 / 800, 0.05]
    reasons = flat(
        ratio(
            "net_roa", items, [[1000, 50]] * 2, [[600, 1], [None, 1]], average="closing", out="why"
        )
    )
    assert "closing balance used as average" not in reasons[0]
    assert reasons[1].endswith("closing balance used as average.")


def test_a_customer_without_prior_figures_lacks_only_what_needs_them():
    items = ["assets", "liabilities", "net_profit"]
    current, prior = [[10, 5, 1], [10, 5, 1]], [[10, 5, 1], [None, None, None]]
    assert flat(ratio("debt_ratio", items, current, prior)) == [0.5, 0.5]
    assert flat(ratio("net_roa", items, current, prior)) == [0.1, CellError("#N/A")]


# --- figures that give no result ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "items", "row", "code", "text"),
    [
        ("current_ratio", ["current_assets", "current_liabilities"], [1, 0], "#DIV/0!", "zero"),
        ("equity_multiplier", ["assets", "equity"], [1, -1], "#NUM!", "below zero"),
        ("equity_multiplier", ["assets", "equity"], [1, 0], "#DIV/0!", "zero"),
        ("interest_cover", ["profit_before_tax", "利息费用"], [1, -2], "#NUM!", "below zero"),
        ("debt_ratio", ["assets", "liabilities"], ["x", 1], "#VALUE!", "'x' is not a number"),
        ("debt_ratio", ["assets", "liabilities"], [CellError("#REF!"), 1], "#REF!", "#REF!"),
        ("debt_ratio", ["assets", "liabilities"], [1e-308, 1e308], "#NUM!", "finite"),
    ],
)
def test_rows_without_a_result_say_why(name, items, row, code, text):
    cells = ratio(name, items, [row])
    assert flat(cells) == [CellError(code)]
    assert text in reason(cells)


def test_growth_from_a_loss_is_no_growth():
    cells = ratio("profit_growth", ["net_profit"], [[12], [12], [12]], [[10], [-10], [0]])
    assert flat(cells) == [pytest.approx(0.2), CellError("#NUM!"), CellError("#DIV/0!")]
    assert "上期净利润" in ratio("profit_growth", ["净利润"], [[1]], [[-1]])[0][
        0
    ].reason_zh.replace("(", "")


def test_a_dash_in_a_column_of_statements_is_a_blank():
    items = ["current_assets", "inventories", "current_liabilities"]
    rows = [[4, "-", 2], [4, 1, "—"], ["x", 1, 2]]
    cells = ratio("quick_ratio", items, rows, blanks="nil")
    assert flat(cells) == [2, CellError("#N/A"), CellError("#VALUE!")]


def test_a_faulty_cell_that_the_ratio_does_not_need_is_no_matter():
    cells = ratio("debt_ratio", ["assets", "liabilities", "cash"], [[10, 5, "?"]])
    assert flat(cells) == [0.5]


# --- why and table --------------------------------------------------------------------------------


def test_why_shows_formula_and_figures():
    items = ["net_profit", "assets", "liabilities"]
    cells = ratio("roe", items, [[50, 1000, 600]], [[30, 900, 540]], out="why")
    assert flat(cells) == [
        (
            "Return on equity = Net profit / average(Equity) = 13.16%: Net profit 50, Equity 400, "
            "prior Equity 360; Equity derived as Total assets - Total liabilities; "
            "prior Equity derived as Total assets - Total liabilities."
        )
    ]
    cells = ratio("roe", items, [[50, 1000, 600]], [[30, 900, 540]], out="why", lang="zh")
    assert flat(cells) == [
        (
            "净资产收益率 = 净利润 / 平均(所有者权益合计) = 13.16%：净利润 50、所有者权益合计 400、"
            "上期所有者权益合计 360；所有者权益合计 由 资产总计 - 负债合计 推导；"
            "上期所有者权益合计 由 资产总计 - 负债合计 推导。"
        )
    ]


@pytest.mark.parametrize(
    ("lang", "headers"),
    [
        ("en", ["Return on equity", "Net profit", "Equity", "prior Equity", "note"]),
        ("zh", ["净资产收益率", "净利润", "所有者权益合计", "上期所有者权益合计", "说明"]),
    ],
)
def test_table_shows_every_figure_used(lang, headers):
    items = ["net_profit", "equity"]
    cells = ratio("roe", items, [[50, 400], [1, None]], [[30, 360], [1, 2]], out="table", lang=lang)
    assert cells[0] == headers
    assert cells[1] == [pytest.approx(50 / 380), 50, 400, 360, None]
    assert cells[2][:4] == [CellError("#N/A"), 1, None, 2]


# --- bad calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "start"),
    [
        (("curent_ratio", ["assets"], [[1]]), "ratio must be a ratio of the definitions"),
        (("assets / open('x')", ["assets"], [[1]]), "ratio must be a formula with no functions"),
        (("debt_ratio", ["assets"], [[1, 2]]), "current must be as many columns as items has"),
        (("debt_ratio", ["assets", "liabilities"], [[1, 2]], [[1]]), "prior must be as many"),
        (("debt_ratio", ["assets", "资产总计", "liabilities"], [[1, 2, 1]]), "items must be names"),
        (("prior(prior(prior(assets)))", ["assets"], [[1]]), "the formula of prior(prior("),
    ],
)
def test_bad_calls_name_the_argument(call, start):
    assert reason(ratio(*call)).startswith(start)


def test_an_item_named_twice_with_the_same_figures_is_taken_once():
    items = ["assets", "总资产", "liabilities"]
    assert flat(ratio("debt_ratio", items, [[10, 10, 1], [None, 10, 2]])) == [0.1, 0.2]
    items = ["assets", "资产总计", "liabilities"]
    assert flat(ratio("debt_ratio", items, [[10, 10, 1], [None, 10, 2]])) == [0.1, 0.2]


# --- tables of one's own --------------------------------------------------------------------------

OWN = [["ratio", "label_en", "label_zh", "formula"], ["own", "Own", "自定", "cash / assets"]]


def test_own_definitions_are_taken_in_both_languages():
    chinese = [
        ["比率", "英文名称", "中文名称", "公式"],
        ["own", "Own", "自定", "货币资金 / 资产总计"],
    ]
    for table in (OWN, chinese):
        assert flat(ratio("自定", ["cash", "assets"], [[1, 4]], definitions=table)) == [0.25]


@pytest.mark.parametrize(
    ("formula", "start"),
    [
        ("cash /", "definitions, column formula, own must be a formula such as"),
        ("sum(cash)", "definitions, column formula, own must be a formula with no functions but"),
    ],
)
def test_faulty_definition_is_named_with_its_ratio(formula, start):
    table = [OWN[0], ["own", "Own", "自定", formula]]
    assert reason(ratio("own", ["cash"], [[1]], definitions=table)).startswith(start)


def test_own_items_with_their_derivation_are_taken():
    table = [
        ["item", "label_en", "label_zh", "statement", "formula", "may_be_nil", "other_names"],
        ["assets", "Assets", "资产", "balance", "", False, ""],
        ["core", "Core debt", "核心债务", "balance", "bank_debt + 'Shadow debt'", False, "core"],
    ]
    items = ["bank debt", "shadow debt", "资产"]
    cells = ratio("core / assets", items, [[1, 2, 10]], statement_items=table)
    assert flat(cells) == [pytest.approx(0.3)]


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (["a", "A", "甲", "b", "x / y", False, ""], "+ - * only"),
        (["a", "A", "甲", "b", "", False, "assets"], "also a name of"),
    ],
)
def test_faulty_item_table_is_refused(row, part):
    head = ["item", "label_en", "label_zh", "statement", "formula", "may_be_nil", "other_names"]
    rows = [head, ["assets", "Assets", "资产", "b", "", False, ""], row]
    assert part in reason(ratio("assets / 1", ["assets"], [[1]], statement_items=rows))


def test_builtin_formulas_use_known_items_only():
    items = read_items(None)
    for one in find_ratios(None, None):
        for name in one.formula.items():
            assert items.code(name) in items.labels["en"], (one.code, name)
    for item, formula in items.formulas.items():
        for name in formula.items():
            assert items.code(name) in items.labels["en"], (item, name)


def test_chinese_names_in_formulas_mean_the_same_items():
    items = read_items(None)
    rows = tables.builtin("statement_items").rows
    for code, zh, en in zip(rows["item"], rows["label_zh"], rows["label_en"], strict=True):
        assert items.code(zh) == items.code(en) == items.code(code) == code


# --- properties -----------------------------------------------------------------------------------

FIGURES = st.lists(
    st.tuples(*[st.one_of(st.none(), st.integers(-50, 500)) for _ in range(4)]),
    min_size=1,
    max_size=12,
)


@given(FIGURES)
@settings(deadline=None, max_examples=40)
def test_one_row_is_as_in_a_batch_and_as_counted_by_hand(rows):
    items = ["net_profit", "assets", "equity", "cash"]
    current = [list(row) for row in rows]
    prior = [list(row) for row in reversed(rows)]
    together = flat(ratio("roe", items, current, prior))
    for now, before, cell in zip(current, prior, together, strict=True):
        assert flat(ratio("roe", items, [now], [before])) == [cell]
        profit, closing, opening = now[0], now[2], before[2]
        if all(figure is None for figure in now):
            assert cell is None
        elif None in (profit, closing, opening):
            assert cell == CellError("#N/A")
        elif closing + opening > 0:
            assert math.isclose(cell, profit / ((closing + opening) / 2))
        else:
            assert cell == CellError("#NUM!" if closing + opening else "#DIV/0!")


ARITHMETIC = st.recursive(
    st.sampled_from(["cash", "assets", "equity", "2", "0"]),
    lambda part: st.tuples(part, st.sampled_from(["+", "-", "*", "/"]), part).map(
        lambda three: f"({' '.join(three)})"
    ),
    max_leaves=6,
)


@given(ARITHMETIC, st.tuples(*[st.integers(-3, 3)] * 3))
@settings(deadline=None, max_examples=100)
def test_formulas_compute_what_python_computes(text, figures):
    here = dict(zip(("cash", "assets", "equity"), map(float, figures), strict=True))
    try:
        expected = float(eval(text, {}, here))  # noqa: S307 - our own text
    except ZeroDivisionError:
        expected = CellError("#DIV/0!")
    definitions = [OWN[0], ["own", "Own", "自定", text]]
    ((cell,),) = ratio("own", list(here), [list(figures)], definitions=definitions)
    assert cell == (expected if isinstance(expected, CellError) else pytest.approx(expected))
