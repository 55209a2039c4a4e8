"""The latest messages behind error cells, for hosts whose cells cannot show them.

The one thing that outlives a call. Nothing but ``CR_LASTERROR`` reads it, so no figure depends
on it.
"""

from __future__ import annotations

from collections import deque
from contextvars import ContextVar
from typing import Any, Final

from udfs.errors import CellError
from udfs.records import record

KEPT: Final = 20
_PER_CALL: Final = 3


@record
class Message:
    """One message: which function said it, and the error that its cell shows."""

    function: str
    error: CellError

    def text(self, lang: str) -> str:
        """The message in a language, with the function in front."""
        mark = "：" if lang == "zh" else ": "
        return f"{self.function}{mark}{self.error.why(lang)}"


_messages: deque[Message] = deque(maxlen=KEPT)
_apart: ContextVar[deque[Message] | None] = ContextVar("_apart", default=None)


def keep_apart() -> None:
    """From here on, keep the messages of this context to itself.

    For hosts that answer several people at once: messages quote cells, and nobody may read what
    is in another one's workbook.
    """
    _apart.set(deque(maxlen=KEPT))


def _kept() -> deque[Message]:
    apart = _apart.get()
    return _messages if apart is None else apart


def remember(function: str, columns: list[list[Any]]) -> None:
    """Keep the first few different messages of a result's error cells, the first cell's last."""
    found: dict[str, Message] = {}
    for column in columns:
        if CellError not in set(map(type, column)):
            continue
        for cell in column:
            if type(cell) is CellError and cell.reason and cell.reason not in found:
                found[cell.reason] = Message(function, cell)
                if len(found) == _PER_CALL:
                    break
    for message in list(found.values())[_PER_CALL - 1 :: -1]:
        _keep(message)


def _keep(message: Message) -> None:
    kept = _kept()
    latest = kept[-1] if kept else None
    if latest is None or latest.text("en") != message.text("en"):
        kept.append(message)


def recent() -> list[Message]:
    """The messages kept, the latest first."""
    return list(_kept().copy())[::-1]


def forget() -> None:
    """Drop all messages, as at the start of a session."""
    _kept().clear()
