"""The ROC and KS curves: the functions' points, read at even steps so that lines can be drawn."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, headers, put
from workbook_templates.charts import curves, place
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.spill import spill
from workbook_templates.style import NAVY, QUIET, TEAL, UNIT

CURVE_POINTS: Final = 201
"""The most points that the functions give."""
_STEPS: Final = 20
_TOP: Final = 5
_COLUMNS: Final = 3


def add_curves(sheet: Worksheet, left: int, spot: Box, lang: Lang) -> None:
    """Draw both curves over a block of cells; their figures stand beside the printed page.

    Args:
        sheet: the page.
        left: the first column for the figures.
        spot: where the charts go, one beside the other.
        lang: language of the workbook.
    """
    say = Speaker(lang)
    roc = [_roc(sheet, left + _COLUMNS * i, short) for i, short in enumerate(("dev", "val"))]
    call = udf("CR_KS", bad="val_bad", score="val_score", out='"curve"', lang="lang")
    kinds = ("number", *["rate"] * _COLUMNS)
    ks = spill(sheet, _TOP, left + 2 * _COLUMNS, call, CURVE_POINTS, kinds, surplus="1", style=UNIT)
    grid = ks.right + 2
    texts = [
        say("Share", "占比"),
        say("Development", "开发样本"),
        say("Validation", "验证样本"),
        say("Chance", "随机"),
        say("Defaulted", "违约"),
        say("Others", "未违约"),
    ]
    headers(sheet, _TOP, grid, [*texts, say("Label", "标签")])
    share, x = ks.column(1), f"${get_column_letter(grid)}"
    sources = [(one.column(0), one.column(1)) for one in roc]
    for i in range(_STEPS + 1):
        row = _TOP + 1 + i
        put(sheet, row, grid, f"=(ROWS($A${_TOP + 1}:$A{row})-1)/{_STEPS}", UNIT, "whole_rate")
        at = f"{x}{row}"
        formulas = [
            *[_read(at, *pair) for pair in sources],
            f"={at}",
            _read(at, share, ks.column(2)),
            _read(at, share, ks.column(3)),
        ]
        for j, formula in enumerate(formulas, start=grid + 1):
            put(sheet, row, j, formula, UNIT, "rate")
        # Every other step has a label: there is no room for more.
        label = f'=IF(ISODD(ROWS($A${_TOP + 1}:$A{row})),{at}*100,"")'
        put(sheet, row, grid + len(texts), label, UNIT, "code")
    bottom = _TOP + 1 + _STEPS
    names = Box(sheet, _TOP + 1, grid + len(texts), bottom, grid + len(texts))
    lines = [Box(sheet, _TOP, grid + j, bottom, grid + j) for j in range(1, len(texts))]
    charts = (
        (say("ROC: defaults caught by % of others", "ROC 曲线：违约捕获率（横轴为未违约占比 %）"),
         lines[:3], (NAVY, TEAL, QUIET)),
        (say("KS: caught by % of all loans, validation", "KS 曲线：验证样本累计占比（横轴为全部贷款 %）"),
         lines[3:], (NAVY, TEAL)),
    )  # fmt: skip
    half = (spot.right - spot.left + 1) // 2
    for i, (title, values, colours) in enumerate(charts):
        chart = curves(title, names, values, lang, top=1, colours=colours)
        for series in chart.series:
            series.marker.symbol = "none"
        chart.x_axis.tickLblSkip = 1  # type: ignore[attr-defined]  # the stubs know axes in general
        first = spot.left + i * half
        last = spot.right if i else first + half - 1
        place(sheet, chart, Box(sheet, spot.top, first, spot.bottom, last))


def _roc(sheet: Worksheet, left: int, short: str) -> Box:
    """A sample's curve; past its last point it stays at the end, where both shares are 1."""
    call = udf("CR_AUC", bad=f"{short}_bad", score=f"{short}_score", out='"curve"', lang="lang")
    kinds = ("rate", "rate", "number")
    return spill(sheet, _TOP, left, call, CURVE_POINTS, kinds, surplus="1", style=UNIT)


def _read(at: str, known: Box, wanted: Box) -> str:
    """The curve's height at a share: at the last point that does not lie beyond it."""
    x, y = (
        f"${get_column_letter(one.left)}${one.top}:${get_column_letter(one.left)}${one.bottom}"
        for one in (known, wanted)
    )
    # Of equal points the last counts; programs differ in which of them MATCH finds.
    return f'=IFERROR(INDEX({y},MAX(1,SUMPRODUCT(--({x}<={at})))),"")'
