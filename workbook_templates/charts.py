"""Charts in the shared look: quiet axes, colours with a meaning, readable in a grey print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box
from workbook_templates.language import Lang
from workbook_templates.style import FONTS, INK, LINE, NAVY, QUIET, TEAL

SERIES_COLOURS: Final = (NAVY, TEAL, "8FB8C8", "CBD5DF")
PARETO_LINE: Final = "B23A48"
_PARETO_STEP: Final = 5
_SECOND_AXIS: Final = 200
_THIN: Final = 12700
_TEXT_SIZE: Final = 900
_SMALL_TEXT_SIZE: Final = 650
_TITLE_SIZE: Final = 1050
_ROW_HEIGHT: Final = 15.0
_PIXELS: Final = 96 / 72
_CHARACTER: Final = 7.0
_PADDING: Final = 5.0
_GAP: Final = 6.0
_MANY_LABELS: Final = 8
_MANY_BARS: Final = 14
"""From so many lying bars on, their names are small, so that one of two lines does not reach the next."""
_EMU: Final = 9525
_GRID: Final = "E6EBF0"
"""Sizes in Excel: a row in points, a column's character and padding in pixels; the gap is ours."""


def _characters(lang: Lang, size: int, colour: str, *, bold: bool = False) -> CharacterProperties:
    face = Font(typeface=FONTS[lang])
    return CharacterProperties(sz=size, b=bold, solidFill=colour, latin=face, ea=face)


def _rich_text(lang: Lang, size: int, colour: str, *, upright: bool = False) -> RichText:
    properties = ParagraphProperties(defRPr=_characters(lang, size, colour))
    body = RichTextProperties(rot=0) if upright else RichTextProperties()
    return RichText(bodyPr=body, p=[Paragraph(pPr=properties, endParaRPr=CharacterProperties())])


def _dress(chart: BarChart | LineChart, title: str, lang: Lang, number_format: str) -> None:
    look = _characters(lang, _TITLE_SIZE, NAVY, bold=True)
    paragraph = Paragraph(
        pPr=ParagraphProperties(defRPr=look), r=[RegularTextRun(rPr=look, t=title)]
    )
    chart.title = Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)
    chart.graphical_properties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = _rich_text(lang, _TEXT_SIZE, QUIET)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=LINE))
        axis.title = None
    chart.y_axis.majorGridlines = ChartLines(
        spPr=GraphicalProperties(ln=LineProperties(solidFill=_GRID))
    )
    chart.y_axis.number_format = number_format
    chart.y_axis.numFmt.sourceLinked = False
    chart.x_axis.tickLblPos = "low"
    if chart.legend is not None:
        chart.legend.position = "b"
        chart.legend.txPr = _rich_text(lang, _TEXT_SIZE, INK)


def _labels(lang: Lang, number_format: str, colour: str = INK) -> DataLabelList:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    labels.numFmt = number_format
    labels.txPr = _rich_text(lang, _TEXT_SIZE - 100, colour)
    return labels


def bars(
    title: str,
    categories: Box,
    values: Sequence[Box],
    lang: Lang,
    *,
    number_format: str = "#,##0",
    colours: Sequence[str] = SERIES_COLOURS,
    direction: Literal["col", "bar"] = "col",
    stacked: Literal["", "stacked", "percentStacked"] = "",
    label_colours: Sequence[str] = (),
    axis: bool = False,
) -> BarChart:
    """Bars over categories, one series per block of values; its header cell names the series.

    Args:
        title: stands over the chart.
        categories: the cells with the names of the bars.
        values: one block per series; its first cell is the series' name.
        lang: language, for the font.
        number_format: of axis and labels.
        colours: of the series.
        direction: "col" upright, "bar" lying.
        stacked: "" side by side, "stacked" on top of each other, "percentStacked" to 100 %.
        label_colours: of the labels in the bars, one per series; none for a single series.
        axis: whether a single series has an axis too instead of a label on each bar.
    """
    labelled = len(values) == 1 and not axis
    chart = BarChart()
    chart.type = direction
    chart.gapWidth = 55
    chart.overlap = 100 if stacked else 0
    if stacked:
        chart.grouping = stacked
    for i, block in enumerate(values):
        series = Series(_reference(block), title_from_data=True)
        series.graphicalProperties = GraphicalProperties(solidFill=colours[i % len(colours)])
        series.invertIfNegative = False
        if labelled:
            series.dLbls = _labels(lang, number_format)
        elif label_colours:
            series.dLbls = _labels(lang, number_format, label_colours[i])
        chart.series.append(series)
    chart.set_categories(_reference(categories))
    if len(values) == 1:
        chart.legend = None
    _dress(chart, title, lang, number_format)
    if labelled:
        chart.y_axis.delete = True
        chart.y_axis.majorGridlines = None
    if direction == "bar":
        # Every bar has its name, also where Excel and LibreOffice would leave some out for space.
        chart.x_axis.tickLblSkip = 1
        many = categories.bottom - categories.top >= _MANY_BARS
        size = _SMALL_TEXT_SIZE if many else _TEXT_SIZE
        chart.x_axis.txPr = _rich_text(lang, size, QUIET, upright=True)
        chart.x_axis.scaling.orientation = "maxMin"
        chart.y_axis.crosses = "max"
    return chart


