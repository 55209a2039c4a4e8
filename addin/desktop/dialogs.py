"""What the ribbon asks and tells: the few questions of a button, in Windows' own dialogs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal, Protocol
from unicodedata import east_asian_width

import xlwings

_TITLE: Final = "creditcells"
_TEXT: Final = 2
Kind = Literal["data", "mapping"]
_FILES: Final = {
    "en": {
        "workbook": "Excel workbook (*.xlsx), *.xlsx",
        "data": (
            "Data (*.csv;*.txt;*.tsv;*.xlsx;*.xlsm;*.xls;*.parquet), "
            "*.csv;*.txt;*.tsv;*.xlsx;*.xlsm;*.xls;*.parquet, All files (*.*), *.*"
        ),
        "mapping": "Mapping (*.toml), *.toml",
    },
    "zh": {
        "workbook": "Excel 工作簿 (*.xlsx), *.xlsx",
        "data": (
            "数据文件 (*.csv;*.txt;*.tsv;*.xlsx;*.xlsm;*.xls;*.parquet), "
            "*.csv;*.txt;*.tsv;*.xlsx;*.xlsm;*.xls;*.parquet, 所有文件 (*.*), *.*"
        ),
        "mapping": "映射文件 (*.toml), *.toml",
    },
}
_NEXT: Final = {
    "en": "({page}/{pages}) OK shows the next page, Cancel closes.",
    "zh": "（第 {page} 页，共 {pages} 页）“确定”显示下一页，“取消”关闭。",
}
PAGE_LINES: Final = 24
LINE_WIDTH: Final = 100
"""What a message box shows without growing beyond a small screen, in half-width characters."""


class Dialogs(Protocol):
    """Questions and messages; None means that the person changed their mind."""

    def source_file(self, question: str, kind: Kind) -> Path | None:
        """An existing file to read."""

    def new_file(self, question: str, name: str) -> Path | None:
        """A file to write."""

    def ask(self, question: str) -> str | None:
        """A line of text."""

    def confirm(self, question: str) -> bool:
        """Yes or no."""

    def tell(self, message: str) -> None:
        """Show a message, however long it is."""


class ExcelDialogs:
    """The dialogs of Excel and Windows."""

    def __init__(self, app: xlwings.App, lang: str) -> None:
        self._app = app
        self._lang = lang

    def source_file(self, question: str, kind: Kind) -> Path | None:
        """An existing file to read."""
        return _path(self._app.api.GetOpenFilename(_FILES[self._lang][kind], 1, question))

    def new_file(self, question: str, name: str) -> Path | None:
        """A file to write."""
        kind = _FILES[self._lang]["workbook"]
        return _path(self._app.api.GetSaveAsFilename(name, kind, 1, question))

    def ask(self, question: str) -> str | None:
        """A line of text."""
        answer: Any = self._app.api.InputBox(question, _TITLE, Type=_TEXT)
        return answer.strip() if isinstance(answer, str) and answer.strip() else None

    def confirm(self, question: str) -> bool:
        """Yes or no."""
        return self._app.alert(question, _TITLE, buttons="yes_no", mode="info") == "yes"

    def tell(self, message: str) -> None:
        """Show a message, page by page if it is long."""
        shown = list(pages(message))
        for number, page in enumerate(shown, start=1):
            if number == len(shown):
                self._app.alert(page, _TITLE, mode="info")
                return
            more = _NEXT[self._lang].format(page=number, pages=len(shown))
            text = f"{page}\n\n{more}"
            if self._app.alert(text, _TITLE, buttons="ok_cancel", mode="info") == "cancel":
                return


def pages(message: str) -> Iterator[str]:
    """A message in pieces that fit into a message box, nothing left out.

    Args:
        message: lines of any number and length.

    Yields:
        Each page; an empty message is one empty page.
    """
    page: list[str] = []
    room = PAGE_LINES
    for line in message.split("\n"):
        for piece in _pieces(line):
            needed = max(math.ceil(_width(piece) / LINE_WIDTH), 1)
            if needed > room:
                yield "\n".join(page)
                page, room = [], PAGE_LINES
            page.append(piece)
            room -= needed
    yield "\n".join(page)


def _pieces(line: str) -> Iterator[str]:
    """A line in pieces that fit on a page each."""
    start = width = 0
    for end, character in enumerate(line):
        width += _width(character)
        if width > PAGE_LINES * LINE_WIDTH:
            yield line[start:end]
            start, width = end, _width(character)
    yield line[start:]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _path(answer: Any) -> Path | None:
    """Excel answers False where the person cancels."""
    return Path(answer) if isinstance(answer, str) else None
