"""Sheets and policy tables of the pricing and limit workbook."""

from __future__ import annotations

from typing import Final

from workbook_templates.finance_pages.policy_tables import (
    Policy,
    PolicyTable,
    builtin_table,
    own_table,
)
from workbook_templates.language import Lang

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "tier_policy": {"en": "Tier policy", "zh": "分层政策"},
    "request": {"en": "Request", "zh": "授信申请"},
    "price": {"en": "Price", "zh": "定价"},
    "funding": {"en": "Funding mix", "zh": "融资组合"},
    "schedule": {"en": "Repayment", "zh": "还款计划"},
    "limit": {"en": "Limit", "zh": "授信额度"},
    "register": {"en": "Limit register", "zh": "额度台账"},
    "exceptions": {"en": "Exception log", "zh": "例外台账"},
    "approval": {"en": "Approval", "zh": "审批权限"},
    "committee": {"en": "Committee page", "zh": "贷审会材料"},
    "checks": {"en": "Checks", "zh": "核对"},
}

PAYMENTS: Final = 120
"""Payments that the repayment sheet has rows for: ten years of months."""
CHANNELS: Final = 6
FACILITIES: Final = 24
EXCEPTIONS: Final = 16
RATE_STEPS: Final = 6
PD_STEPS: Final = 5
SHOCKS: Final = 6

_OWN: Final = (
    "creditcells default: replace it by your bank's own.",
    "creditcells 默认，请替换为本行口径。",
)

_LEVELS: Final = own_table(
    "approval_levels", "tblApprovalLevels", ("Approval levels", "审批层级"),
    ("creditcells default. From the lowest to the highest; other tables name a level by its number.",
     "creditcells 默认。由低到高排列，其他表以序号引用层级。"),
    (("level", "Level", "序号", "count"), ("label_en", "Authority", "英文名称", "text"),
     ("label_zh", "Chinese name", "审批机构", "text")),
    ((1, "Sub-branch head with a credit officer", "支行行长与审查人双签"),
     (2, "Branch credit officer", "分行授信审批官"),
     (3, "Branch head with the credit committee", "分行行长（贷审会）"),
     (4, "Head-office credit committee", "总行贷审会"),
     (5, "Board risk committee", "董事会风险管理委员会")),
)  # fmt: skip
_MATRIX: Final = own_table(
    "approval_matrix", "tblApprovalMatrix", ("Approval matrix by amount", "审批权限矩阵（按金额）"),
    ("creditcells default. Level by total credit of the customer from an amount on (CNY 10k), and by the band of its grade.",
     "creditcells 默认。按客户授信总额（万元，达到该金额起）与等级档次确定审批层级。"),
    (("from_amount", "From CNY 10k", "起始金额（万元）", "money"), ("band_1", "Band 1", "第 1 档", "count"),
     ("band_2", "Band 2", "第 2 档", "count"), ("band_3", "Band 3", "第 3 档", "count")),
    ((0, 1, 1, 2), (500, 1, 2, 3), (2000, 2, 3, 4), (10000, 3, 4, 4), (50000, 4, 4, 5), (200000, 5, 5, 5)),
)  # fmt: skip
_BANDS: Final = own_table(
    "grade_bands", "tblGradeBands", ("Bands of grades", "等级档次"),
    ("creditcells default. By the PD of the grade: a band begins at its PD.", "creditcells 默认。按等级的违约概率划分，达到该概率即属该档。"),
    (("from_pd", "From PD", "起始违约概率", "pd"), ("label_en", "Band", "英文名称", "text"),
     ("label_zh", "Chinese name", "档次", "text")),
    ((0, "A- and better", "A- 及以上"), (0.0031, "BBB+ to BBB-", "BBB+ 至 BBB-"), (0.0153, "BB+ and worse", "BB+ 及以下")),
)  # fmt: skip
_PRICE_LEVELS: Final = own_table(
    "price_levels", "tblPriceLevels", ("Level by price decision", "定价结论对应层级"),
    ("creditcells default. The decision is that of the table of price exceptions; declined prices go to the highest level.",
     "creditcells 默认。结论取自定价例外审批表；拒绝的报价须由最高层级审批。"),
    (("decision", "Decision", "审批结论", "text"), ("level", "Level", "层级", "count")),
    (("approve", 1), ("branch_exception", 3), ("head_office_exception", 4), ("decline", 5)),
)  # fmt: skip
_METHODS: Final = own_table(
    "repayment", "tblRepayment", ("Ways to repay", "还款方式"),
    ("Code is what the functions understand; the names are offered on the Request sheet.",
     "“代码”为函数所识别的取值；名称供“授信申请”页选择。"),
    (("code", "Code", "代码", "text"), ("label_en", "Repayment", "英文名称", "text"),
     ("label_zh", "Chinese name", "还款方式", "text")),
    (("annuity", "Annuity", "等额本息"), ("equal principal", "Equal principal", "等额本金"),
     ("bullet", "Interest only, principal at the end", "按期付息到期还本")),
)  # fmt: skip
_FREQUENCIES: Final = own_table(
    "frequencies", "tblFrequencies", ("Payments", "还款频率"),
    ("Months between two payments.", "两次还款间隔的月数。"),
    (("code", "Code", "代码", "text"), ("label_en", "Payments", "英文名称", "text"),
     ("label_zh", "Chinese name", "还款频率", "text"), ("months", "Months", "月数", "count")),
    (("monthly", "Monthly", "按月", 1), ("quarterly", "Quarterly", "按季", 3),
     ("half-yearly", "Half-yearly", "按半年", 6), ("yearly", "Yearly", "按年", 12)),
)  # fmt: skip
_GRID: Final = own_table(
    "sensitivity", "tblSensitivity", ("Steps of the RAROC grid", "RAROC 敏感性步长"),
    ("creditcells default. Changes of the rate go down the grid, factors of PD across.",
     "creditcells 默认。利率变动沿矩阵向下，违约概率倍数向右。"),
    (("change", "Change of rate", "利率变动", "pd"), ("factor", "Factor of PD", "违约概率倍数", "times")),
    ((-0.005, 0.5), (-0.0025, 1), (0, 1.5), (0.0025, 2), (0.005, 3), (0.01, None)),
)  # fmt: skip
_SHOCKS: Final = own_table(
    "shocks", "tblShocks", ("One change at a time", "单因素变动"),
    ("creditcells default. What each line adds to the inputs of the least rate; PD is multiplied.",
     "creditcells 默认。每行对最低利率各输入项的增量；违约概率为倍数。"),
    (("label_en", "Change", "英文名称", "text"), ("label_zh", "Chinese name", "变动", "text"),
     ("funding", "Funding", "资金成本", "pd"), ("cost", "Operating cost", "运营成本", "pd"),
     ("pd", "Factor of PD", "违约概率倍数", "times"), ("lgd", "LGD", "违约损失率", "rate"),
     ("ratio", "Capital ratio", "资本充足率", "pd"), ("hurdle", "Hurdle", "目标回报率", "pd")),
    (("Funding +25 bp", "资金成本上升 25 个基点", 0.0025, 0, 1, 0, 0, 0),
     ("Operating cost +10 bp", "运营成本上升 10 个基点", 0, 0.001, 1, 0, 0, 0),
     ("PD doubled", "违约概率加倍", 0, 0, 2, 0, 0, 0),
     ("LGD +10 points", "违约损失率上升 10 个百分点", 0, 0, 1, 0.1, 0, 0),
     ("Capital ratio +1 point", "资本充足率上升 1 个百分点", 0, 0, 1, 0, 0.01, 0),
     ("Hurdle +2 points", "目标回报率上升 2 个百分点", 0, 0, 1, 0, 0, 0.02)),
)  # fmt: skip
_PRODUCTS: Final = own_table(
    "products", "tblProducts", ("Products", "产品"), _OWN,
    (("label_en", "Product", "英文名称", "text"), ("label_zh", "Chinese name", "产品", "text")),
    (("Working capital loan", "流动资金贷款"), ("Fixed asset loan", "固定资产贷款"), ("Trade finance", "贸易融资"),
     ("Bank acceptance", "银行承兑汇票"), ("Guarantee", "保函")),
)  # fmt: skip
_KINDS: Final = own_table(
    "exception_kinds", "tblExceptionKinds", ("Kinds of exceptions", "例外种类"), _OWN,
    (("label_en", "Kind", "英文名称", "text"), ("label_zh", "Chinese name", "种类", "text")),
    (("Price", "定价"), ("Limit", "额度"), ("Collateral", "担保"), ("Covenant", "约束条款"), ("Document", "资料")),
)  # fmt: skip

