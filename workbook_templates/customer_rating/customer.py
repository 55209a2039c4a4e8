"""The customer sheet: who the borrower is, what it asks for, and what is judged."""

from __future__ import annotations

import datetime as dt
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.customer_rating import case
from workbook_templates.customer_rating.layout import COLLATERAL, GRADE_CAPS, QUESTIONNAIRE, title
from workbook_templates.customer_rating.policy import category_list
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.answer_lists import scale_list
from workbook_templates.one_customer.entry_form import Entry, add_entries, restrict
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import INPUT, LABEL, SECTION, TAB_INPUT, UNIT

_LEFT, _RIGHT = 2, 6
_LAST: Final = 9
_TOP: Final = 5
COLLATERAL_ROWS: Final = 5
"""Pieces of collateral that there is room for."""
_MONEY: Final = 1e9
_OPTIONAL: Final = 3
"""Entries at the end of the borrower's that may stay blank."""
JUDGED_CAPS: Final = (
    "default", "production_stopped", "debt_evasion", "dishonest_debtor", "restructured",
    "restricted_industry",
)  # fmt: skip
"""The conditions of the table of caps that somebody has to know; figures tell the others."""


def add_customer_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet, filled with the worked case."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("customer", lang),
        subtitle=say(
            "Blue cells are typed in; what is left blank is shown as missing, never as good.",
            "蓝字单元格由人工填写；留空按“缺失”显示，绝不当作良好。",
        ),
        tab=TAB_INPUT,
        pages_high=1,
    )
    sheet = new_page(book, title("customer", lang), setup, lang)
    set_widths(sheet, {2: 44, 3: 54, 4: 13, 5: 3, 6: 66, 7: 30, 8: 16, 9: 16})
    rule_off(sheet, _LAST)
    row = _TOP
    for name, text, entries in (
        ("customer_data", say("Borrower", "借款人"), _borrower(lang)),
        ("request_data", say("Request", "授信申请"), _request(lang)),
        ("existing_data", say("Credit and working capital", "现有授信与营运资金"), _existing()),
    ):
        needed = len(entries) - (_OPTIONAL if name == "customer_data" else 0)
        define(book, name, Box(sheet, row + 1, _LEFT + 1, row + needed, _LEFT + 1))
        row = _block(book, sheet, row, _LEFT, text, entries, lang) + 1
    entries = _judgement(lang)
    row = _block(book, sheet, _TOP, _RIGHT, say("Judgement", "定性判断"), entries, lang)
    define(book, "judgement_data", Box(sheet, _TOP + 1, _RIGHT + 1, row - 1, _RIGHT + 1))
    row = _questions(book, sheet, row + 1, lang)
    row = _caps(book, sheet, row + 1, lang)
    _collateral(book, sheet, row + 1, lang)


def _block(
    book: Workbook,
    sheet: Worksheet,
    top: int,
    left: int,
    text: str,
    entries: tuple[Entry, ...],
    lang: Lang,
) -> int:
    put(sheet, top, left, text, SECTION)
    sheet.row_dimensions[top].height = 22
    return add_entries(book, sheet, top + 1, left, entries, lang)


def _borrower(lang: Lang) -> tuple[Entry, ...]:
    say = Speaker(lang)
    money = ("CNY 10k", "万元")
    return (
        Entry("customer_name", "Customer", "客户名称", "words", say(*case.NAME)),
        Entry("customer_id", "Customer ID", "客户编号", "text", "C10482"),
        Entry("industry_code", "Industry code", "行业代码", "text", "C34", unit=("GB/T 4754", "GB/T 4754"),
              help=("GB/T 4754-2017: section, division or class, such as C34.",
                    "国民经济行业分类代码（GB/T 4754-2017），如 C34。")),
        Entry("founded", "Founded", "成立日期", "date", dt.date(2007, 5, 18)),
        Entry("employees", "Employees", "从业人员", "count", 860, unit=("persons", "人"), lower=0, upper=5e6),
        Entry("statement_date", "Date of the latest statements", "最近一期报表日", "date", dt.date(2025, 12, 31)),
        Entry("audit_opinion", "Audit opinion", "审计意见", "words", say("unqualified", "标准无保留意见"),
              choices="list_audit"),
        Entry("overdue_days", "Days overdue now", "当前逾期天数", "count", 0, unit=("days", "天"), lower=0, upper=36500),
        Entry("bank_exposure", "Our exposure to the customer", "本行现有风险暴露", "money", 3000, unit=money,
              lower=0, upper=_MONEY),
        Entry("value_share", "Customers worth more to the bank", "贡献更高的客户占比", "rate", 0.32, lower=0, upper=1,
              help=("Share of the bank's customers who contribute more, 0 to 1; blank if unknown.",
                    "本行客户中贡献更高者的占比，0 至 1；未知留空。")),
        Entry("group_name", "Group", "所属集团", "words", say(*case.GROUP),
              help=("Group of connected customers; blank if none.", "关联客户集团，没有则留空。")),
        Entry("controller", "Controller", "实际控制人", "words", say(*case.CONTROLLER)),
    )  # fmt: skip


