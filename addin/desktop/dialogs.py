"""What the ribbon asks and tells: the few questions of a button, in Excel's own dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import xlwings

_TITLE: Final = "creditcells"
_NUMBER: Final = 1
_WORKBOOKS: Final = {
    "en": "Excel workbook (*.xlsx), *.xlsx",
    "zh": "Excel 工作簿 (*.xlsx), *.xlsx",
}
_SOURCES: Final = {
    "en": "Data (*.csv;*.txt;*.xlsx;*.parquet), *.csv;*.txt;*.xlsx;*.parquet",
    "zh": "数据文件 (*.csv;*.txt;*.xlsx;*.parquet), *.csv;*.txt;*.xlsx;*.parquet",
}
_FUNCTION_WIZARD: Final = 450
_LONGEST: Final = 1000


class Dialogs(Protocol):
    """Questions and messages; None means that the person changed their mind."""

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """One of the options, by its place."""

    def source_file(self, question: str) -> Path | None:
        """An existing file to read."""

    def new_file(self, question: str, name: str) -> Path | None:
        """A file to write."""

    def confirm(self, question: str) -> bool:
        """Yes or no."""

    def tell(self, message: str) -> None:
        """Show a message."""

    def function_wizard(self) -> None:
        """Let the person pick a function and insert it."""


class ExcelDialogs:
    """Excel's own dialogs, through COM."""

    def __init__(self, app: xlwings.App, lang: str) -> None:
        self._app = app
        self._lang = lang

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """One of the options, by its place."""
        listed = "\n".join(f"{i}  {option}" for i, option in enumerate(options, start=1))
        answer: Any = self._app.api.InputBox(f"{question}\n\n{listed}", _TITLE, 1, Type=_NUMBER)
        if answer is False or not 1 <= int(answer) <= len(options):
            return None
        return int(answer) - 1

    def source_file(self, question: str) -> Path | None:
        """An existing file to read."""
        return _path(self._app.api.GetOpenFilename(_SOURCES[self._lang], 1, question))

    def new_file(self, question: str, name: str) -> Path | None:
        """A file to write."""
        filters = _WORKBOOKS[self._lang]
        return _path(self._app.api.GetSaveAsFilename(name, filters, 1, question))

    def confirm(self, question: str) -> bool:
        """Yes or no."""
        return self._app.alert(question, _TITLE, buttons="yes_no", mode="info") == "yes"

    def tell(self, message: str) -> None:
        """Show a message, cut to what a message box holds."""
        shown = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}\n…"
        self._app.alert(shown, _TITLE)

    def function_wizard(self) -> None:
        """Open Excel's Insert Function, which lists our categories with their help."""
        self._app.api.Dialogs(_FUNCTION_WIZARD).Show()


def _path(answer: Any) -> Path | None:
    """Excel answers False where the person cancels."""
    return Path(answer) if isinstance(answer, str) else None
