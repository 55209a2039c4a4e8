"""A formula moved to another cell: relative references move with it, `$` ones stay."""

from __future__ import annotations

import re
from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from addin.headless.references import MAX_COLUMN, MAX_ROW, column_letters, column_number

CELL: Final = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})\Z")
COLUMN: Final = re.compile(r"(\$?)([A-Za-z]{1,3})\Z")
ROW: Final = re.compile(r"(\$?)([1-9][0-9]{0,6})\Z")

# A piece is fixed text, or a reference to move: "$" or "", column number, "$" or "", row number;
# column or row is 0 where a whole row or column is meant.
Piece = str | tuple[str, int, str, int]


class ShiftedFormula:
    """A formula taken apart once, to be written for any number of other cells.

    Args:
        text: the formula without `=`.
        row: the row of the cell it was written for.
        column: the column of that cell.

    Raises:
        ValueError: the text is no formula.

    Example:
        >>> ShiftedFormula("B2*$C$1+SUM(A:A)", 2, 4).at(3, 5)
        'C3*$C$1+SUM(B:B)'
    """

    def __init__(self, text: str, row: int, column: int) -> None:
        self._row = row
        self._column = column
        self._pieces: list[Piece] = []
        try:
            tokens = Tokenizer(f"={text}").items
        except TokenizerError as error:
            raise ValueError(f"{text!r} is no formula ({error})") from error
        for token in tokens:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                self._pieces += _pieces(token.value)
            else:
                self._pieces.append(token.value)

    def at(self, row: int, column: int) -> str:
        """The formula's text for another cell."""
        down, right = row - self._row, column - self._column
        return "".join(
            piece if isinstance(piece, str) else _moved(piece, down, right)
            for piece in self._pieces
        )


def _pieces(operand: str) -> list[Piece]:
    """An operand such as `'a b'!$A1:B2` in pieces; names and table references stay whole."""
    sheet, mark, place = operand.rpartition("!")
    ends = place.split(":")
    found = [_reference(end, whole=len(ends) == 1) for end in ends]
    if any(isinstance(piece, str) for piece in found):
        return [operand]
    pieces: list[Piece] = [sheet + mark] if mark else []
    for number, piece in enumerate(found):
        pieces += [":", piece] if number else [piece]
    return pieces


def _reference(text: str, *, whole: bool) -> Piece:
    if cell := CELL.match(text):
        column, row = column_number(cell[2]), int(cell[4])
        inside = column <= MAX_COLUMN and row <= MAX_ROW
        return (cell[1], column, cell[3], row) if inside else text
    if whole:
        return text
    if (column_only := COLUMN.match(text)) and column_number(column_only[2]) <= MAX_COLUMN:
        return column_only[1], column_number(column_only[2]), "", 0
    if row_only := ROW.match(text):
        return "", 0, row_only[1], int(row_only[2])
    return text


def _moved(piece: tuple[str, int, str, int], down: int, right: int) -> str:
    fixed_column, column, fixed_row, row = piece
    if column and not fixed_column:
        # Excel counts on from the other edge of the sheet.
        column = (column + right - 1) % MAX_COLUMN + 1
    if row and not fixed_row:
        row = (row + down - 1) % MAX_ROW + 1
    letters = column_letters(column) if column else ""
    return f"{fixed_column}{letters}{fixed_row}{row or ''}"