POLICY_TABLES: Final[tuple[PolicyTable, ...]] = (
    builtin_table("pricing_policy", "tblPricing"),
    builtin_table("lpr_spreads", "tblLprSpreads"),
    builtin_table("term_spreads", "tblTermSpreads"),
    builtin_table("price_exceptions", "tblPriceExceptions"),
    _PRICE_LEVELS,
    _LEVELS,
    _MATRIX,
    _BANDS,
    builtin_table("master_scale", "tblMasterScale"),
    builtin_table("limit_methods", "tblLimitMethods"),
    builtin_table("limit_multiples", "tblLimitMultiples"),
    builtin_table("collateral_kinds", "tblCollateralKinds"),
    builtin_table("large_exposures", "tblLargeExposures"),
    builtin_table("review_intervals", "tblReviewIntervals"),
    _METHODS,
    _FREQUENCIES,
    _GRID,
    _SHOCKS,
    _PRODUCTS,
    _KINDS,
)
TIER_TABLES: Final[tuple[PolicyTable, ...]] = (builtin_table("tier_strategy", "tblTierStrategy"),)


def policy_of(lang: Lang) -> Policy:
    """The workbook's policy tables as formulas refer to them."""
    return Policy((*POLICY_TABLES, *TIER_TABLES), lang)


LISTS: Final[dict[str, tuple[str, str]]] = {
    "grade_list": ("lpr_spreads", "grade"),
    "tier_list": ("tier_strategy", "label"),
    "repayment_list": ("repayment", "label"),
    "frequency_list": ("frequencies", "label"),
    "product_list": ("products", "label"),
    "kind_list": ("exception_kinds", "label"),
    "collateral_list": ("collateral_kinds", "label"),
    "warning_list": ("review_intervals", "label"),
    "level_list": ("approval_levels", "label"),
}
"""Defined names of choices: the policy table and its column, a label by the workbook's language."""
