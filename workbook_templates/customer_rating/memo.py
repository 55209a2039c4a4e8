"""The credit memo: the customer on one page for the committee."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, headers, put
from workbook_templates.customer_rating import layout
from workbook_templates.customer_rating.layout import title
from workbook_templates.customer_rating.memo_charts import add_memo_charts
from workbook_templates.customer_rating.statements import first, last, prior
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.cards import fit_words
from workbook_templates.one_customer.committee_page import (
    LAST_COLUMN,
    LEFT,
    TextRow,
    card_rows,
    checks_row,
    colour_checks,
    new_committee_page,
    text_row,
    text_rows,
)
from workbook_templates.one_customer.formulas import or_blank
from workbook_templates.style import (
    CALCULATION,
    HEADER,
    INPUT,
    LABEL,
    PROSE,
    RESULT,
    SECTION,
)
from workbook_templates.tier_colours import colour_tiers

_L, _R = LEFT, 7
_WIDTHS: Final = {2: 24.0, 3: 12, 4: 12, 5: 12, 6: 2, 7: 27, 8: 11, 9: 12, 10: 18}
_FACTS_ROW: Final = 10
_FIGURES_ROW: Final = 18
_CHART_ROW: Final = 31
_CHART_ROWS: Final = 15
_REASONS_ROW: Final = _CHART_ROW + _CHART_ROWS + 1
_KEY_RATIOS: Final = (
    ("debt_ratio", "rate"), ("current_ratio", "times"), ("interest_cover", "times"),
    ("cash_flow_ratio", "times"), ("profit_margin", "rate"), ("roe", "rate"),
    ("receivables_days", "count"), ("revenue_growth", "rate"),
)  # fmt: skip
_KEY_LINES: Final = (
    ("revenue", "Revenue", "营业收入"), ("operating_profit", "Operating profit", "营业利润"),
    ("net_profit", "Net profit", "净利润"),
    ("operating_cash_flow", "Operating cash flow", "经营现金流量净额"),
    ("assets", "Total assets", "资产总计"), ("liabilities", "Total liabilities", "负债合计"),
    ("equity", "Equity", "所有者权益"), ("cash", "Cash", "货币资金"),
)  # fmt: skip


def add_memo_sheet(book: Workbook, lang: Lang) -> None:
    """Add the page; every figure on it stands on one of the other sheets."""
    say = Speaker(lang)
    sheet = new_committee_page(
        book,
        title("memo", lang),
        say("Credit memo", "授信审批表"),
        "customer_name",
        _WIDTHS,
        lang,
    )
    _cards(sheet, lang)
    _facts(sheet, lang)
    _figures(sheet, lang)
    for row in range(_CHART_ROW, _CHART_ROW + _CHART_ROWS):
        sheet.row_dimensions[row].height = 15
    add_memo_charts(
        book,
        sheet,
        Box(sheet, _CHART_ROW, _L, _CHART_ROW + _CHART_ROWS - 1, 5),
        Box(sheet, _CHART_ROW, _R, _CHART_ROW + _CHART_ROWS - 1, LAST_COLUMN),
        lang,
    )
    row = text_rows(sheet, _REASONS_ROW, say("Reasons", "理由"), _reasons(say), 22, lang)
    colour_checks(sheet, row)
    row = text_rows(sheet, row + 1, say("Terms", "授信条款"), _terms(say), 22, lang)
    row = _signatures(sheet, row + 1, say)
    sheet.print_area = f"B1:J{row}"


def _cards(sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    rows = (
        (4, (
            (say("Recommendation", "审批建议"), "=recommendation", "words", 2, 3),
            (say("Amount recommended", "建议金额"), "=recommended", "money", 4, 5),
            (say("Grade and score", "等级与得分"), '=grade&"  ·  "&TEXT(score,"0.0")', "words", 7, 7),
            (say("PD in one year", "一年期违约概率"), "=pd", "pd", 8, 9),
            (say("Risk tier", "风险层级"), "=tier", "words", 10, 10),
        )),
        (7, (
            (say("Asked for", "申请金额"), '=IF(request_amount="",missing,request_amount)', "money", 2, 3),
            (say("Limit", "授信额度"), "=limit_amount", "money", 4, 5),
            (say("Rate quoted", "报价利率"), '=IF(quoted_rate="",missing,quoted_rate)', "pd", 7, 7),
            (say("Minimum rate", "最低利率"), "=minimum_rate", "pd", 8, 9),
            (say("RAROC", "RAROC"), "=raroc", "rate", 10, 10),
        )),
    )  # fmt: skip
    for cell, formula, _ in card_rows(sheet, rows):
        if formula == "=tier":
            colour_tiers(cell)
        if formula == "=recommendation":
            fit_words(cell, lang)


def _facts(sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    section = udf("CR_INDUSTRY", code="industry_code", level='"division_name"', lang="lang")
    size = udf("CR_SIZE", industry="industry_code", employees="employees",
               revenue=last("revenue"), assets=last("assets"), lang="lang")  # fmt: skip
    risk = udf("CR_INDRISK", industry="industry_code", table=layout.INDUSTRY_RISK.whole,
               levels=layout.INDUSTRY_LEVELS.whole, lang="lang")  # fmt: skip
    left = (
        (say("Industry", "行业"), or_blank(section), "words"),
        (say("Industry risk", "行业风险"), or_blank(risk), "words"),
        (say("Size", "企业规模"), or_blank(size), "words"),
        (say("Group", "所属集团"), '=group_name&""', "words"),
        (say("Controller", "实际控制人"), '=controller&""', "words"),
        (say("Audit opinion", "审计意见"), '=audit_opinion&""', "words"),
    )
    right = (
        (say("Product", "产品"), '=request_product&""', "words"),
        (say("Purpose", "用途"), '=request_purpose&""', "words"),
        (say("Term, years", "期限（年）"), '=IF(request_years="","",request_years)', "number"),
        (say("Our exposure now", "本行现有敞口"), '=IF(bank_exposure="","",bank_exposure)', "money"),
        (say("Credit at all banks", "全部银行授信"), '=IF(existing_credit="","",existing_credit)', "money"),
        (say("Loss given default", "违约损失率"), "=lgd", "rate"),
    )  # fmt: skip
    for side, end, text, rows in ((_L, 5, say("Borrower", "借款人"), left),
                                  (_R, LAST_COLUMN, say("Request", "授信申请"), right)):  # fmt: skip
        put(sheet, _FACTS_ROW, side, text, SECTION)
        for row, (label, formula, kind) in enumerate(rows, start=_FACTS_ROW + 1):
            put(sheet, row, side, label, LABEL)
            for column in range(side + 1, end + 1):
                put(sheet, row, column, None, PROSE, kind)
            put(sheet, row, side + 1, formula, PROSE, kind)
            sheet.cell(row, side + 1).alignment = Alignment(
                horizontal="left", vertical="center", wrap_text=True, indent=1
            )
            sheet.merge_cells(Box(sheet, row, side + 1, row, end).address)
            sheet.row_dimensions[row].height = 16.5
    sheet.row_dimensions[_FACTS_ROW + 1].height = 28
    sheet.row_dimensions[_FACTS_ROW + 2].height = 28


def _figures(sheet: Worksheet, lang: Lang) -> None:
    """Key lines of three years, and key ratios against peers."""
    say = Speaker(lang)
    put(sheet, _FIGURES_ROW, _L, say("Three years", "三年财务概况"), SECTION)
    headers(sheet, _FIGURES_ROW + 1, _L, [say("CNY 10k", "万元"), "", "", ""])
    for i in range(3):
        put(sheet, _FIGURES_ROW + 1, _L + 1 + i, f'=INDEX(st_years,{i + 1})&""', HEADER)
    top = _FIGURES_ROW + 2
    for row, (code, en, zh) in enumerate(_KEY_LINES, start=top):
        put(sheet, row, _L, say(en, zh), LABEL)
        for column, year in enumerate((first, prior, last), start=_L + 1):
            put(sheet, row, column, f'=IF({year(code)}="","",{year(code)})', CALCULATION, "money")
        sheet.row_dimensions[row].height = 16.5
    put(sheet, _FIGURES_ROW, _R, say("Key ratios and peers", "主要比率与同业"), SECTION)
    texts = (say("Ratio", "比率"), say("Latest", "最近一年"), say("Peer median", "同业中位"), say("Among peers", "同业位置"))  # fmt: skip
    headers(sheet, _FIGURES_ROW + 1, _R, texts)
    for row, (code, kind) in enumerate(_KEY_RATIOS, start=top):
        found = f'MATCH("{code}",rt_codes,0)'
        put(sheet, row, _R, or_blank(f"INDEX(rt_names,{found})"), LABEL)
        put(sheet, row, _R + 1, or_blank(f"INDEX(rt_latest,{found})"), CALCULATION, kind)
        put(sheet, row, _R + 2, or_blank(f"INDEX(rt_median,{found})"), CALCULATION, kind)
        put(sheet, row, _R + 3, or_blank(f"INDEX(rt_quarter,{found})"), RESULT, "words")
    row = top + len(_KEY_RATIOS)
    for text, name in ((say("Strengths", "优势"), "strengths"), (say("Weaknesses", "劣势"), "weaknesses")):  # fmt: skip
        text_row(sheet, row, TextRow(text, f'={name}&""', 2), lang)
        row += 1


def _reasons(say: Speaker) -> tuple[TextRow, ...]:
    scores = '="Altman "&TEXT(altman_score,"0.00")&" "&altman_zone&"  ·  EM "&TEXT(em_score,"0.00")&" "&em_zone&"  ·  Zmijewski "&TEXT(zmijewski_score,"0.00")&" "&zmijewski_zone&"  ·  Piotroski "&piotroski_score&" "&piotroski_zone'  # fmt: skip
    return (
        TextRow(say("Grade", "等级"), '=grade_why&""'),
        TextRow(say("Main deductions", "主要失分项"), '=reasons&""', 2),
        TextRow(say("Limit", "额度"), '=limit_why&""', 3),
        TextRow(say("Price", "定价"), '=quote_why&""'),
        TextRow(say("Distress scores", "困境得分"), scores),
        checks_row(say),
    )


def _terms(say: Speaker) -> tuple[TextRow, ...]:
    kept = say(" of ", "/")
    covenants = f'=COUNTIF(covenant_status,kept_word)&"{kept}"&ROWS(covenant_status)&" "&kept_word&"  ·  "&COUNTIF(covenant_status,breached_word)&" "&breached_word'
    return (
        TextRow(say("Approval path", "审批路径"), "=term_approval"),
        TextRow(say("Collateral", "担保要求"), "=term_collateral"),
        TextRow(say("Repayment", "还款安排"), "=term_repayment"),
        TextRow(say("Covenants", "约束条款"), covenants),
        TextRow(say("Monitoring", "监控要求"), "=term_monitoring"),
        TextRow(say("Next review", "下次复评"), "=term_review", 1, "date"),
        TextRow(say("Owner", "责任人"), "=term_owner"),
    )


def _signatures(sheet: Worksheet, top: int, say: Speaker) -> int:
    put(sheet, top, _L, say("Signatures", "签批"), SECTION)
    sheet.row_dimensions[top].height = 22
    roles = (
        say("Account manager", "客户经理"),
        say("Reviewer", "审查人"),
        say("Approver", "审批人"),
    )
    texts = (say("Role", "角色"), say("Opinion", "意见"), "", "", "", say("Name", "姓名"), "", "", say("Date", "日期"))  # fmt: skip
    headers(sheet, top + 1, _L, texts)
    spans = ((_L + 1, 6), (7, 9))
    for i in range(len(roles) + 1):
        row = top + 1 + i
        sheet.row_dimensions[row].height = 22 if i else 16
        if i:
            put(sheet, row, _L, roles[i - 1], LABEL)
            for column in range(_L + 1, LAST_COLUMN + 1):
                put(sheet, row, column, None, INPUT, "words")
        for left, right in spans:
            sheet.merge_cells(Box(sheet, row, left, row, right).address)
    return top + len(roles) + 1
