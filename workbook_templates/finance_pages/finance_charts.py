"""Charts of loan finance: lines over bars, and a build-up whose bars stand on each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as DrawnSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from workbook_templates.blocks import Box
from workbook_templates.charts import bars, curves
from workbook_templates.language import Lang
from workbook_templates.style import NAVY, TEAL

_THIN, _THICK = 15875, 28575
"""Widths of lines as drawings count them."""
_MARKER: Final = 7
_GAP: Final = 45
BAR: Final = "B9CCD6"
"""A light ground for bars, on which lines stand out, in grey too."""


@dataclass(frozen=True, slots=True)
class Line:
    """A series drawn over the bars.

    Attributes:
        cells: its name, then its values.
        colour: of line and markers.
        look: "line" with markers; "level" a dashed line without them; "marks" markers alone.
        symbol: of the markers.
    """

    cells: Box
    colour: str = TEAL
    look: Literal["line", "level", "marks"] = "line"
    symbol: Literal["circle", "diamond", "triangle"] = "circle"


def lines_over_bars(
    title: str,
    categories: Box,
    columns: Sequence[Box],
    lines: Sequence[Line],
    lang: Lang,
    *,
    number_format: str = "0.00",
    colours: Sequence[str] = (BAR,),
    lowest: float = 0,
    stacked: bool = False,
) -> LineChart:
    """Bars with lines over them on the same axes; the first cell of each block names it.

    Args:
        title: stands over the chart.
        categories: the names of the bars.
        columns: the bars.
        lines: what stands over them.
        lang: language, for the font.
        number_format: of the axis.
        colours: of the bars.
        lowest: where the axis begins; what lies below it is not drawn.
        stacked: whether the bars stand on each other.
    """
    chart = curves(
        title,
        categories,
        [line.cells for line in lines],
        lang,
        number_format=number_format,
        colours=[line.colour for line in lines],
    )
    chart.y_axis.scaling.min = lowest
    for series, line in zip(chart.series, lines, strict=True):
        _look(series, line)
    ground = BarChart()
    ground.gapWidth = _GAP
    if stacked:
        ground.grouping, ground.overlap = "stacked", 100
    for block, colour in zip(columns, colours, strict=True):
        series = Series(_reference(block), title_from_data=True)
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        series.invertIfNegative = False
        ground.series.append(series)
    ground.set_categories(_reference(categories))
    chart += ground
    return chart


def _look(series: DrawnSeries, line: Line) -> None:
    if line.look == "level":
        stroke = LineProperties(solidFill=line.colour, w=_THIN, prstDash="dash")
        marker = Marker(symbol="none")
    else:
        marker = Marker(symbol=line.symbol, size=_MARKER, spPr=_solid(line.colour))
        if line.look == "marks":
            stroke = LineProperties(noFill=True)
        else:
            stroke = LineProperties(solidFill=line.colour, w=_THICK)
    series.graphicalProperties = GraphicalProperties(ln=stroke)
    series.marker = marker


def _solid(colour: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))


def build_up(
    title: str,
    categories: Box,
    base: Box,
    parts: Sequence[Box],
    lang: Lang,
    *,
    number_format: str = "0.00%",
    colours: Sequence[str] = (TEAL, NAVY),
    label_colours: Sequence[str] = ("FFFFFF", "FFFFFF"),
    label_formats: Sequence[str] = (),
) -> BarChart:
    """A waterfall of stacked bars: an invisible base lifts each part to where the last ended.

    Args:
        title: stands over the chart.
        categories: the names of the parts.
        base: how high each part begins; its first cell is a name, as of all blocks.
        parts: the visible bars, such as what is added, what is deducted, and totals.
        lang: language, for the font.
        number_format: of axis and labels.
        colours: of the visible bars.
        label_colours: of their labels.
        label_formats: number formats of their labels, such as a minus for what is deducted;
            that of the axis by default.
    """
    chart = bars(
        title,
        categories,
        [base, *parts],
        lang,
        number_format=number_format,
        colours=(BAR, *colours),
        stacked="stacked",
        label_colours=("FFFFFF", *label_colours),
    )
    lift = chart.series[0]
    lift.graphicalProperties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    lift.dLbls = None
    for series, text in zip(chart.series[1:], label_formats, strict=False):
        series.dLbls.numFmt = text
    chart.legend = None
    return chart


def _reference(box: Box) -> Reference:
    return Reference(
        box.sheet, min_col=box.left, min_row=box.top, max_col=box.right, max_row=box.bottom
    )
