"""The moves: each customer from the period compared with to the present one, and its reviews."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.migration_monitoring.by_period import if_filled
from workbook_templates.migration_monitoring.layout import (
    BUCKETS,
    GRADE_COUNT,
    GRADES,
    INTERVALS,
    PERIODS,
    SHEETS,
    TABLES,
    TIERS,
    before,
    figure_name,
    move_name,
    now,
)
from workbook_templates.page import pages_high
from workbook_templates.pages.column_sheet import (
    ResultColumn,
    add_column_sheet,
    by_customer,
    column_setup,
)
from workbook_templates.style import BAD_FILL
from workbook_templates.tier_colours import colour_tiers


def add_moves_sheet(book: Workbook, customers: int, lang: Lang) -> None:
    """Add the sheet, with room for so many customers."""
    setup = column_setup(
        title=SHEETS["moves"][lang],
        subtitle=by_customer(lang),
        pages_wide=2,
        pages_high=pages_high(customers),
    )
    columns = [*_identity(lang), *_grades(lang), *_outcomes(lang), *_reviews(lang)]
    blocks = add_column_sheet(book, setup, columns, customers, lang)
    for name in ("tier_before", "tier_now"):
        colour_tiers(blocks[move_name(name)])
    for name in ("notches", "defaulted", "next_review", "next_annual"):
        cells = blocks[move_name(name)]
        first = f"{get_column_letter(cells.left)}{cells.top}"
        bad = f"{first}<asof" if name.startswith("next") else f"{first}>0"
        known = f"ISNUMBER({first})" if name != "defaulted" else f"ISLOGICAL({first})"
        bad = first if name == "defaulted" else bad
        colour_where(cells, f"IF({known},{bad},FALSE)", ground=BAD_FILL)


def _identity(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Customer", "客户")
    return [
        ResultColumn(name=move_name("customer_id"), header=say("Customer ID", "客户编号"), group=group,
                     kind="text", width=13, formula="=customer_ids"),
        ResultColumn(name=move_name("name"), header=say("Name", "客户名称"), group=group, kind="words",
                     width=42, formula="=customer_names"),
        ResultColumn(name=move_name("manager"), header=say("Manager", "客户经理"), group=group, kind="words",
                     width=15, formula=if_filled(TABLES["customers"].column("manager", lang))),
    ]  # fmt: skip


def _grades(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Grade and tier", "等级与层级")
    move = {
        "grade_begin": before("grade"),
        "grade_end": now("grade"),
        "grades": GRADES.column("grade", lang),
        "lang": "lang",
    }
    return [
        ResultColumn(name=move_name("grade_before"), header=say("Grade before", "期初等级"), group=group,
                     kind="words", width=11, formula=f"={before('grade')}"),
        ResultColumn(name=move_name("grade_now"), header=say("Grade now", "期末等级"), group=group,
                     kind="words", width=11, formula=f"={now('grade')}"),
        ResultColumn(name=move_name("move"), header=say("Move", "变动"), group=group, kind="words",
                     width=14, formula=f"={udf('CR_GRADEMOVE', **move)}", decides=True),
        ResultColumn(name=move_name("notches"), header=say("Notches down", "下调级数"), group=group,
                     kind="general", width=10, formula=f"={udf('CR_GRADEMOVE', **move, out=quoted('notches'))}"),
        ResultColumn(name=move_name("tier_before"), header=say("Tier before", "期初层级"), group=group,
                     kind="words", width=12, formula=f"={before('tier')}"),
        ResultColumn(name=move_name("tier_now"), header=say("Tier now", "期末层级"), group=group,
                     kind="words", width=12, formula=f"={now('tier')}"),
    ]  # fmt: skip


def quoted(text: str) -> str:
    """A text in a formula."""
    return f'"{text}"'


def in_default(overdue: str, grade: str, lang: Lang) -> str:
    """1 where a customer is in default, 0 otherwise."""
    worst = f"INDEX({GRADES.column('grade', lang)},{GRADE_COUNT})"
    return f"SIGN(ISNUMBER({overdue})*({overdue}>default_days)+({grade}={worst}))"


def _outcomes(lang: Lang) -> list[ResultColumn]:
    """Default, loss and arrears of those that were there and not in default before."""
    say = Speaker(lang)
    group = say("Outcome", "结果")
    begun, ended = before("grade"), now("grade")
    was, is_now = move_name("was_default"), move_name("is_default")
    bucket = {"buckets": BUCKETS.whole}
    return [
        ResultColumn(name=was, header=say("In default before", "期初违约"), group=group, kind="tally", width=11,
                     formula=f"={in_default(before('overdue_days'), begun, lang)}"),
        ResultColumn(name=is_now, header=say("In default now", "期末违约"), group=group, kind="tally", width=11,
                     formula=f"={in_default(now('overdue_days'), ended, lang)}"),
        ResultColumn(name=move_name("defaulted"), header=say("Defaulted", "新增违约"), group=group, kind="flag",
                     width=11, decides=True,
                     formula=f'=IF(({begun}="")+({ended}="")+{was}>0,"",{is_now}>0)'),
        ResultColumn(name=move_name("lost"), header=say("Lost", "流失"), group=group, kind="flag", width=10,
                     decides=True, formula=f'=IF({begun}="","",{ended}="")'),
        ResultColumn(name=move_name("bucket_before"), header=say("Bucket last period", "上期期次"), group=group,
                     kind="words", width=11,
                     formula=f"={udf('CR_BUCKET', overdue_days=figure_name('overdue_days', PERIODS - 1), **bucket)}"),
        ResultColumn(name=move_name("bucket_now"), header=say("Bucket now", "期末期次"), group=group,
                     kind="words", width=11,
                     formula=f"={udf('CR_BUCKET', overdue_days=now('overdue_days'), **bucket)}"),
        ResultColumn(name=move_name("exposure_before"), header=say("Exposure before", "期初敞口"), group=group,
                     kind="money", width=12, formula=f"={before('exposure')}"),
        ResultColumn(name=move_name("exposure_now"), header=say("Exposure now", "期末敞口"), group=group,
                     kind="money", width=12, formula=f"={now('exposure')}"),
    ]  # fmt: skip


def _reviews(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Reviews", "评审")
    reviewed, annual = (
        TABLES["customers"].column(name, lang) for name in ("last_review", "last_annual")
    )
    tier, due, yearly = now("tier"), move_name("next_review"), move_name("next_annual")
    review = udf(
        "CR_NEXTREVIEW",
        last_review=reviewed,
        tier=tier,
        policy=TIERS.whole,
        intervals=INTERVALS.whole,
    )
    later = f"DATE(YEAR({annual}),MONTH({annual})+annual_months,DAY({annual}))"
    order = f'COUNTIF({move_name("first_due")},"<"&{move_name("first_due")})'
    tied = f'COUNTIFS({move_name("first_due")},{move_name("first_due")},{move_name("row")},"<"&{move_name("row")})'
    return [
        ResultColumn(name=due, header=say("Next review", "下次复评日"), group=group, kind="date", width=13,
                     formula=f'=IF(({reviewed}="")+({tier}="")>0,"",{review})', decides=True),
        ResultColumn(name=yearly, header=say("Next annual review", "下次年度评审日"), group=group, kind="date",
                     width=15, formula=f'=IF(({annual}="")+({tier}="")>0,"",{later})', decides=True),
        ResultColumn(name=move_name("first_due"), header=say("Due first", "最早到期日"), group=group, kind="date",
                     width=13, formula=f'=IF({due}="",{yearly},IF({yearly}="",{due},{due}-({due}>{yearly})*({due}-{yearly})))'),
        ResultColumn(name=move_name("row"), header=say("Row", "序号"), group=group, kind="count", width=7,
                     formula='=IF(customer_ids="","",ROW(customer_ids))'),
        ResultColumn(name=move_name("position"), header=say("Place in the calendar", "到期位次"), group=group,
                     kind="count", width=11, formula=f'=IF({move_name("first_due")}="","",1+{order}+{tied})'),
    ]  # fmt: skip