def _request(lang: Lang) -> tuple[Entry, ...]:
    say = Speaker(lang)
    return (
        Entry("request_amount", "Amount asked for", "申请金额", "money", 5000, unit=("CNY 10k", "万元"),
              lower=0, upper=_MONEY),
        Entry("request_years", "Term", "期限", "number", 3, unit=("years", "年"), lower=0.08, upper=50),
        Entry("request_product", "Product", "产品", "words", say("Working capital loan", "流动资金贷款")),
        Entry("request_purpose", "Purpose", "用途", "words", say(*case.PURPOSE)),
        Entry("quoted_rate", "Rate quoted", "报价利率", "pd", 0.0375, lower=0, upper=0.36,
              help=("Per year as a decimal, 0.0385 is 3.85 %.", "年利率，0.0385 即 3.85%。")),
        Entry("fee_rate", "Fees per year", "年化手续费率", "pd", 0.0005, lower=0, upper=0.1,
              help=("Fees earned per year as a share of the loan.", "每年手续费占贷款金额之比。")),
        Entry("last_review", "Last review", "上次评审日", "date", case.AS_OF),
        Entry("account_manager", "Account manager", "客户经理", "words", say(*case.MANAGER)),
    )  # fmt: skip


def _existing() -> tuple[Entry, ...]:
    money = ("CNY 10k", "万元")
    return (
        Entry("existing_credit", "Credit in use at all banks", "全部银行授信余额", "money", 20500, unit=money,
              lower=0, upper=_MONEY, help=("Loans, notes and guarantees at all banks; 0 if none.",
                                           "在各银行的贷款、票据与保函余额，没有填 0。")),
        Entry("working_loans", "Working-capital loans that stay", "存续流动资金贷款", "money", 8100, unit=money,
              lower=0, upper=_MONEY, help=("Without those repaid before drawdown.", "不含提款前归还的部分。")),
        Entry("own_funds", "Own funds for working capital", "营运资金中自有资金", "money", 3200, unit=money,
              lower=0, upper=_MONEY),
        Entry("other_funds", "Other sources of working capital", "其他渠道营运资金", "money", 0, unit=money,
              lower=0, upper=_MONEY),
        Entry("sales_growth", "Expected growth of sales", "预计销售增长率", "rate", 0.08, lower=-1, upper=5),
    )  # fmt: skip


def _judgement(lang: Lang) -> tuple[Entry, ...]:
    say = Speaker(lang)
    return (
        Entry("market_position", "Market position", "市场地位", "words", say("good", "良好"),
              choices=category_list("market_position")),
        Entry("credit_record", "Credit record", "信用记录", "words", say("minor", "轻微瑕疵"),
              choices=category_list("credit_record")),
    )  # fmt: skip


