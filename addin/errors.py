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
