"""The guide of the key account workbook."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.key_account.layout import title
from workbook_templates.language import Lang
from workbook_templates.pages.guide_sheet import Guide, add_guide_sheet

_ABOUT: Final[dict[str, tuple[str, str]]] = {
    "plan": ("The account on one page: tier, admission, warning, contribution, service and financing.",
             "一页呈现：层级、准入、预警、综合贡献、服务与融资。"),
    "profile": ("Input: the group, its figures for admission, its need for funds.",
                "录入：集团概况、准入指标与资金需求问卷。"),
    "relationship": ("Input: companies of the group with loans and deposits, contacts; contribution and limits.",
                     "录入：集团成员的存贷款与关系人；得出综合贡献与限额余量。"),
    "signals": ("Input: eight quarters of indicators, events; warning colour, trends, what to do.",
                "录入：八个季度指标与事件；得出预警颜色、趋势与应对措施。"),
    "admission": ("The screen field by field, with the limits beside.", "逐项准入筛查，并列示界限。"),
    "service": ("Input: when services were last done, products held; what is due, what to offer.",
                "录入：各项服务最近日期与产品持有；得出应办服务与可推介产品。"),
    "financing": ("Input: uses and channels; blended cost, repayment by year, cover.",
                  "录入：资金用途与渠道；得出综合成本、逐年还本与覆盖倍数。"),
    "visits": ("Input: contacts and follow-ups; risk words in the notes.", "录入：走访与跟进事项；识别纪要中的风险词。"),
    "policy": ("Settings, account tiers, services, products, screen, prices.", "参数、客户层级、服务、产品、准入与定价。"),
    "signal_policy": ("Rules and colours of the early warning, trend rules, what each colour asks for.",
                      "预警规则与颜色、趋势规则及各颜色应对措施。"),
    "word_policy": ("Risk words and the words that change them.", "风险词与修饰词。"),
    "tier_policy": ("Strategy and actions by risk tier.", "各风险层级的策略与措施。"),
    "checks": ("Plans that add up, inputs that are missing.", "方案与合计核对，缺失录入项。"),
}  # fmt: skip


def guide(lang: Lang) -> Guide:
    """What the guide says."""
    return Guide(
        sheet=title("guide", lang),
        title=("Key account of a corporate group", "大客户综合管理"),
        subtitle=(
            "Admission, relationship and contribution, service and financing plan, visits, early signals.",
            "准入筛查、关系与贡献、服务与融资计划、走访记录、早期信号。",
        ),
        steps=(
            ("Set the policy once: tiers, services, products, screen and warnings stand on the policy sheets.",
             "设定政策（一次）：客户层级、服务、产品、准入与预警规则都在政策页。"),
            ("Type in Profile and Relationship; enter the latest quarter on Signals.",
             "录入“客户概况”与“关系图谱”；在“早期信号”录入最近一季数据。"),
            ("Keep Visit log and Service plan up to date; draw up the Financing plan by channel.",
             "随时更新“走访记录”与“服务计划”；按渠道编制“融资方案”。"),
            ("Look at Checks: all differences are zero, and nothing that the results need is missing.",
             "查看“核对”：所有差额为零，且无缺失录入项。"),
            ("Print the Account plan for the account team and the committee.", "打印“客户计划”供团队与贷审会使用。"),
        ),
        contents={title(key, lang): texts for key, texts in _ABOUT.items()},
        notes=(
            ("Amounts are in CNY 10k (ten thousand yuan); rates are decimals shown in percent; bands are closed below and open above.",
             "金额单位为万元；比率以小数保存、按百分比显示；区间左闭右开。"),
            ("The group, its companies, people and figures are made up. Tiers, services, limits and words are creditcells defaults, to be replaced by your bank's own.",
             "集团、成员、人员与数据均为虚构。层级、服务、界限与词库为 creditcells 默认值，请替换为本行口径。"),
            ("A result that lacks an input shows the word for missing; what is not known is never treated as good.",
             "缺少录入项的结果显示“缺失”；未知的数据绝不当作良好。"),
            ("Notes about people are personal data: keep to what the account needs (Personal Information Protection Law).",
             "涉及个人的记录属个人信息，请限于业务所需（《个人信息保护法》）。"),
        ),
    )  # fmt: skip


def add_guide(book: Workbook, lang: Lang) -> None:
    """Add the guide; it is the first sheet and says what comes after it."""
    add_guide_sheet(book, guide(lang), lang)
