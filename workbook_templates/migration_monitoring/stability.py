"""Stability: how grades, tiers and scores are spread over the periods, and the PSI against the first."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, merge, put, show_number
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.migration_monitoring.layout import (
    GRADE_COUNT,
    GRADES,
    PERIODS,
    PSI_BANDS,
    SHEETS,
    TIER_COUNT,
    TIERS,
    figure_name,
    period_name,
)
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    LABEL,
    PROSE,
    RESULT,
    SECTION,
    TOTAL,
    WARN_FILL,
)

LEFT, RIGHT = 2, 9
LAST: Final = 14
PSI_TOP: Final = 4
MEASURES: Final = ("grade", "tier", "score")
SHARES_TOP: Final = PSI_TOP + 2 * len(MEASURES) + 6


def add_stability_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["stability"][lang],
        say("Stability of the population", "客群稳定性"),
        say(
            '="Each period against "&period_1&"  ·  as of "&TEXT(asof,"yyyy-mm-dd")',
            '="各期与 "&period_1&" 比较  ·  基准日 "&TEXT(asof,"yyyy-mm-dd")',
        ),
        lang,
    )
    rule_off(sheet, LAST)
    widths = {LEFT: 26.0, RIGHT - 1: 2.0, RIGHT: 26.0}
    widths |= dict.fromkeys((*range(LEFT + 1, RIGHT - 1), *range(RIGHT + 1, LAST + 1)), 14.0)
    set_widths(sheet, widths)
    for top in (PSI_TOP, SHARES_TOP):
        sheet.row_dimensions[top].height = 24
    _index(book, sheet, lang)
    grades = GRADES.column("grade", lang)
    tiers = TIERS.column("tier" if lang == "en" else "label_zh", lang)
    titles = (
        say("Grades: share of customers", "等级分布"),
        say("Tiers: share of customers", "层级分布"),
    )
    _shares(book, sheet, LEFT, titles[0], "grade", (grades, GRADE_COUNT), lang)
    _shares(book, sheet, RIGHT, titles[1], "tier", (tiers, TIER_COUNT), lang)


def _periods() -> list[str]:
    return [f"={period_name(number)}" for number in range(1, PERIODS + 1)]


def psi(measure: str, number: int, out: str, lang: Lang) -> str:
    """The PSI of a measure in a period against the first; blank without customers in either."""
    first, actual = figure_name(measure, 1), figure_name(measure, number)
    arguments = {"of": '"numbers"', "bins": "score_bins"}
    if measure in ("grade", "tier"):
        tiers = TIERS.column("tier" if lang == "en" else "label_zh", lang)
        names = {"grade": GRADES.column("grade", lang), "tier": tiers}[measure]
        arguments = {"of": '"categories"', "categories": names}
    call = udf(
        "CR_PSI",
        expected=first,
        actual=actual,
        **arguments,
        missing='"leave_out"',
        rules=PSI_BANDS.whole,
        out=f'"{out}"',
        lang="lang",
    )
    # Scores are optional: there may be customers without any.
    count = "COUNT({})" if measure == "score" else 'COUNTIF({},"?*")'
    counted = f"{count.format(first)}*{count.format(actual)}"
    return f'=IF({counted}=0,"",{call})'


def _index(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, PSI_TOP, LEFT, say("Population stability index", "群体稳定性指标（PSI）"), SECTION)
    headers(sheet, PSI_TOP + 1, LEFT, [say("PSI of", "指标"), *_periods()])
    names = {
        "grade": say("Grades", "等级"),
        "tier": say("Tiers", "层级"),
        "score": say("Scores", "得分"),
    }
    row = PSI_TOP + 2
    for out, kind in (("value", "times"), ("rating", "words")):
        for measure in MEASURES:
            text = (
                names[measure] if out == "value" else f"{names[measure]} · {say('rating', '评价')}"
            )
            put(sheet, row, LEFT, text, LABEL)
            for number in range(1, PERIODS + 1):
                style = RESULT if out == "rating" else CALCULATION
                put(sheet, row, LEFT + number, psi(measure, number, out, lang), style, kind)
                if kind == "times":
                    show_number(sheet.cell(row, LEFT + number), "0.000")
            row += 1
    cells = Box(sheet, PSI_TOP + 2 + len(MEASURES), LEFT + 1, row - 1, LEFT + PERIODS)
    first = f"{get_column_letter(cells.left)}{cells.top}"
    english, chinese = (f"label_{x}" for x in ("en", "zh"))
    rows = PSI_BANDS.table.rows.set_index("rating")
    for rating, ground in (("shift", BAD_FILL), ("watch", WARN_FILL)):
        words = ",".join(f'{first}="{label}"' for label in rows.loc[rating, [english, chinese]])
        colour_where(cells, f"OR({words})", ground=ground, bold=True)
    put(sheet, row, LEFT, say("Grades, present period", "本期等级"), LABEL)
    for place in range(LEFT + 1, LEFT + PERIODS + 1):
        put(sheet, row, place, None, PROSE)
    put(sheet, row, LEFT + 1, psi("grade", PERIODS, "why", lang), PROSE)
    merge(sheet, Box(sheet, row, LEFT + 1, row, LEFT + PERIODS))
    sheet.row_dimensions[row].height = 44
    define(book, "psi_now", Box(sheet, PSI_TOP + 2, LEFT + PERIODS, PSI_TOP + 2, LEFT + PERIODS))


def _shares(
    book: Workbook,
    sheet: Worksheet,
    left: int,
    title: str,
    measure: str,
    names: tuple[str, int],
    lang: Lang,
) -> None:
    say = Speaker(lang)
    listed, size = names
    put(sheet, SHARES_TOP, left, title, SECTION)
    headers(sheet, SHARES_TOP + 1, left, [say("Name", "名称"), *_periods()])
    letter = get_column_letter(left)
    for number in range(1, size + 1):
        row = SHARES_TOP + 1 + number
        put(sheet, row, left, f"=INDEX({listed},{number})", LABEL)
        for period in range(1, PERIODS + 1):
            cells = figure_name(measure, period)
            everyone = f'COUNTIF({cells},"?*")'
            formula = f"=IF({everyone}=0,0,COUNTIF({cells},${letter}{row})/{everyone})"
            put(sheet, row, left + period, formula, CALCULATION, "rate")
    total = SHARES_TOP + 2 + size
    put(sheet, total, left, say("Total", "合计"), TOTAL)
    for period in range(1, PERIODS + 1):
        column = get_column_letter(left + period)
        formula = f"=SUM({column}{SHARES_TOP + 2}:{column}{total - 1})"
        put(sheet, total, left + period, formula, TOTAL, "rate")
    last = left + PERIODS
    define(book, f"{measure}_share_total", Box(sheet, total, last, total, last))
