"""The profile sheet: who the group is, what it holds with the bank, how urgent its need is."""

from __future__ import annotations

import datetime as dt
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, put
from workbook_templates.formulas import udf
from workbook_templates.key_account import case
from workbook_templates.key_account.layout import BANDS, QUESTIONNAIRE, SCALES, title
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.answer_lists import scale_list
from workbook_templates.one_customer.entry_form import Entry, add_entries, restrict
from workbook_templates.one_customer.formulas import array_beside, known, or_blank, turned
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import INPUT, LABEL, PROSE, RESULT, SECTION, TAB_INPUT

_LEFT, _RIGHT = 2, 6
_TOP: Final = 5
_RESULT_ROW: Final = 30
_MONEY: Final = 1e9


def add_profile_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet, filled with the worked case."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("profile", lang),
        subtitle=say(
            "Blue cells are typed in; what is left blank is shown as missing, never as good.",
            "蓝字单元格由人工填写；留空按“缺失”显示，绝不当作良好。",
        ),
        tab=TAB_INPUT,
        pages_high=1,
    )
    sheet = new_page(book, title("profile", lang), setup, lang)
    set_widths(sheet, {2: 40, 3: 50, 4: 12, 5: 3, 6: 68, 7: 34})
    rule_off(sheet, _RIGHT + 1)
    put(sheet, _TOP, _LEFT, say("Group", "集团客户"), SECTION)
    entries = _group(lang)
    row = add_entries(book, sheet, _TOP + 1, _LEFT, entries, lang)
    define(book, "group_data", Box(sheet, _TOP + 1, _LEFT + 1, row - 1, _LEFT + 1))
    put(sheet, row + 1, _LEFT, say("Admission: figures that no quarter tells", "准入：季度数据以外的指标"), SECTION)  # fmt: skip
    end = add_entries(book, sheet, row + 2, _LEFT, _admission(lang), lang)
    define(book, "admission_data", Box(sheet, row + 2, _LEFT + 1, end - 1, _LEFT + 1))
    _needs(book, sheet, lang)


def _group(lang: Lang) -> tuple[Entry, ...]:
    say = Speaker(lang)
    money = ("CNY 10k", "万元")
    return (
        Entry("group_name", "Group", "集团名称", "words", say(*case.GROUP)),
        Entry("group_id", "Group ID", "集团编号", "text", "G0127"),
        Entry("industry_code", "Industry code", "行业代码", "text", "C38", unit=("GB/T 4754", "GB/T 4754"),
              help=("GB/T 4754-2017: section, division or class, such as C38.",
                    "国民经济行业分类代码（GB/T 4754-2017），如 C38。")),
        Entry("employees", "Employees", "从业人员", "count", 6400, unit=("persons", "人"), lower=0, upper=5e6),
        Entry("revenue", "Annual revenue", "年营业收入", "money", 798000, unit=money, lower=0, upper=_MONEY),
        Entry("revenue_growth", "Growth of revenue", "营业收入增长率", "rate", 0.01, lower=-1, upper=10),
        Entry("assets", "Total assets", "资产总额", "money", 912000, unit=money, lower=0, upper=_MONEY),
        Entry("grade", "Group's credit grade", "集团信用等级", "words", "AA", choices="list_grades"),
        Entry("strategic_group", "On the list of strategic groups", "是否战略集团名单", "words", say("yes", "是"),
              choices=(say("yes", "是"), say("no", "否"))),
        Entry("contribution_share", "Customers who contribute more", "贡献更高的客户占比", "rate", 0.01, lower=0, upper=1,
              help=("Share of the bank's customers who contribute more, 0 to 1.", "本行客户中贡献更高者的占比，0 至 1。")),
        Entry("since", "Customer since", "建立合作日期", "date", dt.date(2014, 9, 1)),
        Entry("group_limit", "Group limit", "集团授信总额", "money", 180000, unit=money, lower=0, upper=_MONEY),
        Entry("average_rate", "Average rate of our loans", "本行贷款平均利率", "pd", 0.0327, lower=0, upper=0.36),
        Entry("last_review", "Last review", "上次评审日", "date", dt.date(2025, 12, 20)),
        Entry("account_manager", "Account manager", "客户经理", "words", say("Corporate banking, key accounts", "大客户部")),
    )  # fmt: skip


