"""What the guide of the project finance workbook says, and what its check sheet compares."""

from __future__ import annotations

from typing import Final

from workbook_templates.finance_pages.time_rows import TimeRows
from workbook_templates.language import Lang
from workbook_templates.pages.check_sheet import Check, checks_of
from workbook_templates.pages.guide_sheet import Guide, Texts
from workbook_templates.project_finance.layout import CASES, SHEETS

_ABOUT: Final[dict[str, Texts]] = {
    "policy": ("Settings, cases, debt sizing, covenants, sensitivity, tax relief, pricing, master scale.",
               "参数、情景、债务定额标准、约束条款、敏感性步长、税收优惠、定价、主标尺。"),
    "slotting_policy": ("Slotting grid, factors, thresholds, risk weights, capital.", "监管映射评价表、因子、阈值、风险权重与资本。"),
    "inputs": ("Input: the project, its investment, operation, tax and loan.", "录入：项目、投资、运营、税务与贷款。"),
    "rating": ("Input: answers to the slotting grid; slot, phase, capital and price.", "录入：监管映射评价；得出监管类别、阶段、资本与定价。"),
    "cases": ("Cash flow and debt service of every case, year by year.", "各情景逐年的现金流与还本付息。"),
    "debt": ("Debt capacity, repayment schedule, DSCR, LLCR, PLCR and lock-up.", "债务承受能力、还款计划、DSCR、LLCR、PLCR 与分红锁定。"),
    "cash_flow": ("The case shown: cash flow, reserve account, distributions, returns.", "展示情景：现金流、偿债准备金、分配与收益。"),
    "scenarios": ("All cases side by side, break-even, sensitivity grid.", "各情景对比、盈亏平衡与敏感性矩阵。"),
    "committee": ("The committee's page: one sheet of paper.", "供贷审会审议：一页纸。"),
    "checks": ("Totals that must come to zero.", "必须为零的核对项。"),
}  # fmt: skip
"""What each sheet holds."""


def guide(lang: Lang) -> Guide:
    """What the guide says."""
    return Guide(
        sheet=SHEETS["guide"][lang],
        title=("Project finance", "项目融资评审"),
        subtitle=(
            "Cash flow, debt sizing and sculpting, cover ratios, cases, slotting and covenants of one project loan.",
            "单个项目贷款的现金流、债务定额与还款安排、覆盖率、情景、监管映射与约束条款。",
        ),
        steps=(
            ("Set the policy: cases, criteria of debt capacity, covenants, slotting grid and pricing. Every threshold stands on the two policy sheets.",
             "设定政策：情景、债务承受能力标准、约束条款、监管映射评价表与定价参数。所有阈值都在两张政策页。"),
            ("Fill the blue cells of the Inputs sheet: investment, operation, tax, loan, and figures for single years.",
             "填写“输入”页蓝字单元格：投资、运营、税务、贷款以及逐年数据。"),
            ("Look at Debt: what the project carries by each criterion, the schedule, and the cover ratios of the case shown. Choose the case on the Inputs sheet.",
             "查看“债务”页：按各标准的承受能力、还款计划与展示情景的覆盖率。展示情景在“输入”页选择。"),
            ("Compare the cases on Scenarios: least DSCR, covenants breached, break-even, and the grid of revenue against rate.",
             "在“情景对比”页比较各情景：最低偿债备付率、触发的约束、盈亏平衡及收入与利率敏感性矩阵。"),
            ("Answer the slotting grid on Rating, check that all differences are zero, and take the Committee page to the committee.",
             "在“项目评级”页完成监管映射评价，确认核对差额为零，将“贷审会材料”页提交审议。"),
        ),
        contents={SHEETS[key][lang]: texts for key, texts in _ABOUT.items()},
        notes=(
            ("Amounts are in CNY 10k (ten thousand yuan), periods are years, cash flows come at the end of the year; rates are decimals shown in percent.",
             "金额单位为万元；期间为年，现金流发生于年末；比率以小数保存、按百分比显示。"),
            ("Income tax is counted without interest as a cost: cash flow does not depend on the debt that it sizes, and errs on the safe side.",
             "计税不扣除利息：现金流不依赖于据其测定的债务，且偏于审慎。"),
            ("The project in this file is made up. Cases, covenants and slotting weights are creditcells defaults, to be replaced by your bank's own; check rules against the regulation.",
             "本文件中的项目为虚构。情景、约束条款与映射权重为 creditcells 默认值，请替换为本行口径；监管规定请核对原文。"),
            ("A case keeps the loan and its schedule of principal; a higher rate raises the interest on the balances.",
             "各情景下贷款金额与还本计划不变；利率上浮仅增加各期余额的利息。"),
        ),
    )  # fmt: skip


def checks(cases: TimeRows, debt: TimeRows, flows: TimeRows, lang: Lang) -> list[Check]:
    """What must agree."""
    case, loan, flow = (rows.seen(elsewhere=True) for rows in (cases, debt, flows))
    shown = ",".join(case[f"cfads{number}"].total for number in range(1, CASES + 1))
    drawn = "IF(N(draw_first)=0,1,draw_total)"
    listed: list[tuple[str, ...]] = [
        ("Loan and equity pay for the investment", "贷款与资本金等于项目总投资",
              "loan_amount+equity", "total_investment"),
        ("The loan is repaid in full", "贷款全部还清", _end(debt, "closing"), "0"),
        ("Principal repaid and the loan", "累计还本等于贷款金额", loan["principal"].total, "loan_amount"),
        ("Sculpted: LLCR equals DSCR in every year", "量身定制：各年 LLCR 等于 DSCR",
              f"is_sculpted*MAX({loan['apart'].all})", "0"),
        ("Present value of the debt service is the loan", "还本付息现值等于贷款金额",
              "NPV(N(loan_rate),loan_interest)+NPV(N(loan_rate),loan_principal)", "loan_amount"),
        ("Drawdowns add up to the loan", "提款比例合计为 100%", drawn, "1", "rate"),
        ("Cash flow of the case shown: build-up and case", "展示情景现金流：逐项加总与情景测算",
              flow["available"].total, f"CHOOSE(case_number,{shown})"),
        ("Waterfall: cash in and cash out", "现金流瀑布：来源与运用",
              f"{flow['available'].total}+N(use_reserve)+{flow['shortfall'].total}",
              f"{flow['due'].total}+{flow['distributed'].total}+{_end(flows, 'balance')}+{_end(flows, 'kept')}"),
        ("Weights of the rating's factors add up to 1", "评级因子权重合计为 1", "SUM(slot_weights)", "1", "rate"),
    ]  # fmt: skip
    return checks_of(listed, lang)


def _end(rows: TimeRows, name: str) -> str:
    """The last period of a row."""
    return str(rows.seen(rows.last, elsewhere=True)[name])
