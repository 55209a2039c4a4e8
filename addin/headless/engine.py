"""An xlwings engine over a workbook file: the same code runs in Excel and on the file alone.

Made of xlwings' BSD-licensed parts. What a file without Excel cannot do raises an error.

Two differences from Excel are on purpose. A text written to `Range.value` stays that text, even
if it looks like a formula or a number: write formulas with `Range.formula`. And nothing is
computed until `App.calculate` is called.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import xlwings
from xlwings import base_classes

from addin.errors import WorkbookError
from addin.headless.engine_limits import refuse_the_rest
from addin.headless.engine_names import Names
from addin.headless.engine_range import Range
from addin.headless.engine_sheets import Sheet, Sheets
from addin.headless.workbook import Workbook
from udfs.errors import CellError


class Engine:
    """What xlwings asks about values on their way in and out."""

    name: Final = "creditcells"
    type: Final = "desktop"

    @property
    def apps(self) -> Any:
        """There is no running program to list."""
        raise NotImplementedError("A workbook file has no running apps; use open_book(path).")

    @staticmethod
    def clean_value_data(
        data: list[list[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,  # xlwings passes it by position
    ) -> list[list[Any]]:
        """Values as xlwings hands them to its user."""

        def clean(value: Any) -> Any:
            kind = type(value)
            if kind is str:
                return value or empty_as
            if value is None:
                return empty_as
            if kind is float or kind is int:
                return number_builder(value) if number_builder else float(value)
            if isinstance(value, CellError):
                return value.code if err_to_str else None
            if isinstance(value, dt.datetime) and datetime_builder is not dt.datetime:
                parts = (value.hour, value.minute, value.second, value.microsecond)
                names = ("hour", "minute", "second", "microsecond")
                clock = dict(zip(names, parts, strict=True))
                return datetime_builder(
                    year=value.year, month=value.month, day=value.day, tzinfo=None, **clock
                )
            return value

        if number_builder is not None:
            return [[clean(value) for value in row] for row in data]
        return [
            # Most cells are floats or texts, which stay as they are.
            [
                value if (kind := type(value)) is float or (kind is str and value) else clean(value)
                for value in row
            ]
            for row in data
        ]

    @staticmethod
    def prepare_xl_data_element(value: Any, options: dict[str, Any]) -> Any:
        """One value of the user's as a cell can hold it."""
        del options
        kind = type(value)
        if kind is str or kind is int:
            return value
        if kind is not float and isinstance(value, np.datetime64):
            value = pd.Timestamp(value)
        elif kind is not float and isinstance(value, np.generic):
            value = value.item()
        if value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
            return None
        return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


@refuse_the_rest
class App(base_classes.App):
    """Stands where Excel's application would; it holds one book."""

    engine = Engine()
    pid = 0
    visible = False
    screen_updating = True
    display_alerts = False
    enable_events = True
    interactive = False
    calculation = "manual"
    status_bar: Any = None
    selection = None

    def __init__(self, book: Book) -> None:
        self._book = book
        self.report: Any = None

    @property
    def api(self) -> Workbook:
        """The workbook underneath."""
        return self._book.api

    @property
    def books(self) -> Books:
        """The one book."""
        return Books(self._book)

    @property
    def version(self) -> str:
        """Not a version of Excel."""
        return "0.0"

    def calculate(self) -> None:
        """Computes what has changed, all formulas the first time, as Excel does.

        The report of what could not be computed is `app.impl.report`.
        """
        from addin.headless.calculate import calculate  # noqa: PLC0415 - imports a slow engine

        self.report = calculate(self._book.api, changed_only=True)

    def activate(self, steal_focus: bool = False) -> None:
        """There is no window to activate."""

    def quit(self) -> None:
        """There is no program to end."""

    def kill(self) -> None:
        """There is no program to end."""


@refuse_the_rest
class Books(base_classes.Books):
    """The books of the app: one."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @property
    def active(self) -> Book:
        """The one book."""
        return self._book

    def __call__(self, name_or_index: str | int) -> Book:
        """The book of a name or number, from 1."""
        if name_or_index not in (1, self._book.name):
            raise KeyError(name_or_index)
        return self._book

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[Book]:
        return iter([self._book])


@refuse_the_rest
class Book(base_classes.Book):
    """A workbook file as a book."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._app = App(self)

    @property
    def api(self) -> Workbook:
        """The workbook underneath."""
        return self._workbook

    @property
    def app(self) -> App:
        """The app that stands for Excel."""
        return self._app

    @property
    def name(self) -> str:
        """The file's name."""
        return self._workbook.path.name

    @property
    def fullname(self) -> str:
        """The file's path."""
        return str(self._workbook.path.absolute())

    @property
    def sheets(self) -> Sheets:
        """The worksheets."""
        return Sheets(self)

    @property
    def names(self) -> Names:
        """The defined names."""
        return Names(self)

    def save(self, path: str | Path | None = None, password: str | None = None) -> None:
        """Writes the file in one step; what was not changed stays byte for byte.

        With a path a copy is written; the book stays the file that it was opened from.
        """
        if password:
            raise WorkbookError(
                self._workbook.path,
                "cannot be saved with a password without Excel.",
                "Save it without one, and set it in Excel.",
            )
        self._workbook.save(path)

    def close(self) -> None:
        """Nothing is held open."""

    def activate(self) -> None:
        """There is no window to activate."""


def open_book(path: str | Path) -> xlwings.Book:
    """Opens a workbook file as an xlwings book, without any spreadsheet program.

    Args:
        path: an .xlsx or .xlsm file.

    Returns:
        A book whose sheets, ranges, tables and names work as in Excel; what does not work on a
        file raises an error. `book.app.calculate()` computes it, `book.save()` writes it.

    Raises:
        WorkbookError: the file cannot be read.

    Example:
        >>> book = open_book("portfolio.xlsx")  # doctest: +SKIP
        >>> book.sheets["Customers"].tables["customers"].data_body_range.shape  # doctest: +SKIP
        (200, 12)
    """
    return xlwings.Book(impl=Book(Workbook.open(path)))


__all__ = ["App", "Book", "Books", "Engine", "Range", "Sheet", "open_book"]
