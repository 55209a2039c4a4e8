import pytest

from udfs.ratios.figures import read_items
from udfs.ratios.names import name_key

# The general enterprise formats of the Ministry of Finance (2019), as printed, and the item that
# each line is; the lines without one must not be taken for any.
PRINTED = """
流动资产：|current_assets
货币资金|cash
交易性金融资产|trading_assets
衍生金融资产|
应收票据|notes_receivable
应收账款|accounts_receivable
应收款项融资|receivables_financing
预付款项|prepayments
其他应收款|other_receivables
其中：应收利息|
存货|inventories
合同资产|contract_assets
持有待售资产|
一年内到期的非流动资产|non_current_assets_due
其他流动资产|other_current_assets
流动资产合计|current_assets
长期股权投资|
固定资产|fixed_assets
固定资产清理|
在建工程|
无形资产|intangible_assets
商誉|goodwill
递延所得税资产|
非流动资产合计|non_current_assets
资产总计|assets
短期借款|short_term_borrowings
交易性金融负债|trading_liabilities
应付票据|notes_payable
应付账款|accounts_payable
预收款项|advances_received
合同负债|contract_liabilities
应付职工薪酬|
其他应付款|other_payables
一年内到期的非流动负债|non_current_liabilities_due
其他流动负债|
流动负债合计|current_liabilities
长期借款|long_term_borrowings
应付债券|bonds_payable
其中：优先股|
租赁负债|lease_liabilities
长期应付款|long_term_payables
非流动负债合计|non_current_liabilities
负债合计|liabilities
实收资本（或股本）|share_capital
资本公积|
减：库存股|
盈余公积|surplus_reserve
未分配利润|undistributed_profit
归属于母公司所有者权益合计|
少数股东权益|
所有者权益（或股东权益）合计|equity
负债和所有者权益（或股东权益）总计|
一、营业收入|revenue
减：营业成本|cost_of_sales
税金及附加|
销售费用|selling_expenses
管理费用|administrative_expenses
研发费用|research_expenses
财务费用|finance_expenses
其中：利息费用|interest_expense
利息收入|
加：其他收益|
投资收益（损失以“－”号填列）|
二、营业利润（亏损以“－”号填列）|operating_profit
加：营业外收入|
三、利润总额（亏损总额以“－”号填列）|profit_before_tax
减：所得税费用|income_tax
四、净利润（净亏损以“－”号填列）|net_profit
（一）持续经营净利润（净亏损以“－”号填列）|
1.归属于母公司股东的净利润|
五、其他综合收益的税后净额|
一、经营活动产生的现金流量：|
销售商品、提供劳务收到的现金|cash_from_sales
收到其他与经营活动有关的现金|
经营活动现金流入小计|
经营活动产生的现金流量净额|operating_cash_flow
购建固定资产、无形资产和其他长期资产支付的现金|capital_expenditure
投资活动产生的现金流量净额|
取得借款收到的现金|
偿还债务支付的现金|
分配股利、利润或偿付利息支付的现金|
筹资活动产生的现金流量净额|
固定资产折旧、油气资产折耗、生产性生物资产折旧|fixed_asset_depreciation
使用权资产折旧|right_of_use_depreciation
无形资产摊销|intangible_amortisation
长期待摊费用摊销|deferred_amortisation
"""
LINES = [line.split("|") for line in PRINTED.strip().splitlines()]


@pytest.mark.parametrize(("line", "item"), LINES)
def test_lines_of_printed_statements_are_the_items_they_say(line, item):
    items = read_items(None)
    code = items.code(line)
    assert (code if code in items.labels["en"] else "") == item


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("资产总计（万元）", "资产总计"),
        ("Total assets", "total_assets"),
        ("一、营业收入", "营业收入"),
        ("（三）所得税费用", "所得税费用"),
        ("(1) Revenue", "revenue"),
        ("3. Net profit", "NET PROFIT"),
        ("减：营业成本", "营业成本"),
        ("其中:利息费用", "利息费用"),
        ("Less: cost of sales", "cost_of_sales"),
        ("５、净利润", "净利润"),
    ],
)
def test_spellings_of_one_name(first, second):
    assert name_key(first) == name_key(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("一年内到期的非流动资产", "年内到期的非流动资产"),
        ("1年内到期的非流动负债", "年内到期的非流动负债"),
        ("非流动资产合计", "流动资产合计"),
        ("加工费", "工费"),
        ("EBIT", "EBITDA"),
    ],
)
def test_names_that_stay_apart(first, second):
    assert name_key(first) != name_key(second)


def test_a_name_of_marks_only_is_none():
    assert name_key(" —— ") == ""
    assert name_key("（万元）") == "万元"