def _admission(lang: Lang) -> tuple[Entry, ...]:
    say = Speaker(lang)
    return (
        Entry("audit", "Audit opinion", "审计意见", "words", say("unqualified", "标准无保留"),
              help=("As the auditor words it, such as unqualified.", "按审计报告填写，如标准无保留。")),
        Entry("cash_flow_ratio", "Cash flow ratio", "现金流量比率", "times", 0.19, lower=-100, upper=100),
        Entry("credit_record", "Credit record", "信用记录", "words", say("clean", "良好"),
              choices=(say("clean", "良好"), say("minor", "轻微瑕疵"), say("serious", "严重不良"))),
        Entry("collateral_ratio", "Collateral ratio", "抵质押覆盖率", "times", 1.15, lower=0, upper=100),
        Entry("ltv", "Loan to value", "抵押率", "rate", 0.58, lower=0, upper=10),
    )  # fmt: skip


def _needs(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """The questionnaire on the urgency of funds, and what it says."""
    say = Speaker(lang)
    put(sheet, _TOP, _RIGHT, say("Needs: questionnaire on the urgency of funds", "需求分析：资金需求紧急程度问卷"), SECTION)  # fmt: skip
    row = _TOP
    questions = QUESTIONNAIRE.table.rows.to_dict("records")
    for row, (question, answer) in enumerate(zip(questions, case.ANSWERS, strict=True), start=_TOP + 1):  # fmt: skip
        text = str(question[f"text_{lang}"])
        put(sheet, row, _RIGHT, text, LABEL)
        put(sheet, row, _RIGHT + 1, say(*answer), INPUT, "words")
        sheet.row_dimensions[row].height = 18
        entry = Entry("", str(question["label_en"]), str(question["label_zh"]), "words", None,
                      help=(text, text), choices=scale_list(str(question["scale"])))  # fmt: skip
        restrict(Box(sheet, row, _RIGHT + 1, row, _RIGHT + 1), entry, lang)
    define(book, "answers", Box(sheet, _TOP + 1, _RIGHT + 1, row, _RIGHT + 1))

    def result(out: str) -> str:
        return udf(
            "CR_QSCORE",
            answers=turned("answers"),
            questionnaire=QUESTIONNAIRE.whole,
            missing='"reweight"',
            scales=SCALES.whole,
            bands=BANDS.whole,
            out=f'"{out}"',
            lang="lang",
        )

    put(sheet, _RESULT_ROW, _LEFT, say("What the answers say", "问卷结论"), SECTION)
    results = (
        (say("Score", "得分"), "value", RESULT, "number", "urgency_score"),
        (say("Urgency", "紧急程度"), "label", RESULT, "words", "urgency"),
        (say("Advice", "建议"), "advice", PROSE, "words", "urgency_advice"),
        (say("What counts most", "主要因素"), "why", PROSE, "words", ""),
        (say("Contradictions", "矛盾答案"), "check", PROSE, "words", ""),
    )
    for place, (text, out, style, kind, name) in enumerate(results, start=_RESULT_ROW + 1):
        put(sheet, place, _LEFT, text, LABEL)
        for column in range(_LEFT + 1, _RIGHT + 2):
            put(sheet, place, column, None, style)
        formula = known(result(out)) if out == "value" else or_blank(result(out))
        array_beside(sheet, (place, _LEFT + 1), formula, style, kind, _RIGHT + 3)
        sheet.cell(place, _LEFT + 1).alignment = Alignment(
            horizontal="left", vertical="center", wrap_text=True, indent=1
        )
        sheet.merge_cells(Box(sheet, place, _LEFT + 1, place, _RIGHT + 1).address)
        sheet.row_dimensions[place].height = 20
        sheet.print_area = f"B1:G{place}"
        if name:
            define(book, name, Box(sheet, place, _LEFT + 1, place, _LEFT + 1))
