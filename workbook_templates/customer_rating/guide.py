"""The guide of the customer rating workbook."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.customer_rating.layout import title
from workbook_templates.language import Lang
from workbook_templates.pages.guide_sheet import Guide, add_guide_sheet

_ABOUT: Final[dict[str, tuple[str, str]]] = {
    "memo": ("The committee's page: recommendation, grade, limit, price, reasons and terms on one sheet.",
             "供贷审会审议：审批建议、等级、额度、定价、理由与条款，一页呈现。"),
    "customer": ("Input: borrower, request, judgement, questionnaire, conditions, collateral.",
                 "录入：借款人、申请、定性判断、问卷、封顶条件与押品。"),
    "statements": ("Input: three years of balance sheet, income, cash flow and notes.",
                   "录入：三年资产负债表、利润表、现金流量表与附注。"),
    "ratios": ("Thirty ratios over three years with trend, and the place among peers.",
               "三十项比率的三年数值、趋势与同业位置。"),
    "rating": ("Scorecard, caps, grade, PD, risk tier, distress scores.",
               "评分卡、封顶、等级、违约概率、风险层级与困境得分。"),
    "limit": ("Working-capital need, limit by six methods, collateral and LGD.",
              "营运资金需求、六种方法测算额度、押品与违约损失率。"),
    "pricing": ("Build-up of the rate, decision on the quote, RAROC, covenants, terms of the tier.",
                "利率构成、报价审批、RAROC、约束条款与层级要求。"),
    "policy": ("Settings, scorecard, grades, caps, master scale, tiers, questionnaire.",
               "参数、评分卡、等级、封顶、主标尺、风险层级与问卷。"),
    "ratio_policy": ("Peers, definitions of ratios and statement items, distress models.",
                     "同业四分位、比率与报表项目定义、困境模型。"),
    "credit_policy": ("Limit methods, collateral, LGD, prices and pricing authority.",
                      "额度方法、押品、违约损失率、定价与审批权限。"),
    "tier_policy": ("Covenants and strategy by risk tier.", "各风险层级的约束条款与管理策略。"),
    "checks": ("Statements that balance, results that add up, inputs that are missing.",
               "报表勾稽、结果核对与缺失录入项。"),
}  # fmt: skip


def guide(lang: Lang) -> Guide:
    """What the guide says."""
    return Guide(
        sheet=title("guide", lang),
        title=("Rating of a corporate customer", "企业客户信用评级与授信测算"),
        subtitle=(
            "From three years of statements to grade, limit, price and a one-page credit memo.",
            "由三年报表得出等级、额度、定价，并生成一页授信审批表。",
        ),
        steps=(
            ("Set the policy once: the four policy sheets hold every threshold, table and price of the bank.",
             "设定政策（一次）：所有阈值、政策表与价格都在四张政策页。"),
            ("Type in the customer: facts, request, judgement and collateral on Customer; three years on Statements.",
             "录入客户：在“客户资料”录入基本信息、申请、判断与押品；在“财务报表”录入三年数据。"),
            ("Look at Checks: all differences are zero, and nothing that the results need is missing.",
             "查看“核对”：所有差额为零，且无缺失录入项。"),
            ("Read Ratios, Rating, Limit and Pricing: each result with its reason beside it.",
             "查看“财务比率”“信用评级”“授信额度”“定价与条款”：每项结果附理由。"),
            ("Print the Credit memo for the committee.", "打印“审批表”提交贷审会。"),
        ),
        contents={title(key, lang): texts for key, texts in _ABOUT.items()},
        notes=(
            ("Amounts are in CNY 10k (ten thousand yuan); rates are decimals shown in percent; bands are closed below and open above.",
             "金额单位为万元；比率以小数保存、按百分比显示；区间左闭右开。"),
            ("The customer, its figures and the peers are made up. Scorecard, PDs, prices and levels are creditcells defaults, to be replaced by your bank's own.",
             "客户、数据与同业均为虚构。评分卡、违约概率、价格与约束水平为 creditcells 默认值，请替换为本行口径。"),
            ("A result that lacks an input shows the word for missing; a blank line that may be nil counts as zero (setting Blank statement lines).",
             "缺少录入项的结果显示“缺失”；可为零的报表项目留空按零计（参数“报表空白项”）。"),
            ("Distress scores are second opinions: they stand beside the grade and do not change it.",
             "困境得分仅作佐证，与等级并列展示，不改变等级。"),
        ),
    )  # fmt: skip


def add_guide(book: Workbook, lang: Lang) -> None:
    """Add the guide; it is the first sheet and says what comes after it."""
    add_guide_sheet(book, guide(lang), lang)
