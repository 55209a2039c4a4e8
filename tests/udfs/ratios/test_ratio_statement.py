from types import SimpleNamespace

import pytest

import udfs
from udfs import tables
from udfs.errors import CellError

# A made-up manufacturer's statements, the lines as the Chinese formats print them.
STATEMENT = """
流动资产：|||
货币资金|cash|1500|900
交易性金融资产|trading_assets|100|40
应收票据|notes_receivable|250|400
应收账款|receivables|2600|3300
预付款项|prepayments|200|180
存货|inventories|2000|2600
一年内到期的非流动资产|due_assets|30|20
其他流动资产|other_current|60|70
流动资产合计|current_assets|6740|7510
固定资产|fixed_assets|3200|3100
无形资产|intangibles|380|360
商誉|goodwill|90|80
资产总计|assets|10800|11400
短期借款|short_borrowings|2000|2600
交易性金融负债|trading_liabilities|10|20
应付票据|notes_payable|300|350
应付账款|payables|1000|1250
预收款项|advances|100|80
一年内到期的非流动负债|due_liabilities|300|400
流动负债合计|current_liabilities|4300|5200
长期借款|long_borrowings|1300|1100
应付债券|bonds|200|250
长期应付款|long_payables|50|60
负债合计|liabilities|6100|6900
所有者权益（或股东权益）合计|equity|4700|4500
对外担保余额|guarantees|700|900
一、营业收入|revenue|9900|9500
减：营业成本|cost|7900|7900
销售费用|selling|330|340
管理费用|administration|540|560
研发费用|research|120|130
财务费用|finance|190|240
其中：利息费用|interest|200|250
三、营业利润（亏损以“－”号填列）|operating_profit|780|280
四、利润总额（亏损总额以“－”号填列）|pretax|800|300
五、净利润（净亏损以“－”号填列）|net|600|230
固定资产折旧|depreciation|300|315
使用权资产折旧|right_of_use|10|15
无形资产摊销|amortisation|15|20
长期待摊费用摊销|deferred|5|5
销售商品、提供劳务收到的现金|cash_sales|10500|9600
经营活动产生的现金流量净额|cfo|500|-120
购建固定资产、无形资产和其他长期资产支付的现金|capex|500|200
当期应还本金|principal|450|500
"""
LINES = [line.split("|") for line in STATEMENT.strip().splitlines()]
NAMES = [[line[0]] for line in LINES]
FIGURES = [[float(cell) if cell else None for cell in line[2:]] for line in LINES]
B, A = (
    SimpleNamespace(**{line[1]: float(line[place]) for line in LINES if line[1]})
    for place in (2, 3)
)
YEARS = [[2023.0, 2024.0]]


def average(name):
    return (getattr(A, name) + getattr(B, name)) / 2


def growth(name):
    return getattr(A, name) / getattr(B, name) - 1


