"""The two charts of the memo: where the score is lost, and what limits the loan."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, named
from workbook_templates.charts import bars, place
from workbook_templates.language import Lang, Speaker
from workbook_templates.style import NAVY, TEAL

_LOST = "CBD5DF"


def add_memo_charts(book: Workbook, sheet: Worksheet, left: Box, right: Box, lang: Lang) -> None:
    """Add both charts over the blocks given; their figures stand on Rating and Limit."""
    say = Speaker(lang)
    points, weights = named(book, "factor_points"), named(book, "factor_most")
    names = Box(points.sheet, points.top, 3, points.bottom, 3)
    lost = weights.right + 1
    series = [
        Box(points.sheet, points.top - 1, column, points.bottom, column)
        for column in (points.left, lost)
    ]
    chart = bars(
        say("Points gained and lost", "得分与失分"), names, series, lang, number_format="0",
        colours=(NAVY, _LOST), direction="bar", stacked="stacked",
    )  # fmt: skip
    place(sheet, chart, left)
    limits = named(book, "method_limits")
    chart = bars(
        say("Limit by method, CNY 10k", "各方法测算额度（万元）"),
        named(book, "method_names"),
        [Box(limits.sheet, limits.top - 1, limits.left, limits.bottom, limits.left)],
        lang,
        colours=(TEAL,),
        direction="bar",
    )
    place(sheet, chart, right)
