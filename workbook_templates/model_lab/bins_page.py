"""The bins: which factors tell most, and where the limits of each lie."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import heat_map
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.model_lab.layout import BIN_ROWS, FACTORS, SHEETS
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.spill import name_columns, set_heights, spill, whole
from workbook_templates.style import SECTION, TAB_RESULT

_LEFT: Final = 2
_WIDTHS: Final = (24.0, 12.0, 13.0, 12.0, 27.0, 9.0, 10.0, 10.0, 12.0, 11.0, 11.0, 46.0)
_KINDS: Final = (
    "words", "words", "general", "general", "words", "code", "count", "count", "rate", "times",
    "times", "words",
)  # fmt: skip
_IV_KINDS: Final = ("words", "times", "words", "count", "rate")
_IV_TOP: Final = 5
_IV_HEIGHT: Final = 27.0
_BINS_TOP: Final = _IV_TOP + len(FACTORS) + 3
_LAST: Final = _LEFT + len(_WIDTHS) - 1
_BAD_RATE, _IV = 8, 10


def add_bins_page(book: Workbook, lang: Lang) -> None:
    """Add the page; the table of bins and the ranking get names."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say("Bins and information value", "分箱与信息值"),
        subtitle=say(
            "Found from the development loans by the rules on the Policy sheet; a range holds lower ≤ x < upper.",
            "由开发样本按政策页的规则得出；区间为下限 ≤ x < 上限。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, SHEETS["bins"][lang], setup, lang)
    rule_off(sheet, _LAST)
    set_widths(sheet, {_LEFT + i: width for i, width in enumerate(_WIDTHS)})
    put(sheet, _BINS_TOP - 1, _LEFT, say("Bins of each factor", "各因子分箱"), SECTION)
    bins = spill(sheet, _BINS_TOP, _LEFT, _binning(), BIN_ROWS, _KINDS)
    set_heights(sheet, _BINS_TOP, bins.bottom)
    define(book, "bin_table", whole(bins))
    name_columns(book, bins, {"bin_count": 6, "bin_bad": 7, "bin_iv": _IV})
    heat_map(bins.column(_BAD_RATE))
    put(
        sheet,
        _IV_TOP - 1,
        _LEFT,
        say("Information value, the highest first", "信息值排序"),
        SECTION,
    )
    call = udf(
        "CR_IV",
        bad="dev_bad",
        values="history_factors",
        factors="factor_names",
        bins="bin_table",
        lang="lang",
    )
    ranking = spill(sheet, _IV_TOP, _LEFT, call, len(FACTORS), _IV_KINDS)
    set_heights(sheet, _IV_TOP, _IV_TOP)
    for row in range(ranking.top, ranking.bottom + 1):
        sheet.row_dimensions[row].height = _IV_HEIGHT
    name_columns(book, ranking, {"iv_factor": 0, "iv_value": 1})
    title = say("Information value by factor", "各因子信息值")
    named = Box(sheet, _IV_TOP, _LEFT + 1, ranking.bottom, _LEFT + 1)
    chart = bars(title, ranking.column(0), [named], lang, number_format="0.00", direction="bar")
    place(sheet, chart, Box(sheet, _IV_TOP - 1, _LEFT + 5, ranking.bottom, _LAST))
    for row in (_IV_TOP - 1, _BINS_TOP - 1):
        sheet.row_dimensions[row].height = 22
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{bins.bottom}"


def _binning() -> str:
    return udf(
        "CR_BINNING",
        bad="dev_bad",
        values="history_factors",
        factors="factor_names",
        method="bin_method",
        maximum_bins="maximum_bins",
        minimum_share="minimum_share",
        lang="lang",
    )