SHORT, LONG = 2600 + 20 + 350 + 400, 1100 + 250 + 60
DEBT = SHORT + LONG
EBITDA = 300 + 250 + 330 + 25
EXPECTED = {
    "short_term_debt": SHORT,
    "long_term_debt": LONG,
    "interest_bearing_debt": DEBT,
    "net_debt": DEBT - 900 - 40,
    "short_term_debt_share": SHORT / DEBT,
    "current_ratio": 7510 / 5200,
    "quick_ratio": (7510 - 2600) / 5200,
    "conservative_quick_ratio": (7510 - 2600 - 180 - 20 - 70) / 5200,
    "cash_ratio": (900 + 40 + 400) / 5200,
    "working_capital": 7510 - 5200,
    "working_capital_ratio": (7510 - 5200) / 11400,
    "cash_to_short_term_debt": 940 / SHORT,
    "cash_flow_ratio": -120 / 5200,
    "debt_ratio": 6900 / 11400,
    "equity_multiplier": 11400 / 4500,
    "debt_to_equity": 6900 / 4500,
    "total_capitalisation": DEBT / (DEBT + 4500),
    "interest_bearing_debt_ratio": DEBT / 11400,
    "tangible_debt_to_equity": 6900 / (4500 - 360 - 80),
    "long_term_fit": 3100 / (4500 + 6900 - 5200),
    "guarantee_ratio": 900 / 4500,
    "interest_cover": (300 + 250) / 250,
    "cash_interest_cover": -120 / 250,
    "ebitda_interest_cover": EBITDA / 250,
    "debt_to_ebitda": DEBT / EBITDA,
    "net_debt_to_ebitda": (DEBT - 940) / EBITDA,
    "debt_service_cover": EBITDA / (500 + 250),
    "cash_flow_to_debt": -120 / DEBT,
    "cash_flow_to_liabilities": -120 / 6900,
    "gross_margin": (9500 - 7900) / 9500,
    "profit_margin": 280 / 9500,
    "net_margin": 230 / 9500,
    "ebitda_margin": EBITDA / 9500,
    "expense_ratio": (340 + 560 + 130 + 240) / 9500,
    "roa": (300 + 240) / average("assets"),
    "net_roa": 230 / average("assets"),
    "roe": 230 / average("equity"),
    "inventory_turnover": 7900 / average("inventories"),
    "receivables_turnover": 9500 / average("receivables"),
    "payables_turnover": 7900 / average("payables"),
    "asset_turnover": 9500 / average("assets"),
    "current_asset_turnover": 9500 / average("current_assets"),
    "fixed_asset_turnover": 9500 / average("fixed_assets"),
    "inventory_days": 360 / (7900 / average("inventories")),
    "receivables_days": 360 / (9500 / average("receivables")),
    "payables_days": 360 / (7900 / average("payables")),
    "prepayments_days": 360 / (7900 / average("prepayments")),
    "advances_days": 360 / (9500 / average("advances")),
    "operating_cycle": 360 * average("inventories") / 7900 + 360 * average("receivables") / 9500,
    "cash_conversion_cycle": 360
    * (
        (average("inventories") - average("payables") - average("notes_payable")) / 7900
        + (average("receivables") + average("notes_receivable")) / 9500
    ),
    "sales_to_cash": 9600 / 9500,
    "net_cash_ratio": -120 / 230,
    "cash_flow_margin": -120 / 9500,
    "cash_return_on_assets": -120 / average("assets"),
    "free_cash_flow": -320,
    "capex_cover": -120 / 200,
    "revenue_growth": growth("revenue"),
    "operating_profit_growth": growth("operating_profit"),
    "profit_growth": growth("net"),
    "asset_growth": growth("assets"),
    "equity_growth": growth("equity"),
    "debt_growth": DEBT / (2000 + 10 + 300 + 300 + 1300 + 200 + 50) - 1,
    "receivables_gap": growth("receivables") - growth("revenue"),
    "inventory_gap": growth("inventories") - growth("revenue"),
    "debt_ratio_change": 6900 / 11400 - 6100 / 10800,
    "profit_margin_change": 280 / 9500 - 780 / 9900,
}


def ratios(items=NAMES, statement=FIGURES, years=YEARS, **more):
    names = (
        "ratios",
        "order",
        "definitions",
        "statement_items",
        "average",
        "blanks",
        "out",
        "lang",
    )
    return udfs.call("CR_RATIOS", items, statement, years, *[more.get(name) for name in names])


ALL = {row[0]: row for row in ratios()}


def test_every_builtin_ratio_is_expected_below():
    assert list(EXPECTED) == list(tables.builtin("ratios").rows["ratio"])


@pytest.mark.parametrize("code", EXPECTED)
def test_builtin_ratio_is_what_its_definition_says(code):
    assert ALL[code][5] == pytest.approx(EXPECTED[code], rel=1e-12)


@pytest.mark.parametrize("code", ["current_ratio", "roe", "cash_conversion_cycle", "debt_growth"])
def test_one_customer_gives_what_the_column_of_customers_gives(code):
    header = [line[0] for line in LINES]
    prior, current = ([[row[place] for row in FIGURES]] for place in (0, 1))
    ((cell,),) = udfs.call("CR_RATIO", code, [header], current, prior)
    assert cell == ALL[code][5]


