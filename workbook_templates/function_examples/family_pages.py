"""The sheets of examples: one per family, one block per function.

A block holds the call as it is typed, its arguments in cells to change, and beside them what
comes out, what the help promises, and how many cells differ. Its parts stand side by side as far
as the page is wide, and go on below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from udfs import FAMILIES
from udfs.errors import CellError
from workbook_templates.blocks import Box, CellValue, define, dress, merge, put, show_number
from workbook_templates.conditions import colour_where
from workbook_templates.function_examples.examples import Block, Example
from workbook_templates.function_examples.layout import SHEETS, equal_name, family_sheet
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BAD,
    BAD_FILL,
    BODY,
    CALCULATION,
    GOOD,
    GOOD_FILL,
    HEADER,
    INPUT,
    LINK,
    PROSE,
    RESULT,
    TAB_RESULT,
)
from workbook_templates.text_width import text_width

TOP: Final = 5
_LEFT: Final = 2
_LEAST_COLUMNS: Final = 9
_WIDTH: Final = 19.0
_INDENT: Final = 3.0
_LINE, _SPACE, _ROW = 13.5, 4.0, 15.0
_BOLD: Final = 0.9
"""How much of a text in bold type a width takes."""
_DIGITS: Final = 6
_LEAST_DECIMALS: Final = 2
_DATE: Final = "date"
_PROMPT: Final = 255
_TITLE: Final = 32
_PAPER_WIDTH: Final = 11400.0
"""Characters across a landscape sheet of paper, times the scale in percent."""
_PAPER_HEIGHT: Final = 49000.0
"""Points down it, likewise."""
_HEAD_HEIGHT: Final = 62.0


def add_family_page(
    book: Workbook, family: str, examples: Sequence[Example], lang: Lang
) -> dict[str, int]:
    """Add a family's sheet.

    Returns:
        The row of each function's block.
    """
    say = Speaker(lang)
    columns = max(_LEAST_COLUMNS, *(example.columns for example in examples))
    scale = int(_PAPER_WIDTH / (columns * _WIDTH + 2))
    setup = PageSetup(
        title=FAMILIES[family][0 if lang == "en" else 1],
        subtitle=say(
            "Change a blue cell and the result follows; the expected value is that of the help.",
            "修改蓝字单元格，结果随之变化；期望值取自函数帮助。",
        ),
        tab=TAB_RESULT,
        scale=scale,
    )
    sheet = new_page(book, family_sheet(family, lang), setup, lang)
    set_widths(sheet, dict.fromkeys(range(_LEFT, _LEFT + columns), _WIDTH))
    rule_off(sheet, _LEFT + columns - 1)
    sheet.freeze_panes = f"A{TOP}"
    rows, row, used = {}, TOP, _HEAD_HEIGHT
    for example in examples:
        rows[example.function.name] = row
        block = _ExampleBlock(book, sheet, example, columns, lang)
        end = block.write(row)
        height = sum(_row_height(sheet, one) for one in range(row, end + 2))
        used += height
        if used > _PAPER_HEIGHT / scale and row > TOP:
            sheet.row_breaks.append(Break(id=row - 1))
            used = height
        row = end + 2
    return rows


def _row_height(sheet: Worksheet, row: int) -> float:
    return sheet.row_dimensions[row].height or _ROW


class _ExampleBlock:
    """Writes one function's block, its parts from left to right and on below."""

    def __init__(
        self, book: Workbook, sheet: Worksheet, example: Example, columns: int, lang: Lang
    ) -> None:
        self.book = book
        self.sheet = sheet
        self.example = example
        self.lang: Lang = lang
        self.say = Speaker(lang)
        self.last = _LEFT + columns - 1
        self.top = 0
        self.column = _LEFT
        self.bottom = 0

    def write(self, top: int) -> int:
        """Write the block from a row on; returns its last row."""
        self._head(top)
        self.top = self.bottom = top + 2
        references = []
        for given in self.example.arguments:
            references.append(
                "" if given is None else self._constants(given.name, given.cells, INPUT)
            )
            if given is not None:
                self._prompt(references[-1], given.name, given.help[self.lang])
        formula = f"={self.example.function.name}({','.join(references)})"
        computed = self._result(formula)
        promised = self.say("Expected", "期望值")
        expected = self._constants(promised, self.example.expected, CALCULATION)
        self._difference(computed, expected)
        return self.bottom

    def _head(self, row: int) -> None:
        function = self.example.function
        index = SHEETS["index"][self.lang]
        put(self.sheet, row, _LEFT, function.name, LINK)
        cell = self.sheet.cell(row, _LEFT)
        place = f"{quote_sheetname(index)}!A1"
        cell.hyperlink = Hyperlink(ref="", location=place, display=function.name)
        cell.style = LINK
        merge(self.sheet, Box(self.sheet, row, _LEFT, row, _LEFT + 1))
        self._across(row, _LEFT + 2, function.help[self.lang].summary, BODY)
        self._across(row + 1, _LEFT, self.example.formula, PROSE)
        # A text that begins like a formula, and stays a text when someone edits it.
        typed = self.sheet.cell(row + 1, _LEFT)
        typed.data_type = "s"
        typed.quotePrefix = True

    def _across(self, row: int, column: int, text: str, style: str) -> None:
        put(self.sheet, row, column, text, style)
        merge(self.sheet, Box(self.sheet, row, column, row, self.last))
        self._grow(row, text, (self.last - column + 1) * _WIDTH)

    def _grow(self, row: int, text: str, width: float) -> None:
        """Make a row tall enough for a text in a width."""
        lines = math.ceil((text_width(text) + _INDENT) / (width - 1))
        height = max(_LINE * lines + _SPACE, _row_height(self.sheet, row))
        self.sheet.row_dimensions[row].height = height

    def _place(self, title: str, block: Block) -> Box:
        """Find room for a part and write its title; returns the box of its cells."""
        columns = self._columns(block)
        if self.column > _LEFT and self.column + columns - 1 > self.last:
            self.top, self.column = self.bottom + 1, _LEFT
        left, top = self.column, self.top + 1
        for i in range(columns):
            put(self.sheet, self.top, left + i, title if i == 0 else None, HEADER)
        if columns > 1:
            merge(self.sheet, Box(self.sheet, self.top, left, self.top, left + columns - 1))
        self._grow(self.top, title, columns * _WIDTH)
        self.column = left + columns
        self.bottom = max(self.bottom, top + len(block) - 1)
        return Box(self.sheet, top, left, top + len(block) - 1, left + len(block[0]) - 1)

    def _keep_together(self, columns: int) -> None:
        """Go on below where so many columns no longer fit but would from the left."""
        fits = self.column + columns - 1 <= self.last
        if self.column > _LEFT and not fits and columns <= self.last - _LEFT + 1:
            self.top, self.column = self.bottom + 1, _LEFT

    def _columns(self, block: Block) -> int:
        """How many columns a part takes: a long single text as many as it needs."""
        if not _is_single(block):
            return len(block[0])
        needed = math.ceil((text_width(_shown(block[0][0])) + _INDENT) / _WIDTH)
        return min(needed, self.last - _LEFT + 1)

    def _format(self, box: Box, block: Block, style: str) -> None:
        """Style a part's cells, let long texts run over several lines, join a long single."""
        columns = self._columns(block)
        decimals = [shown_decimals(cells) for cells in zip(*block, strict=True)]
        for i, line in enumerate(block):
            for j, value in enumerate(line):
                row, cell = box.top + i, self.sheet.cell(box.top + i, box.left + j)
                dress(cell, style, _kind(value, block[0][j]))
                if isinstance(value, str):
                    cell.alignment = _WRAPPED
                    width = _WIDTH * (columns if _is_single(block) else 1)
                    self._grow(row, value, width * _BOLD if style == RESULT else width)
                elif style != INPUT and isinstance(value, float) and decimals[j]:
                    show_number(cell, f"0.{'0' * decimals[j]}")
        if _is_single(block) and columns > 1:
            merge(self.sheet, Box(self.sheet, box.top, box.left, box.top, box.left + columns - 1))

    def _constants(self, title: str, block: Block, style: str) -> str:
        """Write the cells of an argument or an expected result; returns their address."""
        box = self._place(title, block)
        for i, line in enumerate(block):
            for j, value in enumerate(line):
                self.sheet.cell(box.top + i, box.left + j).value = _cell(value)
        self._format(box, block, style)
        return box.address

    def _result(self, formula: str) -> str:
        block = self.example.expected
        self._keep_together(2 * self._columns(block) + 1)
        box = self._place(self.say("Result", "结果"), block)
        first = self.sheet.cell(box.top, box.left)
        first.value = formula if _is_single(block) else ArrayFormula(box.address, formula)
        self._format(box, block, RESULT)
        return box.address

    def _prompt(self, address: str, name: str, text: str) -> None:
        rule = DataValidation(
            promptTitle=name[:_TITLE], prompt=text[:_PROMPT], showInputMessage=True
        )
        self.sheet.add_data_validation(rule)
        rule.add(address)

    def _difference(self, computed: str, expected: str) -> None:
        """Count the cells that differ by more than the tolerance."""
        far = f"ABS({computed}-{expected})>tolerance*(1+ABS({expected}))"
        differs = f"IF(ISNUMBER({expected}),{far},{computed}<>{expected})"
        box = self._place(self.say("Differ", "不一致"), ((0.0,),))
        cell = self.sheet.cell(box.top, box.left)
        put(self.sheet, box.top, box.left, None, CALCULATION, "count")
        cell.value = ArrayFormula(box.address, f"=SUM(IFERROR({differs},TRUE)*1)")
        define(self.book, equal_name(self.example.function.name), box)
        colour_where(box, f"{box.address}=0", ground=GOOD_FILL, ink=GOOD, bold=True)
        colour_where(box, f"{box.address}<>0", ground=BAD_FILL, ink=BAD, bold=True)