def curves(
    title: str,
    categories: Box,
    values: Sequence[Box],
    lang: Lang,
    *,
    number_format: str = "0%",
    top: float | None = None,
    colours: Sequence[str] = SERIES_COLOURS,
) -> LineChart:
    """Lines over categories, one per block of values; its first cell names the line."""
    chart = LineChart()
    for i, block in enumerate(values):
        series = Series(_reference(block), title_from_data=True)
        colour = colours[i % len(colours)]
        series.graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill=colour, w=28575)
        )
        series.smooth = False
        series.marker.symbol = "circle"
        series.marker.size = 6
        series.marker.graphicalProperties = GraphicalProperties(
            solidFill=colour, ln=LineProperties(solidFill=colour)
        )
        chart.series.append(series)
    chart.set_categories(_reference(categories))
    if len(values) == 1:
        chart.legend = None
    _dress(chart, title, lang, number_format)
    chart.y_axis.scaling.min = 0
    if categories.bottom - categories.top >= _MANY_LABELS:
        chart.x_axis.tickLblSkip = 2  # type: ignore[attr-defined]  # the stubs know axes in general
    if top is not None:
        chart.y_axis.scaling.max = top
    return chart


def pareto(
    title: str,
    categories: Box,
    amounts: Box,
    shares: Sequence[Box],
    lang: Lang,
    *,
    number_format: str = "#,##0",
) -> BarChart:
    """Bars from the largest down, and the cumulative share as a line on an axis of its own.

    Further lines are limits: the shares at which classes end.

    Args:
        title: stands over the chart.
        categories: the cells with the ranks or names.
        amounts: one per category, the largest first; its first cell names the bars.
        shares: the cumulative shares, then the limits; the first cell of each names its line.
        lang: language, for the font.
        number_format: of the amounts' axis.
    """
    chart = bars(title, categories, [amounts], lang, number_format=number_format, axis=True)
    chart.gapWidth = 20
    chart.x_axis.tickLblSkip = _PARETO_STEP
    colours = (PARETO_LINE, *[QUIET] * (len(shares) - 1))
    line = curves(title, categories, shares, lang, top=1, colours=colours)
    line.title = None
    line.y_axis.axId = _SECOND_AXIS
    line.y_axis.majorGridlines = None
    line.y_axis.crosses = "max"
    for series in line.series:
        series.marker.symbol = "none"
    for limit in line.series[1:]:
        limit.graphicalProperties.line.dashStyle = "dash"
        limit.graphicalProperties.line.width = _THIN
    chart += line
    chart.legend = Legend()
    chart.legend.position = "b"
    chart.legend.txPr = _rich_text(lang, _TEXT_SIZE, INK)
    return chart


def place(
    sheet: Worksheet, chart: BarChart | LineChart, spot: Box, *, part: int = 0, parts: int = 1
) -> None:
    """Put a chart over a block of cells, or over one of equal parts of it from top to bottom.

    Rows and columns of the block must have their sizes set, since the chart takes its own from
    them.
    """
    heights = [
        sheet.row_dimensions[row].height or _ROW_HEIGHT for row in range(spot.top, spot.bottom + 1)
    ]
    height = sum(heights) / parts
    row, offset = spot.top, part * height
    for taken in heights:
        if offset < taken:
            break
        offset -= taken
        row += 1
    corner = AnchorMarker(col=spot.left - 1, row=row - 1, rowOff=round(offset * _PIXELS) * _EMU)
    width = sum(
        sheet.column_dimensions[get_column_letter(column)].width * _CHARACTER + _PADDING
        for column in range(spot.left, spot.right + 1)
    )
    size = XDRPositiveSize2D(cx=round(width) * _EMU, cy=round(height * _PIXELS - _GAP) * _EMU)
    chart.anchor = OneCellAnchor(_from=corner, ext=size)  # type: ignore[assignment]  # the stubs know cell names only
    sheet.add_chart(chart)


def _reference(box: Box) -> Reference:
    return Reference(
        box.sheet, min_col=box.left, min_row=box.top, max_col=box.right, max_row=box.bottom
    )
