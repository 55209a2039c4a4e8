"""Rows over time: one item per row, one period per column, the same formula in every period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, put
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.style import CALCULATION, LABEL, RESULT, UNIT

LABELS, UNITS, FACTOR, TOTAL, START = 2, 3, 4, 5, 6
"""Columns of the label, its unit, a figure that holds for all periods, the total, and the figure
at the start, before the first period."""
FIRST: Final = START + 1
_CENTRE: Final = Alignment(horizontal="center", vertical="center")


@dataclass(frozen=True, slots=True)
class TimeRow:
    """One item over all periods.

    A formula is written for one period, with the names of rows in braces: ``{revenue}`` is the
    revenue of the period, ``{revenue.before}`` of the one before, ``{revenue.next}`` of the one
    after, ``{revenue.all}`` of all periods, ``{revenue.factor}``, ``{revenue.total}`` and
    ``{revenue.start}`` the figures before the periods.

    Attributes:
        name: what formulas call it.
        label: in English and Chinese.
        unit: in English and Chinese.
        kind: its number format.
        formula: of one period; or one array formula for all, if ``array`` says so.
        factor: formula of the figure that holds for all periods, if any.
        factor_kind: its number format.
        total: formula of the total; "sum" adds up the periods; "" for none.
        start: formula of the figure at the start, if any.
        decides: whether it is a result rather than a step on the way.
        array: whether the formula gives all periods at once.
        defined: workbook-wide name of its periods, if any.
    """

    name: str
    label: Texts
    unit: Texts
    kind: str
    formula: str
    factor: str = ""
    factor_kind: str = "times"
    total: str = ""
    start: str = ""
    decides: bool = False
    array: bool = False
    defined: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands, seen from one period."""

    prefix: str
    row: int
    column: int
    last: int

    def __str__(self) -> str:
        return self._cell(self.column)

    def _cell(self, column: int, *, fixed: bool = False) -> str:
        return f"{self.prefix}{'$' if fixed else ''}{get_column_letter(column)}{self.row}"

    @property
    def before(self) -> str:
        """The period before."""
        return self._cell(self.column - 1)

    @property
    def next(self) -> str:
        """The period after."""
        return self._cell(self.column + 1)

    @property
    def factor(self) -> str:
        """The figure that holds for all periods."""
        return self._cell(FACTOR, fixed=True)

    @property
    def total(self) -> str:
        """The total."""
        return self._cell(TOTAL, fixed=True)

    @property
    def start(self) -> str:
        """The figure at the start."""
        return self._cell(START, fixed=True)

    @property
    def first(self) -> str:
        """The first period."""
        return self._cell(FIRST, fixed=True)

    @property
    def all(self) -> str:
        """All periods."""
        last = get_column_letter(self.last)
        return f"{self.prefix}${get_column_letter(FIRST)}{self.row}:${last}{self.row}"

    @property
    def flow(self) -> str:
        """The start and all periods."""
        last = get_column_letter(self.last)
        return f"{self.prefix}${get_column_letter(START)}{self.row}:${last}{self.row}"


@dataclass(slots=True)
class TimeRows:
    """The rows of one sheet, by name.

    Attributes:
        sheet: where they stand.
        periods: how many there are.
        places: the row of each name.
    """

    sheet: Worksheet
    periods: int
    places: dict[str, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The column of the last period."""
        return FIRST + self.periods - 1

    def seen(self, column: int = FIRST, *, elsewhere: bool = False) -> Mapping[str, Place]:
        """All rows as seen from a period's column; from another sheet with the sheet's name."""
        prefix = f"{quote_sheetname(self.sheet.title)}!" if elsewhere else ""
        return {name: Place(prefix, row, column, self.last) for name, row in self.places.items()}

    def box(self, name: str) -> Box:
        """All periods of a row."""
        row = self.places[name]
        return Box(self.sheet, row, FIRST, row, self.last)

    def add(
        self,
        book: Workbook,
        top: int,
        rows: Sequence[TimeRow],
        lang: Lang,
        others: Mapping[str, TimeRows] | None = None,
    ) -> int:
        """Write rows one below the other; returns the next free row.

        Args:
            book: the workbook, for names.
            top: the first row.
            rows: what to write.
            lang: language of the labels.
            others: rows of further sheets, whose names begin with a key and an underscore.
        """
        self.places |= {row.name: top + i for i, row in enumerate(rows)}
        for row in rows:
            self._write(book, row, lang, others or {})
        return top + len(rows)

    def _write(
        self, book: Workbook, row: TimeRow, lang: Lang, others: Mapping[str, TimeRows]
    ) -> None:
        say, sheet, place = Speaker(lang), self.sheet, self.places[row.name]

        def filled(formula: str, column: int) -> str:
            names = dict(self.seen(column))
            for key, rows in others.items():
                seen = rows.seen(column, elsewhere=True)
                names |= {f"{key}_{name}": where for name, where in seen.items()}
            return "=" + formula.format_map(names)

        style = RESULT if row.decides else CALCULATION
        put(sheet, place, LABELS, say(*row.label), LABEL)
        put(sheet, place, UNITS, say(*row.unit), UNIT)
        total = "SUM({" + row.name + ".all})" if row.total == "sum" else row.total
        edges = (
            (FACTOR, row.factor, row.factor_kind),
            (TOTAL, total, row.kind),
            (START, row.start, row.kind),
        )
        for column, formula, kind in edges:
            if formula:
                put(sheet, place, column, filled(formula, column), style, kind)
        periods = Box(sheet, place, FIRST, place, self.last)
        for column in range(FIRST, self.last + 1):
            put(sheet, place, column, None, style, row.kind)
            if row.kind == "words":
                sheet.cell(place, column).alignment = _CENTRE
            if not row.array:
                sheet.cell(place, column).value = filled(row.formula, column)
        if row.array:
            formula = filled(row.formula, FIRST)
            sheet.cell(place, FIRST).value = ArrayFormula(periods.address, formula)
        if row.defined:
            define(book, row.defined, periods)
