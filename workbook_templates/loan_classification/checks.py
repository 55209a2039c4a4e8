"""What must agree between the pages of the loan-classification workbook."""

from __future__ import annotations

from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import (
    LISTS,
    TABLES,
    result_name,
)
from workbook_templates.loan_classification.structure import LISTED_LOANS
from workbook_templates.pages.check_sheet import Check


def checks(lang: Lang) -> list[Check]:
    """The checks, in their order."""
    say = Speaker(lang)
    ids, owners = (TABLES["loans"].column(name, lang) for name in ("loan_id", "obligor_id"))
    obligors, balance = (
        TABLES["obligors"].column("obligor_id", lang),
        TABLES["loans"].column("balance", lang),
    )
    first, second, booked = (result_name(name) for name in ("first", "second", "booked"))
    own = result_name("own_trigger")
    return [
        Check(say("Loans: sheet and classification", "贷款笔数：贷款表与分类结果"),
              f'=COUNTIF({ids},"?*")', "=total_loans"),
        Check(say("Loans: by class and all", "贷款笔数：按分类合计与全部"), "=class_loans", "=total_loans"),
        Check(say("Loans: by overdue band and all", "贷款笔数：按逾期结构合计与全部"), "=band_loans",
              "=total_loans"),
        Check(say("Loans: in all lists and loans times lists", "贷款笔数：各清单合计与笔数乘以清单数"),
              f"={LISTED_LOANS}", f"=total_loans*ROWS({LISTS.column('list_number', lang)})"),
        Check(say("Loans with a deciding trigger: detail and summary", "有触发条件的贷款：明细与汇总"),
              f'=COUNTIF({own},"?*")', "=SUM(trigger_loans)"),
        Check(say("Balance: sheet and classification", "余额：贷款表与分类结果"), f"=SUM({balance})",
              "=total_balance"),
        Check(say("Balance: by class and all", "余额：按分类合计与全部"), "=class_balance", "=total_balance"),
        Check(say("Balance: by class of each loan by itself and all", "余额：按单笔分类合计与全部"),
              "=own_balance", "=total_balance"),
        Check(say("Balance: by overdue band and all", "余额：按逾期结构合计与全部"), "=band_balance",
              "=total_balance"),
        Check(say("Non-performing: by overdue band and all", "不良：按逾期结构合计与全部"), "=band_npl",
              "=npl_balance"),
        Check(say("Provisions, first scheme: loans and classes", "方案一准备：逐笔与按分类合计"),
              f'=SUMIFS({first},{first},">=0")', "=class_first"),
        Check(say("Provisions, second scheme: loans and classes", "方案二准备：逐笔与按分类合计"),
              f'=SUMIFS({second},{second},">=0")', "=class_second"),
        Check(say("Provisions booked: loans and classes", "已提准备：逐笔与按分类合计"), f'=SUMIFS({booked},{booked},">=0")',
              "=class_booked"),
        Check(say("Coverage × NPL ratio and provisions to loans", "拨备覆盖率 × 不良率与贷款拨备率"),
              "=IFERROR(coverage*npl_ratio,0)", "=IFERROR(loan_provisions+0,0)"),
        Check(say("Loan numbers that stand more than once", "重复的贷款编号"),
              f'=SUMPRODUCT(({ids}<>"")*(COUNTIF({ids},{ids})>1))', "=0"),
        Check(say("Loans of obligors that are not on the sheet", "无对应债务人的贷款"),
              f'=SUMPRODUCT(({owners}<>"")*(COUNTIF({obligors},{owners})=0))', "=0"),
        Check(say("Rows of the Loans table and of the classification", "贷款表行数与分类结果行数"),
              f"=ROWS({ids})", f"=ROWS({first})"),
    ]  # fmt: skip
