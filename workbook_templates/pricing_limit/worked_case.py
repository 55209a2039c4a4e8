"""The inputs of the pricing and limit workbook, filled with a made-up manufacturer and register."""

from __future__ import annotations

import datetime as dt
from typing import Final

from workbook_templates.blocks import CellValue
from workbook_templates.finance_pages.entries import (
    AMOUNT_LIMITS,
    DATE_LIMITS,
    RATE_LIMITS,
    Entry,
    Value,
)
from workbook_templates.pages.guide_sheet import Texts

_MONEY: Final[Texts] = ("CNY 10k", "万元")
_SHARE: Final[Texts] = ("%", "%")
_DAYS: Final[Texts] = ("days", "天")
_NONE: Final[Texts] = ("", "")
_DAY_LIMITS: Final = (0.0, 3650.0)


def _amount(name: str, label: Texts, value: float, text: Texts) -> Entry:
    return Entry(name, label, "money", _MONEY, value, text, AMOUNT_LIMITS)


def _rate(name: str, label: Texts, value: CellValue, text: Texts, kind: str = "pd") -> Entry:
    return Entry(name, label, kind, _SHARE, value, text, RATE_LIMITS)


def _text(name: str, label: Texts, value: Value, text: Texts, options: str = "") -> Entry:
    return Entry(name, label, "words", _NONE, value, text, options=options)


def _days(name: str, label: Texts, value: float, text: Texts) -> Entry:
    return Entry(name, label, "count", _DAYS, value, text, _DAY_LIMITS)