def _questions(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> int:
    """The questionnaire on management; returns the next free row."""
    say = Speaker(lang)
    put(sheet, top, _RIGHT, say("Management: questionnaire", "管理水平问卷"), SECTION)
    sheet.row_dimensions[top].height = 22
    row = top
    for row, question in enumerate(QUESTIONNAIRE.table.rows.to_dict("records"), start=top + 1):
        code, scale = str(question["question"]), str(question["scale"])
        text = str(question[f"text_{lang}"])
        put(sheet, row, _RIGHT, text, LABEL)
        sheet.row_dimensions[row].height = 18
        number = scale == "number"
        answer = case.ANSWERS[code][1 if lang == "zh" else 0]
        put(sheet, row, _RIGHT + 1, answer, INPUT, "count" if number else "words")
        sheet.cell(row, _RIGHT + 1).alignment = Alignment(
            horizontal="left", vertical="center", indent=1
        )
        entry = Entry(
            "", str(question["label_en"]), str(question["label_zh"]), "count", None,
            help=(text, text), choices="" if number else scale_list(scale),
            lower=0 if number else None, upper=80 if number else None,
        )  # fmt: skip
        restrict(Box(sheet, row, _RIGHT + 1, row, _RIGHT + 1), entry, lang)
    define(book, "answers", Box(sheet, top + 1, _RIGHT + 1, row, _RIGHT + 1))
    return row + 1


def _caps(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> int:
    """Conditions that cap the grade and that no figure tells; returns the next free row."""
    say = Speaker(lang)
    put(sheet, top, _RIGHT, say("Conditions that cap the grade", "等级封顶条件"), SECTION)
    sheet.row_dimensions[top].height = 22
    labels = GRADE_CAPS.table.rows.set_index("condition")[f"label_{lang}"]
    yes, no = say("yes", "是"), say("no", "否")
    row = top
    for row, condition in enumerate(JUDGED_CAPS, start=top + 1):
        put(sheet, row, _RIGHT, str(labels[condition]), LABEL)
        put(sheet, row, _RIGHT + 1, no, INPUT, "words")
        put(sheet, row, _RIGHT + 2, condition, UNIT)
        sheet.row_dimensions[row].height = 18
        entry = Entry("", str(labels[condition]), str(labels[condition]), "words", None,
                      choices=(yes, no))  # fmt: skip
        restrict(Box(sheet, row, _RIGHT + 1, row, _RIGHT + 1), entry, lang)
    define(book, "judged_caps", Box(sheet, top + 1, _RIGHT + 2, row, _RIGHT + 2))
    define(book, "judged_holds", Box(sheet, top + 1, _RIGHT + 1, row, _RIGHT + 1))
    return row + 1


def _collateral(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, top, _RIGHT, say("Collateral offered", "拟提供押品"), SECTION)
    sheet.row_dimensions[top].height = 22
    texts = (say("Description", "押品说明"), say("Kind", "种类"), say("Value, CNY 10k", "评估价值（万元）"),
             say("Prior claims", "在先债权"))  # fmt: skip
    headers(sheet, top + 1, _RIGHT, texts)
    kinds = _kind_words(lang)
    for i in range(COLLATERAL_ROWS):
        row = top + 2 + i
        piece = case.COLLATERAL[i] if i < len(case.COLLATERAL) else None
        cells = (say(piece[1], piece[2]), kinds[piece[0]], piece[3], piece[4]) if piece else (None,) * 4  # fmt: skip
        for j, (value, kind) in enumerate(zip(cells, ("words", "words", "money", "money"), strict=True)):  # fmt: skip
            put(sheet, row, _RIGHT + j, value, INPUT, kind)
        sheet.row_dimensions[row].height = 18
    first, last = top + 2, top + 1 + COLLATERAL_ROWS
    names = ("collateral_text", "collateral_kind", "collateral_value", "collateral_prior")
    for j, name in enumerate(names):
        define(book, name, Box(sheet, first, _RIGHT + j, last, _RIGHT + j))
    choice = Entry("", "Kind of collateral", "押品种类", "words", None, choices="list_collateral")
    restrict(Box(sheet, first, _RIGHT + 1, last, _RIGHT + 1), choice, lang)
    what = Entry("", "Description", "押品说明", "words", None)
    restrict(Box(sheet, first, _RIGHT, last, _RIGHT), what, lang)
    amount = Entry("", "Amount", "金额", "money", None, lower=0, upper=_MONEY,
                   help=("CNY 10k", "单位：万元"))  # fmt: skip
    restrict(Box(sheet, first, _RIGHT + 2, last, _RIGHT + 3), amount, lang)


def _kind_words(lang: Lang) -> dict[str, str]:
    rows = COLLATERAL.table.rows
    return dict(zip(rows["collateral_kind"], rows[f"label_{lang}"], strict=True))
