"""What must agree between the pages of the migration-monitoring workbook."""

from __future__ import annotations

from workbook_templates.language import Lang, Speaker
from workbook_templates.migration_monitoring.layout import GRADES, TABLES, before, move_name, now
from workbook_templates.pages.check_sheet import Check


def checks(lang: Lang) -> list[Check]:
    """The checks, in their order."""
    say = Speaker(lang)
    ids = TABLES["customers"].column("customer_id", lang)
    owner, period, grade, exposure = (
        TABLES["snapshots"].column(name, lang)
        for name in ("customer_id", "period", "grade", "exposure")
    )
    holder, loan = (TABLES["loans"].column(name, lang) for name in ("customer_id", "loan_id"))
    grades = GRADES.column("grade", lang)
    first, position = move_name("first_due"), move_name("position")
    return [
        Check(say("Customers now: snapshots and by period", "期末客户数：快照与分期数据"),
              f'=COUNTIFS({period},period_5,{owner},"?*")', "=ended_customers"),
        Check(say("Customers before: snapshots and by period", "期初客户数：快照与分期数据"),
              f'=COUNTIFS({period},period_before,{owner},"?*")', "=begun_customers"),
        Check(say("Customers before: moved, unmoved and left", "期初客户数：变动、不变与退出"),
              "=moved_up+unmoved+moved_down+withdrawn", "=begun_customers"),
        Check(say("Customers now: moved, unmoved and new", "期末客户数：变动、不变与新增"),
              "=moved_up+unmoved+moved_down+newcomers", "=ended_customers"),
        Check(say("Customers: grade matrix and moves", "客户数：等级矩阵与变动"), "=SUM(migration_counts)",
              "=moved_up+unmoved+moved_down"),
        Check(say("Customers: tier matrix and grade matrix", "客户数：层级矩阵与等级矩阵"),
              "=SUM(tier_counts)", "=SUM(migration_counts)"),
        Check(say("Customers before: by tier and all", "期初客户数：按层级与全部"), "=total_begun",
              "=begun_customers"),
        Check(say("Lost: by tier and moves", "流失：按层级与变动"), "=total_lost", "=withdrawn"),
        Check(say("Exposure before: snapshots and by tier", "期初敞口：快照与按层级"),
              f"=SUMIFS({exposure},{period},period_before)", "=total_exposure_before"),
        Check(say("Exposure now: snapshots and by period", "期末敞口：快照与分期数据"),
              f"=SUMIFS({exposure},{period},period_5)", f"=SUM({now('exposure')})"),
        Check(say("Shares of grades add up to one", "等级占比合计为一"), "=grade_share_total",
              "=SIGN(ended_customers)"),
        Check(say("Shares of tiers add up to one", "层级占比合计为一"), "=tier_share_total",
              "=SIGN(ended_customers)"),
        Check(say("Reviews: calendar and moves", "评审：日历与客户变动"), "=calendar_total",
              f"=COUNT({move_name('next_review')})+COUNT({move_name('next_annual')})"),
        Check(say("Places in the calendar, each once", "到期位次无重复"), f"=MAX({position},0)",
              f"=COUNT({first})"),
        Check(say("Snapshots of the same customer and period twice", "同一客户同一期间重复的快照"),
              f'=SUMPRODUCT(({owner}<>"")*(COUNTIFS({owner},{owner},{period},{period})>1))', "=0"),
        Check(say("Snapshots of customers that are not on the sheet", "无对应客户的快照"),
              f'=SUMPRODUCT(({owner}<>"")*(COUNTIF({ids},{owner})=0))', "=0"),
        Check(say("Grades that the scale does not have", "等级表中没有的等级"),
              f'=SUMPRODUCT(({grade}<>"")*(COUNTIF({grades},{grade})=0))', "=0"),
        Check(say("Loans of customers that are not on the sheet", "无对应客户的贷款"),
              f'=SUMPRODUCT(({holder}<>"")*(COUNTIF({ids},{holder})=0))', "=0"),
        Check(say("Loan numbers that stand more than once", "重复的贷款编号"),
              f'=SUMPRODUCT(({loan}<>"")*(COUNTIF({loan},{loan})>1))', "=0"),
        Check(say("Rows of the tables and of the results", "录入表行数与结果行数"),
              f"=ROWS({ids})+ROWS({owner})", f"=ROWS({before('grade')})+ROWS(snapshot_index)"),
    ]  # fmt: skip
