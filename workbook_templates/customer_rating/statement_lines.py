"""The lines of the three statements: what is typed in, and what the sheet adds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from udfs import tables


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement.

    Attributes:
        code: what formulas and ratios call it; "" for a heading.
        en: its English label.
        zh: its Chinese label.
        formula: adds it up from other lines, whose codes stand in braces; "" for an input.
            ``{a:b}`` is the block of lines from a to b.
        counts: the lines without which it stays blank, as a block.
    """

    code: str
    en: str
    zh: str
    formula: str = ""
    counts: str = ""


def _line(code: str, en: str = "", zh: str = "") -> Line:
    """An input line; the built-in items know their labels."""
    if en:
        return Line(code, en, zh)
    rows = tables.builtin("statement_items").rows
    row = rows[rows["item"] == code].iloc[0]
    return Line(code, str(row["label_en"]), str(row["label_zh"]))


def _sum(code: str, first: str, last: str, en: str, zh: str) -> Line:
    block = f"{{{first}:{last}}}"
    return Line(code, en, zh, f"SUM({block})", block)


LINES: Final[tuple[Line, ...]] = (
    Line("", "Balance sheet", "资产负债表"),
    _line("cash"),
    _line("trading_assets"),
    _line("notes_receivable"),
    _line("accounts_receivable"),
    _line("receivables_financing"),
    _line("prepayments"),
    _line("other_receivables"),
    _line("inventories"),
    _line("other_current_assets"),
    _sum("current_assets", "cash", "other_current_assets", "Current assets", "流动资产合计"),
    _line("long_term_investments", "Long-term equity investments", "长期股权投资"),
    _line("fixed_assets"),
    _line("construction_in_progress", "Construction in progress", "在建工程"),
    _line("intangible_assets"),
    _line("deferred_tax_assets", "Deferred tax assets", "递延所得税资产"),
    _line("other_non_current_assets", "Other non-current assets", "其他非流动资产"),
    _sum("non_current_assets", "long_term_investments", "other_non_current_assets",
         "Non-current assets", "非流动资产合计"),
    Line("assets", "Total assets", "资产总计", "N({current_assets})+N({non_current_assets})",
         "{cash:non_current_assets}"),
    _line("short_term_borrowings"),
    _line("notes_payable"),
    _line("accounts_payable"),
    _line("contract_liabilities"),
    _line("employee_benefits_payable", "Employee benefits payable", "应付职工薪酬"),
    _line("taxes_payable", "Taxes payable", "应交税费"),
    _line("other_payables"),
    _line("non_current_liabilities_due"),
    _sum("current_liabilities", "short_term_borrowings", "non_current_liabilities_due",
         "Current liabilities", "流动负债合计"),
    _line("long_term_borrowings"),
    _line("deferred_income", "Deferred income", "递延收益"),
    _sum("non_current_liabilities", "long_term_borrowings", "deferred_income",
         "Non-current liabilities", "非流动负债合计"),
    Line("liabilities", "Total liabilities", "负债合计",
         "N({current_liabilities})+N({non_current_liabilities})",
         "{short_term_borrowings:non_current_liabilities}"),
    _line("share_capital"),
    _line("capital_reserve", "Capital reserve", "资本公积"),
    _line("surplus_reserve"),
    _line("undistributed_profit"),
    _sum("equity", "share_capital", "undistributed_profit", "Equity", "所有者权益合计"),
    Line("", "Income statement", "利润表"),
    _line("revenue"),
    _line("cost_of_sales"),
    _line("taxes_and_surcharges", "Taxes and surcharges", "税金及附加"),
    _line("selling_expenses"),
    _line("administrative_expenses"),
    _line("research_expenses"),
    _line("finance_expenses"),
    _line("interest_expense", "of which interest expense", "其中：利息费用"),
    _line("other_income", "Other income", "其他收益"),
    _line("impairment_losses", "Impairment losses (positive)", "信用及资产减值损失（正数）"),
    Line("operating_profit", "Operating profit", "营业利润",
         "{revenue}-SUM({cost_of_sales:finance_expenses})+{other_income}-{impairment_losses}",
         "{revenue:impairment_losses}"),
    _line("non_operating_income", "Non-operating income", "营业外收入"),
    _line("non_operating_expenses", "Non-operating expenses", "营业外支出"),
    Line("profit_before_tax", "Profit before tax", "利润总额",
         "N({operating_profit})+{non_operating_income}-{non_operating_expenses}",
         "{operating_profit:non_operating_expenses}"),
    _line("income_tax"),
    Line("net_profit", "Net profit", "净利润", "N({profit_before_tax})-{income_tax}",
         "{profit_before_tax:income_tax}"),
    Line("", "Cash flow statement", "现金流量表"),
    _line("cash_from_sales"),
    _line("other_operating_receipts", "Other operating receipts", "其他经营活动流入"),
    _line("cash_paid_for_goods", "Cash paid for goods and services",
          "购买商品、接受劳务支付的现金"),
    _line("cash_paid_to_employees", "Cash paid to employees", "支付给职工的现金"),
    _line("taxes_paid", "Taxes paid", "支付的各项税费"),
    _line("other_operating_payments", "Other operating payments", "其他经营活动流出"),
    Line("operating_cash_flow", "Operating cash flow", "经营活动产生的现金流量净额",
         "SUM({cash_from_sales:other_operating_receipts})"
         "-SUM({cash_paid_for_goods:other_operating_payments})",
         "{cash_from_sales:other_operating_payments}"),
    _line("investment_receipts", "Receipts from investments", "投资活动流入"),
    _line("capital_expenditure"),
    _line("investment_payments", "Other payments for investments", "其他投资活动流出"),
    Line("investing_cash_flow", "Investing cash flow", "投资活动产生的现金流量净额",
         "{investment_receipts}-SUM({capital_expenditure:investment_payments})",
         "{investment_receipts:investment_payments}"),
    _line("borrowings_received", "Borrowings received", "取得借款收到的现金"),
    _line("borrowings_repaid", "Borrowings repaid", "偿还债务支付的现金"),
    _line("dividends_and_interest_paid", "Dividends and interest paid",
          "分配股利、偿付利息支付的现金"),
    Line("financing_cash_flow", "Financing cash flow", "筹资活动产生的现金流量净额",
         "{borrowings_received}-SUM({borrowings_repaid:dividends_and_interest_paid})",
         "{borrowings_received:dividends_and_interest_paid}"),
    _line("opening_cash", "Cash at the beginning", "期初现金余额"),
    Line("closing_cash", "Cash at the end", "期末现金余额",
         "N({operating_cash_flow})+N({investing_cash_flow})+N({financing_cash_flow})"
         "+{opening_cash}",
         "{operating_cash_flow:opening_cash}"),
    Line("", "Notes", "附注"),
    _line("fixed_asset_depreciation"),
    _line("intangible_amortisation"),
    _line("principal_due"),
    _line("dividends_declared", "Dividends declared for the year", "当年宣告分配的股利"),
    _line("guarantees"),
    _line("shares", "Shares outstanding, 10k", "总股数（万股）"),
)  # fmt: skip
