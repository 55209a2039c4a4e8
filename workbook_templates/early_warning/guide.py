"""The guide of the early-warning workbook."""

from __future__ import annotations

from workbook_templates.early_warning.layout import SHEETS
from workbook_templates.language import Lang
from workbook_templates.pages.guide_sheet import Guide, Texts

_STEPS: tuple[Texts, ...] = (
    ("Set the policy: as-of date, periods, warning rules and colours, trend rules; and on Action policy who acts by when, and what happens to limit and price.",
     "设定政策：基准日、期间、预警规则与颜色、走势规则；在“处置政策”页设定责任部门、完成时限、额度与价格调整。"),
    ("Bring in the data: customers with balance, limit and rate; each quarter's figures below those of the last; events with the day they happened and were settled.",
     "录入数据：客户的余额、额度与利率；每季指标接续录入；风险事件及其发生与解除日期。"),
    ("Move the as-of date on when a quarter is complete: the present quarter, the year before and the last four colours follow by themselves.",
     "一个季度数据齐备后，将基准日移至季末：本期、上年同期与近四季颜色自动更新。"),
    ("Look at the Checks: all differences are zero.", "查看“核对”页：所有差额为零。"),
    ("Take the Watch list and the Dashboard to the meeting; the Customer file shows one customer's reasons and trends.",
     "将“关注清单”与“看板”提交例会；“客户档案”展示单个客户的预警理由与指标走势。"),
)  # fmt: skip
_ABOUT: dict[str, Texts] = {
    "policy": ("Settings, periods, indicators, warning rules and colours, trend rules, review intervals.",
               "参数、期间、指标、预警规则与颜色、走势规则、复评间隔。"),
    "action_policy": ("Who acts by when; change of limit and price; review by tier.",
                      "责任部门与时限、额度与价格调整、各层级复评。"),
    "customers": ("Input: one row per customer.", "录入：每个客户一行。"),
    "figures": ("Input: one row per customer and quarter.", "录入：每个客户每季一行。"),
    "events": ("Input: one row per event.", "录入：每个风险事件一行。"),
    "trends": ("Each indicator over eight quarters, and its trend.", "各指标近八季数值与走势。"),
    "comparison": ("What each quarter's warning rests on.", "各季预警所依据的数据。"),
    "signals": ("The points of every signal, hard triggers, missing inputs.",
                "各信号分值、直接触发与缺失数据。"),
    "results": ("Every customer's colour, reason, suggested limit and price, next review.",
                "每个客户的颜色、理由、建议额度与价格、下次复评日。"),
    "watch_list": ("Who is not green, the gravest first, with owner and due date.",
                   "非绿色客户，由重到轻，含责任人与完成日。"),
    "customer_file": ("One customer: warning, measures, indicators and charts.",
                      "单个客户：预警、措施、指标与图表。"),
    "dashboard": ("Key figures and charts, and the figures behind the charts.", "关键指标、图表及图表数据。"),
    "checks": ("Counts and balances that must agree.", "必须一致的笔数与金额。"),
}  # fmt: skip
_NOTES: tuple[Texts, ...] = (
    ("Amounts are in CNY 10k (ten thousand yuan); rates are decimals shown in percent.",
     "金额单位为万元；比率以小数保存、按百分比显示。"),
    ("What is missing scores nothing, is named, and never counts as good: with more than half missing the answer is “insufficient data”.",
     "缺失的数据不计分、逐一列明，绝不当作良好；过半缺失时结果为“数据不足”。"),
    ("The names, customers and figures in this file are made up. Thresholds, points and measures are creditcells defaults, to be replaced by your bank's own.",
     "本文件中的名称、客户与数据均为虚构。阈值、分值与措施为 creditcells 默认值，请替换为本行口径。"),
    ("Results are array formulas over fifty customers; the checks tell when the Customers table has more rows than that.",
     "结果列为数组公式，可容纳五十个客户；客户表超出时“核对”页会提示。"),
)  # fmt: skip


def guide(lang: Lang) -> Guide:
    """The guide's texts."""
    return Guide(
        sheet=SHEETS["guide"][lang],
        title=("Early warning of loan customers", "贷款客户预警"),
        subtitle=(
            "Colours by points and events, reasons, watch list, and what to change.",
            "按分值与事件判定颜色，列明理由，形成关注清单与调整建议。",
        ),
        steps=_STEPS,
        contents={SHEETS[key][lang]: texts for key, texts in _ABOUT.items()},
        notes=_NOTES,
    )
