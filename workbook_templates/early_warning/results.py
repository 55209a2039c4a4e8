"""The warnings: one row per customer, from colour and reason to limit, price and next review."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box
from workbook_templates.conditions import colour_where
from workbook_templates.early_warning.layout import (
    ACTIONS,
    COLOURS,
    DUTIES,
    INDICATORS,
    INTERVALS,
    PERIODS,
    QUARTERS,
    SHEETS,
    TABLES,
    TIER_STRATEGY,
    WARNINGS,
    period_name,
    result_name,
    trend_name,
)
from workbook_templates.early_warning.signals import NAMES, warning
from workbook_templates.early_warning.trends import (
    DETERIORATING,
    if_filled,
    indicator_label,
)
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.column_sheet import (
    ResultColumn,
    add_column_sheet,
    by_customer,
    column_setup,
)
from workbook_templates.pages.word_colours import colour_warnings
from workbook_templates.style import BAD, BAD_FILL

_ROW_HEIGHT: Final = 52.0
NOW: Final = QUARTERS
"""The number of the present quarter."""


def colour_name(quarter: int) -> str:
    """The defined name of the colours of a quarter."""
    return result_name("colour" if quarter == NOW else f"colour_{quarter}")


def add_results_sheet(book: Workbook, customers: int, lang: Lang) -> None:
    """Add the sheet, with room for so many customers."""
    say = Speaker(lang)
    setup = column_setup(
        title=SHEETS["results"][lang],
        subtitle=by_customer(lang),
        pages_wide=4,
    )
    columns = [
        *_identity(lang),
        *_warning(lang),
        *_history(lang),
        *_trends(lang),
        *_measures(lang),
        *_duties(lang),
    ]
    blocks = add_column_sheet(book, setup, columns, customers, lang, row_height=_ROW_HEIGHT)
    for quarter in range(1, QUARTERS + 1):
        colour_warnings(blocks[colour_name(quarter)])
    _mark(blocks[result_name("hard")], "LEN({cell})>0", ground=BAD_FILL)
    _mark(blocks[result_name("excess")], "AND(ISNUMBER({cell}),{cell}>0)", ink=BAD)
    _mark(blocks[result_name("next_review")], "AND(ISNUMBER({cell}),{cell}<asof)", ground=BAD_FILL)
    worse = say("worse", "恶化")
    _mark(blocks[result_name("move")], f'{{cell}}="{worse}"', ground=BAD_FILL)


def _mark(cells: Box, formula: str, *, ground: str = "", ink: str = "") -> None:
    first = f"{get_column_letter(cells.left)}{cells.top}"
    colour_where(cells, formula.format(cell=first), ground=ground, ink=ink, bold=bool(ink))


def _identity(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Customer", "客户")
    given = (
        ("customer_id", say("Customer ID", "客户编号"), "text", 13),
        ("name", say("Name", "客户名称"), "words", 42),
        ("manager", say("Manager", "客户经理"), "words", 15),
        ("tier", say("Risk tier", "风险层级"), "words", 11),
        ("balance", say("Balance", "贷款余额"), "money", 12),
        ("limit", say("Limit", "授信额度"), "money", 12),
        ("rate", say("Rate", "利率"), "pd", 10),
        ("last_review", say("Last review", "上次复评日"), "date", 13),
    )
    return [
        ResultColumn(name=result_name(name), header=header, group=group, kind=kind, width=width,
                     formula=if_filled(TABLES["customers"].column(name, lang)))
        for name, header, kind, width in given
    ]  # fmt: skip


def _no_colour() -> str:
    """Whether there is a customer and no figure of it at all: that must not pass in silence."""
    return f'({result_name("customer_id")}<>"")*({NAMES[0]}="")'


def _warning(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Warning", "预警")
    colour, points, hard, missing = NAMES
    english, chinese = (COLOURS.column(f"label_{x}", lang) for x in ("en", "zh"))
    place = WARNINGS.index("insufficient") + 1
    unknown = f'IF(lang="zh",INDEX({chinese},{place}),INDEX({english},{place}))'
    nothing = say("no figures of the period", "本期无数据")
    return [
        ResultColumn(name=colour_name(NOW), header=say("Colour", "预警颜色"), group=group, kind="words",
                     width=20, formula=f"=IF({_no_colour()},{unknown},{colour})", decides=True),
        ResultColumn(name=result_name("points"), header=say("Points", "分值"), group=group, kind="count",
                     width=9, formula=f"=IF({_no_colour()},0,{points})"),
        ResultColumn(name=result_name("hard"), header=say("Hard triggers", "直接触发"), group=group,
                     kind="words", width=66, formula=f"={hard}"),
        ResultColumn(name=result_name("missing"), header=say("Missing inputs", "缺失数据"), group=group,
                     kind="words", width=100, formula=f'=IF({_no_colour()},"{nothing}",{missing})'),
        ResultColumn(name=result_name("why"), header=say("Why", "预警理由"), group=group, kind="words",
                     width=118, wrap=True, formula=f'=IF({_no_colour()},"{nothing}",{warning(NOW, "why")})'),
    ]  # fmt: skip


def _history(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Earlier quarters", "以往各季")
    columns = [
        ResultColumn(name=colour_name(quarter), header=f"={period_name(PERIODS - QUARTERS + quarter)}", group=group,
                     kind="words", width=20, formula=f"={warning(quarter, 'value')}")
        for quarter in range(1, NOW)
    ]  # fmt: skip
    now, before = (result_name(name) for name in ("severity", "severity_before"))
    earlier = colour_name(NOW - 1)
    words = (("worse", "恶化", ">"), ("unchanged", "不变", "="), ("better", "好转", "<"))
    moved = "&".join(f'REPT("{say(en, zh)}",{now}{sign}{before})' for en, zh, sign in words)
    unmoved = f'({result_name("customer_id")}="")+({earlier}="")'
    return [
        *columns,
        ResultColumn(name=now, header=say("Severity", "严重度"), group=group, kind="count", width=10,
                     formula=f"={severity(colour_name(NOW), lang)}"),
        ResultColumn(name=before, header=say("Severity before", "上季严重度"), group=group, kind="count",
                     width=11, formula=f"={severity(earlier, lang)}"),
        ResultColumn(name=result_name("move"), header=say("Move", "变动"), group=group, kind="words",
                     width=12, decides=True,
                     formula=f'=IF({unmoved}>0,"",{moved})'),
    ]  # fmt: skip


def severity(colours: str, lang: Lang) -> str:
    """How grave colours are, whatever language they are named in."""
    grave = DUTIES.column("severity", lang)
    english, chinese = (DUTIES.column(f"label_{x}", lang) for x in ("en", "zh"))
    return f"SUMIFS({grave},{english},{colours})+SUMIFS({grave},{chinese},{colours})"


def _trends(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Trends", "走势")
    count = "+".join(f"({trend_name(one)}={DETERIORATING})" for one in INDICATORS)
    half = len(INDICATORS) // 2
    parts = [
        "&".join(
            f'REPT("{indicator_label(one, lang)}{say("; ", "；")}",{trend_name(one)}={DETERIORATING})'
            for one in some
        )
        for some in (INDICATORS[:half], INDICATORS[half:])
    ]
    financial, service = (
        say("Falling: balance sheet", "恶化：财务"),
        say("Falling: service", "恶化：偿付"),
    )
    return [
        ResultColumn(name=result_name("falling"), header=say("Deteriorating", "恶化指标数"), group=group,
                     kind="tally", width=13, formula=f"={count}", decides=True),
        ResultColumn(name=result_name("falling_a"), header=financial, group=group, kind="words",
                     width=62, formula=f"={parts[0]}"),
        ResultColumn(name=result_name("falling_b"), header=service, group=group, kind="words",
                     width=54, formula=f"={parts[1]}"),
    ]  # fmt: skip


def _measures(lang: Lang) -> list[ResultColumn]:
    """What the policy asks for under the colour."""
    say = Speaker(lang)
    group = say("Suggested", "建议调整")
    colour, limit, rate, balance = (
        result_name(name) for name in ("colour", "limit", "rate", "balance")
    )

    def adjust(out: str, needed: str = "", **arguments: str) -> str:
        formula = udf(
            "CR_ADJUST",
            warning=colour,
            **arguments,
            policy=ACTIONS.whole,
            out=f'"{out}"',
            lang="lang",
        )
        return f'=IF(({colour}="")+({needed}="")>0,"",{formula})' if needed else f"={formula}"

    new_limit, new_rate = result_name("new_limit"), result_name("new_rate")
    less, more = (f'=IF({x}="","",{x}-{y})' for x, y in ((new_limit, limit), (new_rate, rate)))
    return [
        ResultColumn(name=new_limit, header=say("New limit", "建议额度"), group=group, kind="money",
                     width=12, formula=adjust("limit", limit, limit=limit), decides=True),
        ResultColumn(name=result_name("limit_change"), header=say("Change of limit", "额度变动"), group=group,
                     kind="money", width=12, formula=less),
        ResultColumn(name=result_name("excess"), header=say("To pay down", "需压降"), group=group, kind="money",
                     width=12, formula=adjust("excess", limit, limit=limit, balance=balance), decides=True),
        ResultColumn(name=new_rate, header=say("New rate", "建议利率"), group=group, kind="pd", width=10,
                     formula=adjust("rate", rate, rate=rate), decides=True),
        ResultColumn(name=result_name("rate_change"), header=say("Change of rate", "利率变动"), group=group,
                     kind="pd", width=11, formula=more),
        ResultColumn(name=result_name("collateral"), header=say("Collateral", "担保要求"), group=group,
                     kind="words", width=72, formula=adjust("collateral")),
        ResultColumn(name=result_name("actions"), header=say("Actions", "处置措施"), group=group,
                     kind="words", width=130, formula=adjust("value")),
    ]  # fmt: skip


def _duties(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Follow-up", "跟进")
    colour, grave, points, review, tier = (
        result_name(name) for name in ("colour", "severity", "points", "last_review", "tier")
    )
    days = DUTIES.column("due_days", lang)
    due = f'=IF({grave}>0,asof+SUMIFS({days},{DUTIES.column("severity", lang)},{grave}),"")'
    next_review = udf(
        "CR_NEXTREVIEW",
        last_review=review,
        tier=tier,
        warning=colour,
        policy=TIER_STRATEGY.whole,
        intervals=INTERVALS.whole,
    )
    unknown = f'({review}="")+({tier}="")+({colour}="")'
    order = result_name("order")
    graver = f'COUNTIFS({grave},">"&{grave})+COUNTIFS({grave},{grave},{points},">"&{points})'
    tied = f'COUNTIFS({grave},{grave},{points},{points},{order},"<"&{order})'
    return [
        ResultColumn(name=result_name("due"), header=say("Measures due", "措施完成日"), group=group,
                     kind="date", width=13, formula=due, decides=True),
        ResultColumn(name=result_name("next_review"), header=say("Next review", "下次复评日"), group=group,
                     kind="date", width=13, formula=f'=IF({unknown}>0,"",{next_review})', decides=True),
        ResultColumn(name=order, header=say("Row", "序号"), group=group, kind="count", width=7,
                     formula=f"=ROW({result_name('customer_id')})"),
        ResultColumn(name=result_name("position"), header=say("Place on the watch list", "关注清单位次"),
                     group=group, kind="count", width=13,
                     formula=f'=IF({grave}>0,1+{graver}+{tied},"")'),
    ]  # fmt: skip
