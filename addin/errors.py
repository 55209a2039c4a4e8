"""What can go wrong between a function and the spreadsheet that it reaches."""

from __future__ import annotations

from typing import Final, Self, TypeVar

from udfs.chinese import joined
from udfs.errors import CreditCellsError, Words


class FileError(CreditCellsError):
    """Something outside the program cannot be used.

    Attributes:
        where: the file or database, as it was named by the caller, without any password.
        problem: what is wrong, with the sheet, row, column, cell or part it concerns; ``Words``
            where a user is likely to read it.
        remedy: what to do about it, likewise.
    """

    def __init__(self, where: object, problem: str, remedy: str) -> None:
        self.where = str(where)
        self.problem = problem
        self.remedy = remedy
        message = f"{where}: {problem} {remedy}"
        if isinstance(problem, Words) and isinstance(remedy, Words):
            message = Words(message, joined(str(where), "：", problem.zh, remedy.zh))
        super().__init__(message)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:
        """What a copy is made from, such as one that another process hands over."""
        return type(self), (self.where, self.problem, self.remedy)


Failure = TypeVar("Failure", bound=FileError)


class WorkbookError(FileError):
    """A workbook cannot be read, changed or written as asked."""


class BookInUseError(WorkbookError):
    """The workbook is open in a spreadsheet program, or another run is working on it."""


class SourceError(FileError):
    """A source cannot be read, as a whole."""


class MappingError(FileError):
    """The mapping from a source's columns to the field dictionary does not work."""


def no_such_file(kind: type[Failure], where: object) -> Failure:
    """That there is no file at a path, as an error of the kind asked for."""
    return kind(
        where,
        Words("there is no such file.", "文件不存在。"),
        Words("Check the path.", "请检查路径。"),
    )


def install(extra: str) -> Words:
    """What to do about a package that comes with an optional extra."""
    command = f"pip install 'creditcells[{extra}]'"
    return Words(f"Install it with: {command}", f"请安装：{command}")


NOT_A_PORTFOLIO: Final = Words(
    "Use a portfolio workbook; `creditcells new portfolio FILE` makes one.",
    "请使用信贷组合工作簿；`creditcells new portfolio 文件` 可新建。",
)
"""What to do where a workbook is no portfolio."""