# --- the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "headers", "row"),
    [
        (
            "en",
            ["ratio", "name", "group", "unit", 2023, 2024, "change", "trend", "note"],
            ["debt_ratio", "Debt ratio", "Leverage", "decimal"],
        ),
        (
            "zh",
            ["比率", "名称", "分组", "单位", 2023, 2024, "变动", "趋势", "说明"],
            ["debt_ratio", "资产负债率", "资本结构", "小数"],
        ),
    ],
)
def test_table_has_headers_and_words_in_the_language(lang, headers, row):
    cells = ratios(lang=lang, ratios="debt_ratio")
    assert cells[0] == headers
    assert cells[1][:4] == row
    assert cells[1][6] == pytest.approx(6900 / 11400 - 6100 / 10800)
    assert cells[1][7] == {"en": "worse", "zh": "恶化"}[lang]


@pytest.mark.parametrize(
    ("code", "figures", "trend"),
    [
        ("debt_ratio", (4, 5), "worse"),
        ("debt_ratio", (5, 4), "better"),
        ("debt_ratio", (4, 4), "unchanged"),
        ("liabilities_cover", (4, 5), "better"),
        ("plain", (4, 5), None),
    ],
)
def test_trend_follows_which_direction_is_better(code, figures, trend):
    definitions = [
        ["ratio", "label_en", "label_zh", "formula", "better"],
        ["debt_ratio", "Debt", "负债", "liabilities / 10", "lower"],
        ["liabilities_cover", "Cover", "保障", "liabilities / 10", "越高越好"],
        ["plain", "Plain", "普通", "liabilities / 10", ""],
    ]
    cells = ratios([["负债合计"]], [figures], ratios=code, definitions=definitions)
    assert cells[1][6] == pytest.approx((figures[1] - figures[0]) / 10)
    assert cells[1][7] == trend


def test_first_year_is_blank_where_a_year_before_it_is_needed():
    assert ALL["roe"][4] is None
    assert ALL["revenue_growth"][4] is None
    assert ALL["current_ratio"][4] == 6740 / 4300
    assert ALL["roe"][6] is None


def test_closing_balance_fills_the_first_year_and_is_noted():
    (row,) = ratios(ratios="roe", average="closing")[1:]
    assert row[4] == 600 / 4700
    assert row[8] == "2023: closing balance used as average"


def test_missing_items_are_named_in_the_note():
    cells = ratios(
        [["利润总额"], ["利息费用"]], [[1, 5, 6], [None, 2, None]], [[2022, 2023, 2024]],
        ratios="interest_cover",
    )  # fmt: skip
    assert cells[1][4:9] == [CellError("#N/A"), 3.5, CellError("#N/A"), None, None]
    assert cells[1][9] == "2022, 2024: Interest cover: missing Interest expense"


def test_blank_lines_as_zero_are_noted():
    items = [["短期借款"], ["长期借款"], ["资产总计"]]
    (row,) = ratios(
        items, [[1], [2], [10]], [[2024]], ratios="有息负债率", blanks="nil", lang="zh"
    )[1:]
    assert row[4] == 0.3
    assert "空白按零计：交易性金融负债、应付票据" in row[-1]


def test_why_gives_a_sentence_for_each_ratio_in_the_newest_year():
    cells = ratios(ratios="Liquidity", out="why")
    assert len(cells) == 8
    assert cells[0] == [
        (
            "Current ratio = Current assets / Current liabilities = 1.44: Current assets 7,510, "
            "Current liabilities 5,200."
        )
    ]
    assert ratios(ratios=[["流动比率"]], out="why", lang="zh") == [
        [
            "流动比率 = 流动资产合计 / 流动负债合计 = 1.44 倍：流动资产合计 7,510、流动负债合计 5,200。"
        ]
    ]


def test_value_is_the_numbers_alone():
    cells = ratios(ratios=[["debt_ratio", "roe"]], out="value")
    assert cells == [[6100 / 10800, 6900 / 11400], [None, 230 / 4600]]


# --- the order of the years -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "order", "newest_first"),
    [
        ([2023, 2024], None, False),
        ([2024, 2023], None, True),
        (["2023年", "2024年"], None, False),
        (["2024-12-31", "2023-12-31"], None, True),
        (["期末余额", "年初余额"], None, True),
        (["上年同期", "本年累计"], None, False),
        ([45291, 45657], None, False),
        (["b", "a"], "descending", True),
        (["b", "a"], "ascending", False),
        ([2023, 2024], "descending", True),
        (None, "descending", True),
    ],
)
def test_order_is_told_by_the_years_or_the_argument(years, order, newest_first):
    items, statement = [["营业收入"]], [[100, 110]]
    grown = ratios(
        items, statement, years and [years], ratios="revenue_growth", order=order, out="value"
    )
    assert grown == (
        [[pytest.approx(100 / 110 - 1), None]] if newest_first else [[None, pytest.approx(0.1)]]
    )


