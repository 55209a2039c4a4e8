"""The tier-strategy workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import define
from workbook_templates.data_tables import Capacity
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_book
from workbook_templates.pages.check_sheet import Check, add_check_sheet
from workbook_templates.pages.guide_sheet import Guide, add_guide_sheet
from workbook_templates.pages.input_sheet import InputTable, add_input_sheet
from workbook_templates.template import Template
from workbook_templates.tier_strategy.grid_page import add_grid_page
from workbook_templates.tier_strategy.layout import (
    CUSTOMERS,
    GRADE_COUNT,
    PROPOSED_INPUTS,
    SCENARIO,
    SHEETS,
    customer,
    res,
)
from workbook_templates.tier_strategy.policy import add_policy_sheets
from workbook_templates.tier_strategy.results import add_results_sheet
from workbook_templates.tier_strategy.tiers_page import add_tiers_page
from workbook_templates.tier_strategy.what_if import add_what_if_page
from workbook_templates.tier_strategy.worked_case import worked_case


def build(lang: Lang, rows: Capacity) -> Workbook:
    """The workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.
        rows: the room of its tables of data.
    """
    book = new_book(lang)
    add_guide_sheet(book, _guide(lang), lang)
    add_policy_sheets(book, lang)
    spec = _customers(rows["customers"], lang)
    body = add_input_sheet(book, spec, lang)
    define(book, "customer_rows", body)
    add_tiers_page(book, lang)
    add_grid_page(book, lang)
    add_what_if_page(book, lang)
    add_results_sheet(book, spec.room, lang)
    add_check_sheet(book, SHEETS["checks"][lang], _checks(lang), lang)
    return book


def _customers(room: int, lang: Lang) -> InputTable:
    return InputTable(
        table=CUSTOMERS,
        subtitle=Speaker(lang)(
            "One row per customer. Blue cells are typed in or pasted; rows to spare stand at the end.",
            "每个客户一行。蓝字单元格由人工填写或粘贴；末尾留有空行。",
        ),
        rows=worked_case(lang),
        room=room,
        frozen=2,
    )


def _checks(lang: Lang) -> list[Check]:
    say = Speaker(lang)
    exposure, tier = customer("exposure", lang), res("tier_now")
    in_tiers = f'=SUMIFS({exposure},{tier},"?*")'
    return [
        Check(say("Customers: sheet and results", "客户数：客户表与结果"),
              f'=COUNTIF({customer("customer_id", lang)},"?*")', "=total_customers"),
        Check(say("Customers: with and without a tier", "客户数：已分层与未分层"),
              "=total_customers", "=sum_customers_now+not_classified"),
        Check(say("Customers: now and proposed", "客户数：现行与方案"), "=sum_customers_now", "=sum_customers_new"),
        Check(say("Customers: matrix of moves and tiers", "客户数：变动矩阵与层级"),
              "=SUM(move_matrix)", "=sum_customers_now"),
        Check(say("Customers: movers and the rest", "客户数：变动与不变"),
              "=moved_better+moved_worse+unmoved", "=sum_customers_now"),
        Check(say("Exposure: tiers and results", "敞口：分层与结果"), "=sum_exposure_now", in_tiers),
        Check(say("Exposure: now and proposed", "敞口：现行与方案"), "=sum_exposure_now", "=sum_exposure_new"),
        Check(say("Exposure: grid and tiers", "敞口：矩阵与分层"), "=grid_exposure", "=sum_exposure_now"),
        Check(say("Customers: grid and tiers", "客户数：矩阵与分层"), "=grid_customers", "=sum_customers_now"),
        Check(say("Expected loss: tiers and results", "预期损失：分层与结果"), "=sum_loss_now", "=total_loss"),
        Check(say("Capital: tiers and results", "资本占用：分层与结果"), "=sum_capital_now", "=total_capital"),
        Check(say("Income: customers and tiers", "收入：客户表与分层"),
              f'=SUMIFS({customer("contribution", lang)},{tier},"?*")', "=sum_income_now"),
    ]  # fmt: skip


def _guide(lang: Lang) -> Guide:
    return Guide(
        sheet=SHEETS["guide"][lang],
        title=("Tier strategy and what-if", "客户分层策略与情景测算"),
        subtitle=(
            "The tiers side by side, the strategy of each grade and value, and what other cut-offs would change.",
            "各层级策略并列、等级与价值逐格策略，以及调整分层标准的影响。",
        ),
        steps=(
            ("Set the policy: cut-offs in force, master scale, capital ratio, and what the bank does with each tier.",
             "设定政策：现行分层标准、主标尺、资本要求以及各层级的管理策略。"),
            ("Fill the Customers: grade, exposure, contribution and net worth of each; one row per customer.",
             "填写“客户”表：每个客户一行，含等级、敞口、综合贡献与净资产。"),
            ("Read Tiers and Grid: what each tier means, and what to do in each cell.",
             "查看“分层策略”与“等级价值矩阵”：各层级的含义及逐格措施。"),
            ("On What-if, change the proposed cut-offs and conditions; see each tier before and after, and who moves.",
             "在“情景测算”页修改拟定标准与情景条件，查看调整前后各层级数据及变动客户。"),
            ("Look at the Checks: all differences must be zero. Then take Tiers and What-if to the committee.",
             "查看“核对”：所有差额须为零；随后将“分层策略”与“情景测算”提交贷审会。"),
        ),
        contents={
            SHEETS["policy"][lang]: ("Settings, tier cut-offs, grades, master scale, value classes.",
                                     "参数、分层标准、等级表、主标尺、价值类别。"),
            SHEETS["tier_policy"][lang]: ("Strategy, service and actions by tier.", "各层级的策略、服务与措施。"),
            SHEETS["customers"][lang]: ("Input: one row per customer.", "录入：每个客户一行。"),
            SHEETS["tiers"][lang]: ("The committee's page: tiers side by side.", "供贷审会审议：各层级并列。"),
            SHEETS["grid"][lang]: ("Grade × value: tier, customers and actions of each cell.",
                                   "等级 × 价值：每格的层级、客户与措施。"),
            SHEETS["what_if"][lang]: ("Input: proposed cut-offs; before and after, and who moves.",
                                      "录入：拟定标准；调整前后对比与变动客户。"),
            SHEETS["results"][lang]: ("Every customer now and proposed.", "每个客户的现行与方案结果。"),
            SHEETS["checks"][lang]: ("Totals that must agree.", "必须核平的合计。"),
        },
        notes=(
            ("Amounts are in CNY 10k (ten thousand yuan); rates are decimals shown in percent.",
             "金额单位为万元；比率以小数保存、按百分比显示。"),
            ("Income changes only by the spread of the new tier on the share repriced; volumes stay as they are.",
             "收入变化仅来自新层级利差对重定价部分的影响，业务量假定不变。"),
            ("A defaulted customer (PD 100 %) takes no IRB capital: its loss is expected loss.",
             "已违约客户（违约概率 100%）按内部评级法不占用资本，其损失计入预期损失。"),
            (f"The customers are made up, and {GRADE_COUNT} grades are the default scale; replace both by your own.",
             f"客户均为虚构，{GRADE_COUNT} 个等级为默认等级表，请替换为本行数据与口径。"),
        ),
    )  # fmt: skip


TEMPLATE: Final = Template(
    "tier_strategy",
    {
        "en": "Tiers side by side, grade × value grid, and what-if of other cut-offs",
        "zh": "各层级策略并列、等级 × 价值矩阵与分层标准情景测算",
    },
    build,
    cover=SHEETS["what_if"],
    tables=(CUSTOMERS,),
    keeps=frozenset({*PROPOSED_INPUTS, *SCENARIO}),
)