CUSTOMER: Final = (
    _text("customer_name", ("Customer", "客户名称"),
          ("Sample Precision Machinery Co., Ltd.", "示例精密机械有限公司"), ("Full name of the customer.", "客户全称。")),
    _text("customer_no", ("Customer ID", "客户编号"), "C0104", ("As in the limit register.", "与额度台账一致。")),
    _text("grade", ("Credit grade", "信用等级"), "BBB+", ("Its PD stands on the master scale.", "违约概率取自主标尺。"), "grade_list"),
    _text("tier", ("Risk tier", "风险层级"), ("low", "低风险"), ("Decides collateral and review.", "决定担保要求与复评间隔。"), "tier_list"),
)  # fmt: skip
LOAN: Final = (
    _amount("amount", ("Loan requested", "申请金额"), 3_000, ("New credit asked for.", "本次申请的新增授信。")),
    _text("product", ("Product", "产品"), ("Working capital loan", "流动资金贷款"), ("Kind of credit.", "授信品种。"), "product_list"),
    Entry("months", ("Term", "期限"), "count", ("months", "月"), 36,
          ("A multiple of the months between payments, up to 120.", "须为还款间隔月数的整数倍，不超过 120。"), (1, 120)),
    Entry("start", ("Drawdown", "放款日"), "date", _NONE, dt.date(2026, 4, 15),
          ("Date of the drawdown.", "放款日期。"), DATE_LIMITS),
    _text("repayment", ("Repayment", "还款方式"), ("Equal principal", "等额本金"), ("How the principal is repaid.", "本金的偿还方式。"), "repayment_list"),
    _text("frequency", ("Payments", "还款频率"), ("Quarterly", "按季"), ("How often is paid.", "还款的频率。"), "frequency_list"),
    Entry("grace", ("Payments of interest only", "只付息期数"), "count", _NONE, 2,
          ("At the beginning; blank is none.", "期初只付息的期数；留空为无。"), (0, 119)),
    _amount("residual", ("Balloon", "尾款"), 0, ("Paid with the last payment; blank is none.", "随最后一期偿还；留空为无。")),
    _rate("quoted_rate", ("Rate quoted", "报价利率"), 0.0415, ("What the customer is offered, per year.", "拟给予客户的年利率。")),
    _amount("drawdown_fee", ("Fee at the drawdown", "一次性费用"), 3, ("Counts in the annual percentage rate.", "计入年化利率。")),
)  # fmt: skip
COSTS: Final = (
    _rate("lpr", ("Loan prime rate (LPR)", "贷款市场报价利率（LPR）"), 0.03, ("As published for the term.", "对应期限的最新报价。")),
    _rate("funding_rate", ("Cost of funds (FTP)", "资金成本（FTP）"), 0.0195, ("Transfer price of the term.", "对应期限的内部资金转移价格。")),
    _rate("operating_cost", ("Operating cost", "运营成本"), 0.006, ("Per year, as a share of the loan.", "每年，占贷款的比例。")),
    _rate("lgd", ("Loss given default", "违约损失率"), 0.4, ("For this loan and its collateral.", "针对本笔贷款及其押品。"), "rate"),
    _rate("risk_weight", ("Risk weight", "风险权重"), None, ("Blank takes the policy's.", "留空取政策值。"), "whole_rate"),
    _rate("fee_rate", ("Fees per year", "年费率"), 0.0005, ("Fees earned, as a share of the loan.", "手续费收入占贷款的比例。")),
)  # fmt: skip
RELATION: Final = (
    _amount("deposit_balance", ("Average deposits", "日均存款"), 600, ("Of the customer.", "该客户的日均存款。")),
    _rate("deposit_rate", ("Rate paid on deposits", "存款付息率"), 0.0035, ("Per year.", "年利率。")),
    _rate("deposit_ftp", ("Transfer price of deposits", "存款 FTP"), 0.016, ("Credited for deposits.", "存款的内部转移价格。")),
    _amount("other_fees", ("Other fees per year", "其他年中间业务收入"), 6, ("Settlement, agency, guarantees.", "结算、代理、保函等。")),
)  # fmt: skip
STATEMENTS: Final = (
    _amount("sales", ("Sales of last year", "上年销售收入"), 26_000, ("Without VAT.", "不含税。")),
    _rate("margin", ("Profit margin on sales", "销售利润率"), 0.09, ("Of last year.", "上年数。"), "rate"),
    Entry("growth", ("Expected growth of sales", "预计销售增长率"), "rate", _SHARE, 0.08, ("Of this year.", "本年预计。"), (-1, 5)),
    _days("inventory_days", ("Inventory", "存货周转天数"), 75, ("Turnover days.", "周转天数。")),
    _days("receivable_days", ("Receivables", "应收账款周转天数"), 80, ("Turnover days.", "周转天数。")),
    _days("payable_days", ("Payables", "应付账款周转天数"), 45, ("Turnover days.", "周转天数。")),
    _days("prepayment_days", ("Prepayments", "预付账款周转天数"), 10, ("Turnover days; 0 if none.", "周转天数；没有填 0。")),
    _days("prereceipt_days", ("Advance receipts", "预收账款周转天数"), 5, ("Turnover days; 0 if none.", "周转天数；没有填 0。")),
    _amount("own_funds", ("Own working capital", "自有营运资金"), 2_600, ("Current assets less current liabilities.", "流动资产减流动负债。")),
    _amount("existing_loans", ("Working-capital loans now", "现有流动资金贷款"), 1_500, ("Of all banks.", "各银行合计。")),
    _amount("other_funds", ("Other working capital", "其他渠道营运资金"), 400, ("Such as shareholders' loans.", "如股东借款。")),
    _amount("assets", ("Total assets", "资产总额"), 24_000, ("At the latest date.", "最近一期末。")),
    _amount("liabilities", ("Total liabilities", "负债总额"), 13_200, ("At the latest date.", "最近一期末。")),
    _amount("cash_flow", ("Cash flow for new debt", "可用于新增债务的现金流"), 1_900, ("A year, after existing debt service.", "每年，扣除现有债务还本付息后。")),
    _amount("equity", ("Effective net assets", "有效净资产"), 10_200, ("Without intangibles and unbooked losses.", "扣除无形资产与潜亏。")),
    _amount("existing_credit", ("Credit in use at all banks", "各行已用授信"), 6_800, ("0 if none.", "没有填 0。")),
)  # fmt: skip
COLLATERAL: Final = (
    _text("collateral_kind", ("Kind of collateral", "押品种类"), ("industrial property", "工业厂房"), ("From the policy.", "按政策表选择。"), "collateral_list"),
    _amount("collateral_value", ("Appraised value", "评估价值"), 6_800, ("By the bank's appraiser.", "本行认可的评估值。")),
    _amount("prior_claims", ("Prior claims", "优先受偿金额"), 0, ("Paid before this loan; 0 if none.", "先于本笔贷款受偿；没有填 0。")),
)  # fmt: skip
BANK: Final = (
    _amount("tier1_capital", ("The bank's net tier 1 capital", "本行一级资本净额"), 620_000, ("For large exposures.", "用于大额风险暴露。")),
    _amount("net_capital", ("The bank's net capital", "本行资本净额"), 780_000, ("For single loans.", "用于单一客户贷款。")),
)  # fmt: skip
DECISION: Final = (
    _text("recommendation", ("Recommendation", "审查意见"),
          ("Approve 3,000 against the plant; price exception for deposits and settlement.",
           "同意以厂房抵押发放 3,000 万元；因存款与结算贡献申请定价例外。"), ("One line for the committee.", "供贷审会审议，一行。")),
    _text("conditions", ("Conditions", "授信条件"),
          ("First mortgage registered before drawdown; half of settlement through the bank.",
           "放款前办妥第一顺位抵押登记；结算量的一半通过本行。"), ("Conditions of approval.", "批准条件。")),
    _text("officer", ("Prepared by", "经办人"), ("Sample officer", "示例经办人"), ("Name of the officer.", "经办人姓名。")),
)  # fmt: skip