@pytest.mark.parametrize("years", [None, [["x", "y"]], [["2023", "y"]], [[2023, "2023年"]]])
def test_years_that_do_not_tell_the_order_are_refused(years):
    ((cell,),) = ratios([["营业收入"]], [[1, 2]], years)
    assert cell == CellError("#VALUE!")
    assert cell.reason.startswith('order must be "ascending" or "descending"')


def test_one_year_needs_no_order():
    assert ratios(
        [["资产总计"], ["负债合计"]], [[10], [4]], None, ratios="debt_ratio", out="value"
    ) == [[0.4]]


def test_newest_year_first_gives_the_same_in_the_order_of_the_sheet():
    turned = {
        row[0]: row
        for row in ratios(statement=[row[::-1] for row in FIGURES], years=[[2024, 2023]])
    }
    for code, row in ALL.items():
        if code != "ratio":
            assert turned[code][4:6] == row[5:3:-1], code
            assert turned[code][6:] == row[6:], code


# --- bad calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "start"),
    [
        ({"years": [[2024]]}, "years must be one for each of the 2 columns"),
        ({"years": [[2024, 2024]]}, "years must be years that differ"),
        ({"years": [[2022, 2024]]}, "years must be years without a gap"),
        ({"ratios": "no such"}, "ratios must be a ratio of the definitions"),
        ({"items": NAMES[1:]}, "items and statement must be ranges with as many rows"),
    ],
)
def test_bad_calls_name_the_argument(more, start):
    ((cell,),) = ratios(**more)
    assert cell.reason.startswith(start)


def test_a_faulty_cell_is_named_with_its_line_and_year():
    cells = ratios([["资产总计"], ["负债合计"]], [[10, 10], ["?", 4]], ratios="debt_ratio")
    assert cells[1][4:6] == [CellError("#VALUE!"), 0.4]
    assert cells[1][8] == "2023: 负债合计: statement, 2023: '?' is not a number"


def test_the_same_line_twice_with_other_figures_is_refused():
    items = [["净利润"], ["营业收入"], ["净利润"]]
    ((cell,),) = ratios(items, [[1, 2], [3, 4], [1, 3]], ratios="net_margin")
    assert cell.reason.startswith("items must be names that stand once each")
    again = ratios(items, [[1, 2], [4, 4], [1, 2]], ratios="net_margin", out="value")
    assert again == [[0.25, 0.5]]


def test_a_line_under_its_own_name_goes_before_one_under_another():
    items = [["一、营业总收入"], ["其中：营业收入"], ["净利润"]]
    assert ratios(items, [[9, 9], [4, 5], [1, 2]], ratios="net_margin", out="value") == [
        [0.25, 0.4]
    ]
    assert ratios(items[::2], [[4, 5], [1, 2]], ratios="net_margin", out="value") == [[0.25, 0.4]]


def test_headings_of_sections_are_no_figures():
    items = [["流动资产："], ["流动资产合计"], ["流动负债："], ["流动负债合计"]]
    statement = [[None, None], [4, 6], [None, "万元"], [2, 2]]
    assert ratios(items, statement, ratios="current_ratio", out="value") == [[2, 3]]


@pytest.mark.parametrize("dash", ["-", "—", " － ", "--"])
def test_a_dash_is_a_blank(dash):
    items = [["流动资产合计"], ["存货"], ["流动负债合计"]]
    statement = [[4, 6], [dash, 1], [2, 2]]
    assert ratios(items, statement, ratios="quick_ratio", blanks="nil", out="value") == [[2, 2.5]]
    ((missing, known),) = ratios(items, statement, ratios="quick_ratio", out="value")
    assert (missing, known) == (CellError("#N/A"), 2.5)
    assert missing.reason.startswith("Quick ratio: missing Inventories")