_WRAPPED: Final = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)


def _shown(cell: object) -> str:
    return f"{cell:.10g}" if isinstance(cell, float) else str("" if cell is None else cell)


def _is_single(block: Block) -> bool:
    return len(block) * len(block[0]) == 1


def _cell(value: object) -> CellValue:
    if isinstance(value, CellError):
        return value.code
    return value if isinstance(value, bool | float | str) or value is None else str(value)


def shown_decimals(cells: Sequence[object]) -> int:
    """How many decimals a column of results is read with: six digits in all, two at least.

    A single 0 gets two, since a result that is nearly 0 would show fifteen digits; a column of
    whole numbers gets none.
    """
    if list(cells) == [0.0]:
        return _LEAST_DECIMALS
    needed = 0
    for value in cells:
        if isinstance(value, float) and value != round(value):
            exponent = math.floor(math.log10(abs(value)))
            enough = max(_LEAST_DECIMALS, _DIGITS - 1 - exponent)
            given = -int(Decimal(str(value)).as_tuple().exponent)
            needed = max(needed, min(enough, given))
    return needed


def _kind(value: object, header: object) -> str:
    """The number format of a cell under the first one of its column."""
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, float):
        dated = isinstance(header, str) and header.endswith(_DATE)
        return "date" if dated else "general"
    return "words"
