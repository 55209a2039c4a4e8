"""The check sheet: plans and totals that add up, inputs that are still missing."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.key_account.layout import title
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.check_sheet import Needed, add_check_sheet, checks_of


def add_checks_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    pairs = [
        ("Sources of the plan are its uses", "融资来源等于资金用途", "total_sources", "total_uses"),
        ("All principal is repaid within the years shown", "本金在列示年限内全部归还", "total_repaid",
             "total_sources"),
        ("Shares of the channels add up to one", "各渠道占比合计为 1", "source_shares",
             "IF(total_sources=0,0,1)"),
        ("Parts of the contribution add up", "综合贡献各项合计一致", "SUM(contribution_parts)",
             "total_contribution"),
        ("The group's exposure is its loans", "集团风险暴露等于贷款合计", "N(group_exposure)", "total_loans"),
        ("Follow-ups are done or open", "跟进事项：已完成与未完成", "COUNT(visit_due)",
             "open_follow_ups+COUNTIF(visit_status,done_word)"),
        ("Every contact has a company", "每次接触均有成员企业", "COUNT(visit_dates)", "COUNTA(visit_companies)"),
        ("Every company with loans has a rate and a grade", "有贷款的成员均有利率与等级",
             'COUNTIF(company_loans,">0")*2',
             'COUNTIFS(company_loans,">0",company_loan_rates,">=0")+COUNTIFS(company_loans,">0",company_grades,"?*")'),
    ]  # fmt: skip
    needed = [
        ("Profile of the group", "集团概况", "group_data"),
        ("Figures for admission", "准入指标", "admission_data"),
        ("Answers on the urgency of funds", "资金需求问卷", "answers"),
        ("Indicators over the quarters", "各季度指标", "signal_figures"),
        ("Events", "事件", "event_answers"),
        ("Products held", "产品持有情况", "products_held"),
        ("Cost today and cash flow", "现行成本与现金流", "financing_data"),
    ]
    add_check_sheet(
        book,
        title("checks", lang),
        checks_of(pairs, lang),
        lang,
        [Needed(say(en, zh), cells) for en, zh, cells in needed],
    )