CHANNEL_ROWS: Final[tuple[tuple[Value, ...], ...]] = (
    (("This loan", "本笔贷款"), 3_000, 0.0415, 0.001, 3),
    (("Loans of other banks", "他行贷款"), 3_800, 0.0435, None, None),
    (("Bond", "债券"), 2_000, 0.0385, 0.006, 3),
    (("Leasing", "融资租赁"), 1_000, 0.062, 0.015, 3),
    (("Shareholder loan", "股东借款"), 400, 0.05, None, None),
)
"""Channels of the customer's funding: name, amount, rate, one-off fee, years."""


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _facility(
    number: int, customer: str, name: Texts, group: Value, product: Texts, tier: Texts,
    limit: float, used: float, approved: str, expires: str, reviewed: str, warning: Texts,
) -> tuple[Value, ...]:  # fmt: skip
    return (f"F{number:03d}", customer, name, group, product, tier, limit, used,
            _day(approved), _day(expires), _day(reviewed), warning)  # fmt: skip


_LOAN: Final[Texts] = ("Working capital loan", "流动资金贷款")
_FIXED: Final[Texts] = ("Fixed asset loan", "固定资产贷款")
_TRADE: Final[Texts] = ("Trade finance", "贸易融资")
_BILL: Final[Texts] = ("Bank acceptance", "银行承兑汇票")
_BOND: Final[Texts] = ("Guarantee", "保函")
_PREMIUM: Final[Texts] = ("premium", "优质")
_LOW: Final[Texts] = ("low", "低风险")
_MEDIUM: Final[Texts] = ("medium", "中风险")
_HIGH: Final[Texts] = ("high", "高风险")
_GREEN: Final[Texts] = ("green", "绿色")
_YELLOW: Final[Texts] = ("yellow", "黄色")
_RED: Final[Texts] = ("red", "红色")
_SOLAR: Final[Texts] = ("Sample Solar Glass Co., Ltd.", "示例光伏玻璃有限公司")
_MACHINES: Final[Texts] = ("Sample Precision Machinery Co., Ltd.", "示例精密机械有限公司")
_GROUP: Final[Texts] = ("Sample Solar group", "示例光伏集团")

