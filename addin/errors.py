"""What can go wrong between a function and the spreadsheet that it reaches."""

from __future__ import annotations

from typing import Self

from udfs.errors import CreditCellsError


class FileError(CreditCellsError):
    """Something outside the program cannot be used.

    Attributes:
        where: the file or database, as it was named by the caller, without any password.
        problem: what is wrong, with the sheet, row, column, cell or part it concerns.
        remedy: what to do about it.
    """

    def __init__(self, where: object, problem: str, remedy: str) -> None:
        self.where = str(where)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{where}: {problem} {remedy}")

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:
        """What a copy is made from, such as one that another process hands over."""
        return type(self), (self.where, self.problem, self.remedy)


class WorkbookError(FileError):
    """A workbook cannot be read, changed or written as asked."""


class BookInUseError(WorkbookError):
    """The workbook is open in a spreadsheet program, or another run is working on it."""


class SourceError(FileError):
    """A source cannot be read, as a whole."""


class MappingError(FileError):
    """The mapping from a source's columns to the field dictionary does not work."""
