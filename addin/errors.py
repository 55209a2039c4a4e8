"""What can go wrong between a function and the spreadsheet that it reaches."""

from __future__ import annotations

from udfs.errors import CreditCellsError


class WorkbookError(CreditCellsError):
    """A workbook cannot be read, changed or written as asked.

    Attributes:
        file: the workbook, as it was named by the caller.
        problem: what is wrong, with the sheet, cell or part it concerns.
        remedy: what to do about it.
    """

    def __init__(self, file: object, problem: str, remedy: str) -> None:
        self.file = str(file)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{file}: {problem} {remedy}")


class BookInUseError(WorkbookError):
    """The workbook is open in a spreadsheet program, or another run is working on it."""


class SourceError(CreditCellsError):
    """A source cannot be read, as a whole.

    Attributes:
        source: the file or the database, without its password.
        problem: what is wrong, with the sheet, row and column it concerns.
        remedy: what to do about it.
    """

    def __init__(self, source: object, problem: str, remedy: str) -> None:
        self.source = str(source)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{source}: {problem} {remedy}")


class MappingError(CreditCellsError):
    """The mapping from a source's columns to the field dictionary does not work.

    Attributes:
        mapping: the mapping file, or the source whose columns were recognised by name.
        problem: what is wrong, with the table and the field it concerns.
        remedy: what to do about it.
    """

    def __init__(self, mapping: object, problem: str, remedy: str) -> None:
        self.mapping = str(mapping)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{mapping}: {problem} {remedy}")
