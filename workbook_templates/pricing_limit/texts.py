"""What the guide of the pricing and limit workbook says, and what its check sheet compares."""

from __future__ import annotations

from typing import Final

from workbook_templates.finance_pages.policy import Policy
from workbook_templates.formulas import udf
from workbook_templates.language import Lang
from workbook_templates.pages.check_sheet import Check, checks_of
from workbook_templates.pages.guide_sheet import Guide, Texts
from workbook_templates.pricing_limit.layout import SHEETS
from workbook_templates.pricing_limit.price import BUILD_HEADER, PARTS, raroc_call

_ABOUT: Final[dict[str, Texts]] = {
    "policy": ("Settings, pricing, price list, exceptions, approval matrix, limits, collateral, sensitivity.",
               "参数、定价、利率定价表、例外、审批矩阵、额度、押品与敏感性步长。"),
    "tier_policy": ("The strategy of each risk tier: highest loan to value and months between reviews are read here.", "各风险层级策略：最高抵押率与复评间隔由此读取。"),
    "request": ("Input: customer, loan, costs, statements, collateral.", "录入：客户、贷款、成本、财务与押品。"),
    "price": ("Least rate with its waterfall, decision, RAROC, sensitivity.", "最低利率瀑布图、定价结论、RAROC 与敏感性。"),
    "funding": ("Input: the customer's funding channels; blended and marginal cost.", "录入：客户融资渠道；得出综合与边际成本。"),
    "schedule": ("The repayment schedule, payment by payment and by year.", "逐期与逐年还款计划。"),
    "limit": ("New credit by six methods, the binding one, collateral.", "六种方法的新增授信、约束方法与押品。"),
    "register": ("Input: facilities with limit, used and dates; what is due.", "录入：额度、已用与日期；得出到期与复评事项。"),
    "exceptions": ("Input: exceptions with owner, reason and expiry.", "录入：例外事项及其责任人、理由与到期日。"),
    "approval": ("Approval matrix, and the level that the request needs.", "审批矩阵与本次申请所需层级。"),
    "committee": ("The committee's page: one sheet of paper.", "供贷审会审议：一页纸。"),
    "checks": ("Totals that must come to zero.", "必须为零的核对项。"),
}  # fmt: skip
"""What each sheet holds."""


def guide(lang: Lang) -> Guide:
    """What the guide says."""
    return Guide(
        sheet=SHEETS["guide"][lang],
        title=("Pricing and limit", "定价与授信额度"),
        subtitle=(
            "Price build-up, RAROC, limit by method, repayment, limit register, exceptions and approval of one request.",
            "单笔申请的定价构成、RAROC、额度测算、还款计划，以及额度台账、例外台账与审批权限。",
        ),
        steps=(
            ("Set the policy: pricing parameters, price list, limit methods, collateral, approval matrix. Every threshold stands on the two policy sheets.",
             "设定政策：定价参数、利率定价表、额度方法、押品、审批矩阵。所有阈值都在两张政策页。"),
            ("Fill the blue cells of the Request sheet: customer, loan, costs, statements, collateral; and the channels on Funding mix.",
             "填写“授信申请”页蓝字单元格：客户、贷款、成本、财务、押品；并在“融资组合”页填写各渠道。"),
            ("Look at Price and Limit: least rate and its parts, decision on the quoted rate, RAROC grid, limit by each method and the binding one.",
             "查看“定价”与“授信额度”页：最低利率及构成、报价结论、RAROC 矩阵、各方法额度与约束方法。"),
            ("Keep the Limit register and the Exception log: available amounts, expiry, reviews and owners follow.",
             "维护“额度台账”与“例外台账”：可用金额、到期、复评与责任人随之更新。"),
            ("Read on Approval who decides, check that all differences are zero, and take the Committee page to the committee.",
             "在“审批权限”页查看审批机构，确认核对差额为零，将“贷审会材料”页提交审议。"),
        ),
        contents={SHEETS[key][lang]: texts for key, texts in _ABOUT.items()},
        notes=(
            ("Amounts are in CNY 10k (ten thousand yuan); rates are decimals shown in percent; bands are closed below and open above.",
             "金额单位为万元；比率以小数保存、按百分比显示；区间左闭右开。"),
            ("The names, customers and figures in this file are made up. Prices, limits and approval levels are creditcells defaults, to be replaced by your bank's own; check tax rates and limits against the regulation.",
             "本文件中的名称、客户与数据均为虚构。定价、额度与审批层级为 creditcells 默认值，请替换为本行口径；税率与监管限额请核对法规原文。"),
            ("The repayment sheet takes up to 120 payments, the register 24 facilities and the log 16 exceptions; for more, take the protection off (there is no password) and insert rows within them.",
             "还款计划最多 120 期，额度台账 24 行，例外台账 16 行；如需更多，请撤销工作表保护（无密码）后在其中插入行。"),
        ),
    )  # fmt: skip


def checks(policy: Policy, lang: Lang) -> list[Check]:
    """What must agree."""
    price = f"'{SHEETS['price'][lang]}'!"
    first, last = BUILD_HEADER + 1, BUILD_HEADER + PARTS
    back = raroc_call(policy, rate="minimum_rate")
    single = udf("CR_RATE", funding_rate="funding_rate", operating_cost="operating_cost", pd="default_pd",
                 lgd="lgd", risk_weight="risk_weight", fee="N(fee_rate)", funding="funding_basis",
                 vat="vat_basis", policy=policy.whole("pricing_policy"))  # fmt: skip
    listed: list[tuple[str, ...]] = [
        ("Parts of the least rate add up to it", "最低利率各组成部分之和",
              f"SUM({price}D{first}:D{last})", f"IF(price_ready=1,{single},0)", "pd"),
        ("RAROC of the least rate is the hurdle", "最低利率的 RAROC 等于目标回报率",
              f"IF(price_ready=1,{back},hurdle)", "hurdle", "pd"),
        ("Principal repaid and the loan", "累计还本等于贷款金额", "SUM(schedule_principal)", "N(amount)*loan_ready"),
        ("Interest of the schedule and of the function", "还款计划利息与函数结果", "SUM(schedule_interest)", "N(total_interest)"),
        ("Repayment by year and by payment", "逐年还款与逐期还款", "year_principal+year_interest",
              "SUM(schedule_principal)+SUM(schedule_interest)"),
        ("Parts of the blended cost add up to it", "综合融资成本各渠道贡献之和", "SUM(mix_parts)", "N(mix_cost)", "pd"),
        ("Limit: the least of the methods", "额度等于各方法最小值",
              "MAX(0,MIN(method_credit))", "N(new_limit)"),
        ("Register: limit is used and available", "台账：额度等于已用加可用", "total_limit", "total_used+total_available"),
        ("Register: by product and in total", "台账：按产品与合计", "product_limit", "total_limit"),
        ("Every exception has an owner, a reason and an expiry", "每个例外均有责任人、理由与到期日", "exceptions_unowned", "0"),
    ]  # fmt: skip
    return checks_of(listed, lang)
