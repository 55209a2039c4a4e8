"""What must agree between the pages of the early-warning workbook."""

from __future__ import annotations

from workbook_templates.early_warning.layout import RULES, TABLES, result_name
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.check_sheet import Check


def checks(lang: Lang) -> list[Check]:
    """The checks, in their order."""
    say = Speaker(lang)
    ids = TABLES["customers"].column("customer_id", lang)
    balance = TABLES["customers"].column("balance", lang)
    owner, period = (TABLES["figures"].column(name, lang) for name in ("customer_id", "period"))
    holder, event = (TABLES["events"].column(name, lang) for name in ("customer_id", "event"))
    labels = RULES.column(f"label_{lang}", lang)
    customers, points, colour, position = (
        result_name(name) for name in ("customer_id", "points", "colour", "position")
    )
    filled = f'=COUNTIF({ids},"?*")'
    return [
        Check(say("Customers: sheet and warnings", "客户数：客户表与预警结果"), filled, "=total_customers"),
        Check(say("Customers: with a colour and all", "客户数：有颜色与全部"),
              f'=COUNTIF({colour},"?*")', "=total_customers"),
        Check(say("Customers: by colour and all", "客户数：按颜色合计与全部"), "=colour_customers",
              "=total_customers"),
        Check(say("Customers: by colour, present quarter", "客户数：本季颜色分布"), "=SUM(quarter_counts)",
              "=colour_customers"),
        Check(say("Customers on the watch list and listed", "关注客户：应列与已列"), "=watched",
              '=COUNTIF(listed_found,">0")'),
        Check(say("Places on the watch list, each once", "关注清单位次无重复"), f"=MAX({position},0)",
              "=watched"),
        Check(say("Balance: sheet and warnings", "余额：客户表与预警结果"), f"=SUM({balance})",
              "=total_balance"),
        Check(say("Balance: by colour and all", "余额：按颜色合计与全部"), "=colour_balance",
              "=total_balance"),
        Check(say("Points: signals and warnings", "分值：信号与预警结果"), "=SUM(signal_totals)",
              f"=SUM({points})"),
        Check(say("Customer numbers that stand more than once", "重复的客户编号"),
              f'=SUMPRODUCT(({ids}<>"")*(COUNTIF({ids},{ids})>1))', "=0"),
        Check(say("Figures of the same customer and period twice", "同一客户同一期间重复的指标行"),
              f'=SUMPRODUCT(({owner}<>"")*(COUNTIFS({owner},{owner},{period},{period})>1))', "=0"),
        Check(say("Figures of customers that are not on the sheet", "无对应客户的指标行"),
              f'=SUMPRODUCT(({owner}<>"")*(COUNTIF({ids},{owner})=0))', "=0"),
        Check(say("Events of customers that are not on the sheet", "无对应客户的事件行"),
              f'=SUMPRODUCT(({holder}<>"")*(COUNTIF({ids},{holder})=0))', "=0"),
        Check(say("Events that the rules do not know", "规则中没有的事件"),
              f'=SUMPRODUCT(({event}<>"")*(COUNTIF({labels},{event})=0))', "=0"),
        Check(say("Rows of the Customers table and of the warnings", "客户表行数与预警结果行数"),
              f"=ROWS({ids})", f"=ROWS({customers})"),
    ]  # fmt: skip
