"""The RFM and ABC workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import define
from workbook_templates.data_tables import Capacity
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_book
from workbook_templates.pages.check_sheet import Check, add_check_sheet
from workbook_templates.pages.guide_sheet import Guide, add_guide_sheet
from workbook_templates.pages.input_sheet import InputTable, Row, add_input_sheet
from workbook_templates.rfm_abc.actions_page import add_actions_page
from workbook_templates.rfm_abc.analysis_page import add_analysis_page
from workbook_templates.rfm_abc.cutoffs_page import add_cutoffs_page
from workbook_templates.rfm_abc.layout import SHEETS, TABLES, res
from workbook_templates.rfm_abc.policy import add_policy_sheets
from workbook_templates.rfm_abc.results import add_results_sheet
from workbook_templates.rfm_abc.worked_case import worked_case
from workbook_templates.template import Template

_SUBTITLES = {
    "customers": (
        "One row per customer. Blue cells are typed in or pasted; rows to spare stand at the end.",
        "每个客户一行。蓝字单元格由人工填写或粘贴；末尾留有空行。",
    ),
    "transactions": (
        "One row per event that earned income, or that was missed; rows to spare stand at the end.",
        "每个产生收入的事件一行，未按期还款也逐笔列示；末尾留有空行。",
    ),
}


def build(lang: Lang, rows: Capacity) -> Workbook:
    """The workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.
        rows: the room of its tables of data.
    """
    book = new_book(lang)
    case = worked_case(lang)
    add_guide_sheet(book, _guide(lang), lang)
    add_policy_sheets(book, lang)
    specs = {name: _input_table(name, case[name], rows[name], lang) for name in TABLES}
    for name, spec in specs.items():
        define(book, f"{name}_rows", add_input_sheet(book, spec, lang))
    add_analysis_page(book, lang)
    add_actions_page(book, lang)
    add_cutoffs_page(book, lang)
    add_results_sheet(book, rows["customers"], lang)
    add_check_sheet(book, SHEETS["checks"][lang], _checks(lang), lang)
    return book


def _input_table(name: str, rows: list[Row], room: int, lang: Lang) -> InputTable:
    return InputTable(
        table=TABLES[name],
        subtitle=Speaker(lang)(*_SUBTITLES[name]),
        rows=rows,
        room=room,
        frozen=2 if name == "customers" else 1,
        portrait=True,
    )


def _checks(lang: Lang) -> list[Check]:
    say = Speaker(lang)
    key, day = (
        TABLES["transactions"].column("customer_id", lang),
        TABLES["transactions"].column("date", lang),
    )
    amount = TABLES["transactions"].column("amount", lang)
    customers = TABLES["customers"].column("customer_id", lang)
    known = f"COUNTIF({customers},{key})"
    inside = f"({day}>EDATE(asof,-rfm_months))*({day}<=asof)"
    return [
        Check(say("Customers: sheet and results", "客户数：客户表与结果"),
              f'=COUNTIF({customers},"?*")', "=total_customers"),
        Check(say("Customers: with and without a segment", "客户数：已细分与未细分"),
              "=total_customers", "=SUM(segment_customers)+without_segment"),
        Check(say("Customers: heat map and scores", "客户数：热力图与得分"),
              "=SUM(map_customers)", f'=COUNTIF({res("r")},">0")'),
        Check(say("Customers: ABC classes and results", "客户数：ABC 类别与结果"),
              "=SUM(class_customers)", "=total_customers"),
        Check(say("Customers: segments by class, and segments", "客户数：细分 × 类别与细分"),
              "=SUM(segment_classes)", "=SUM(segment_customers)"),
        Check(say("Customers: value and risk, and codes", "客户数：价值风险组合与代码"),
              "=SUM(pair_customers)", f'=COUNTIF({res("vrn")},"?*")'),
        Check(say("Events: with a customer on the sheet, and all", "事件：客户在册与全部"),
              f'=SUMPRODUCT(({known}>0)*({key}<>""))', f'=COUNTIF({key},"?*")'),
        Check(say("Income: events in the window and customers", "收入：窗口内事件与客户合计"),
              f"=SUMPRODUCT({inside}*({known}>0),{amount})", f"=SUM({res('monetary')})"),
        Check(say("Contribution: segments and results", "综合贡献：细分与结果"),
              "=SUM(segment_contribution)", f'=SUMIFS({res("contribution")},{res("segment")},"?*")'),
        Check(say("Contribution: classes and total", "综合贡献：类别与合计"),
              "=SUM(class_contribution)", "=total_contribution"),
    ]  # fmt: skip


def _guide(lang: Lang) -> Guide:
    return Guide(
        sheet=SHEETS["guide"][lang],
        title=("RFM and ABC: from transactions to actions", "RFM 与 ABC：从交易到行动"),
        subtitle=(
            "Score recency, frequency and income, find segments and classes, and list whom to see first.",
            "对最近一次、频率与收入打分，划分细分与类别，列出优先行动客户。",
        ),
        steps=(
            ("Set the policy: as-of date, window, scores, class limits, weights, and the action of each segment.",
             "设定政策：基准日、统计窗口、分档、类别界限、权重，以及各细分的措施。"),
            ("Fill Customers and Transactions: paste from the core system; one row per customer and per event.",
             "填写“客户”与“交易”：可由核心系统粘贴，每个客户、每个事件一行。"),
            ("Look at the Checks: all differences must be zero.", "查看“核对”：所有差额须为零。"),
            ("Read the Analysis with its heat maps and Pareto chart; the Cut-offs show where each score begins.",
             "查看“客户分析”的热力图与帕累托图；“分档界限”列出各分数的分界。"),
            ("Hand the Actions to the relationship managers: priority, action, channel, owner and due date.",
             "将“行动清单”交客户经理执行：含优先指数、措施、渠道、负责人与完成日期。"),
        ),
        contents={
            SHEETS["policy"][lang]: ("Settings, segments, account classes, master scale.",
                                     "参数、细分规则、客户类别、主标尺。"),
            SHEETS["action_policy"][lang]: ("What to do with each segment and each pair of value and risk.",
                                            "各细分、各价值风险组合的措施。"),
            SHEETS["customers"][lang]: ("Input: one row per customer.", "录入：每个客户一行。"),
            SHEETS["transactions"][lang]: ("Input: one row per event.", "录入：每个事件一行。"),
            SHEETS["analysis"][lang]: ("The page to discuss: heat maps, segments, Pareto chart, classes.",
                                       "讨论用页面：热力图、细分、帕累托图、类别。"),
            SHEETS["actions"][lang]: ("Value, risk and need, and the action list.", "价值、风险、需求与行动清单。"),
            SHEETS["cutoffs"][lang]: ("Limits of scores, classes and percentiles.", "得分、类别与分位的界限。"),
            SHEETS["results"][lang]: ("Every customer's figures, scores and reasons.", "每个客户的数据、得分与理由。"),
            SHEETS["checks"][lang]: ("Totals that must agree.", "必须核平的合计。"),
        },
        notes=(
            ("Amounts are in CNY 10k (ten thousand yuan). Income is interest and fees, not the balance.",
             "金额单位为万元。收入指利息与手续费，而非贷款余额。"),
            ("Scores compare the customers with each other; they move when customers are added.",
             "得分为客户之间的相对比较，增减客户时会变化。"),
            ("A missed payment never counts as activity, and an overdue customer is At Risk at best.",
             "未按期还款不计为活跃；逾期客户最好只能归入“风险客户”。"),
            ("The customers and events are made up; segments and actions are defaults to replace by your own.",
             "客户与事件均为虚构；细分规则与措施为默认值，请替换为本行方案。"),
        ),
    )  # fmt: skip


TEMPLATE: Final = Template(
    "rfm_abc",
    {
        "en": "RFM scores, segments, ABC classes and priorities from a list of transactions",
        "zh": "由交易明细得出 RFM 得分、客户细分、ABC 类别与行动清单",
    },
    build,
    cover=SHEETS["analysis"],
    tables=tuple(TABLES.values()),
)