FACILITY_ROWS: Final = (
    _facility(1, "C0101", _SOLAR, _GROUP, _LOAN, _PREMIUM, 20_000, 14_500, "2025-06-20", "2026-06-19", "2025-06-10", _GREEN),
    _facility(2, "C0101", _SOLAR, _GROUP, _BILL, _PREMIUM, 8_000, 5_200, "2025-06-20", "2026-06-19", "2025-06-10", _GREEN),
    _facility(3, "C0102", ("Sample Solar Power Co., Ltd.", "示例光伏电力有限公司"), _GROUP, _FIXED, _LOW, 27_000, 25_000, "2025-11-05", "2040-11-04", "2025-10-28", _GREEN),
    _facility(4, "C0103", ("Sample Harbour Textiles Co., Ltd.", "示例海港纺织有限公司"), None, _LOAN, _MEDIUM, 3_600, 3_450, "2025-09-12", "2026-09-11", "2026-01-08", _YELLOW),
    _facility(5, "C0103", ("Sample Harbour Textiles Co., Ltd.", "示例海港纺织有限公司"), None, _TRADE, _MEDIUM, 2_000, 1_150, "2025-09-12", "2026-09-11", "2026-01-08", _YELLOW),
    _facility(6, "C0104", _MACHINES, None, _LOAN, _LOW, 2_000, 1_500, "2025-05-16", "2026-05-15", "2025-05-09", _GREEN),
    _facility(7, "C0104", _MACHINES, None, _BOND, _LOW, 800, 350, "2025-05-16", "2026-05-15", "2025-05-09", _GREEN),
    _facility(8, "C0105", ("Sample River Foods Co., Ltd.", "示例江川食品有限公司"), None, _LOAN, _LOW, 5_000, 2_100, "2025-12-02", "2026-12-01", "2025-11-25", _GREEN),
    _facility(9, "C0106", ("Sample Summit Metal Works Co., Ltd.", "示例高峰金属制品有限公司"), None, _LOAN, _HIGH, 1_500, 1_620, "2024-12-20", "2026-02-28", "2025-12-15", _RED),
    _facility(10, "C0107", ("Sample Cedar Storage Co., Ltd.", "示例雪松仓储有限公司"), None, _FIXED, _MEDIUM, 9_000, 8_200, "2023-08-30", "2033-08-29", "2025-12-22", _GREEN),
    _facility(11, "C0108", ("Sample Jade Chemicals Co., Ltd.", "示例碧玉化工有限公司"), None, _BILL, _MEDIUM, 4_000, 0, "2025-10-14", "2026-10-13", "2026-02-11", _GREEN),
    _facility(12, "C0109", ("Sample Beacon Trading Co., Ltd.", "示例灯塔商贸有限公司"), None, _TRADE, _LOW, 6_000, 4_300, "2026-01-20", "2027-01-19", "2026-01-12", _GREEN),
)  # fmt: skip
"""The limit register: number, customer, name, group, product, tier, limit, used, dates, warning."""

EXCEPTION_ROWS: Final[tuple[tuple[Value, ...], ...]] = (
    ("E001", _day("2026-03-30"), "C0104", ("Price", "定价"), ("Rate below the least rate", "低于最低利率"),
     ("Deposits and settlement make up for it", "存款与结算综合贡献弥补"), ("Sample officer", "示例经办人"),
     ("Branch head with the credit committee", "分行行长（贷审会）"), _day("2026-09-30"), None),
    ("E002", _day("2025-12-16"), "C0106", ("Limit", "额度"), ("Used above the limit", "用信超过额度"),
     ("Workout agreed, repayment by instalments", "已达成重组，分期压降"), ("Sample workout desk", "示例资产保全"),
     ("Head-office credit committee", "总行贷审会"), _day("2026-03-15"), None),
    ("E003", _day("2025-09-12"), "C0103", ("Collateral", "担保"), ("Loan to value above the highest", "超过最高抵押率"),
     ("Second mortgage being registered", "第二顺位抵押办理中"), ("Sample manager", "示例客户经理"),
     ("Branch head with the credit committee", "分行行长（贷审会）"), _day("2026-05-31"), None),
    ("E004", _day("2025-11-05"), "C0102", ("Document", "资料"), ("Land certificate outstanding", "土地证未办妥"),
     ("Issued by the county in the second quarter", "县级机关预计二季度核发"), ("Sample manager", "示例客户经理"),
     ("Branch credit officer", "分行授信审批官"), _day("2026-12-31"), None),
    ("E005", _day("2025-06-20"), "C0101", ("Covenant", "约束条款"), ("Debt ratio above the covenant", "资产负债率超约束"),
     ("Capital increase completed", "增资已完成"), ("Sample manager", "示例客户经理"),
     ("Branch head with the credit committee", "分行行长（贷审会）"), _day("2025-12-31"), _day("2025-12-20")),
)  # fmt: skip
"""The exception log: number, date, customer, kind, rule, reason, owner, approved by, expiry, closed."""
