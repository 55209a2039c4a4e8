"""One cell as XML and as a value: the only decoder and encoder of `<c>` elements."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from addin.headless import shared_strings, xml
from udfs.errors import EXCEL_ERROR_NUMBERS, VALUE, CellError

Cell: TypeAlias = bool | int | float | str | CellError | None
DatedCell: TypeAlias = Cell | dt.datetime | dt.date

# Attributes of a cell: `t` is its type, `s` its style, `r` its place, `cm` its array's kind.
ATTRIBUTE: Final = re.compile(rb"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
VALUE_ELEMENT: Final = rb"<{p}v(?:\s[^>]*)?>([^<]*)</{p}v>"
INLINE_ELEMENT: Final = rb"<{p}is(?:\s[^>]*)?>(.*)</{p}is>"
NEEDS_PRESERVE: Final = re.compile(r"\A\s|\s\Z|\n|  ")
MIDNIGHT: Final = dt.time()
EPOCH_1900: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a cell's date has no time zone
EPOCH_1904: Final = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - same
# Excel 1900 believes in 29 February 1900; days before it count one less.
FALSE_LEAP_DAY: Final = 60
MAX_TEXT: Final = 32_767


class CellDecoder:
    """Turns the XML of cells into values, for one sheet of one workbook."""

    def __init__(self, prefix: bytes, texts: Sequence[str], *, date1904: bool) -> None:
        self._texts = texts
        self._prefix = prefix
        self._date1904 = date1904
        self._value = shared_strings.pattern(VALUE_ELEMENT, prefix)
        self._inline = shared_strings.pattern(INLINE_ELEMENT, prefix)

    def decode(self, kind: bytes, body: bytes) -> Cell:
        """The value of a cell from its `t` attribute and what stands between its tags."""
        if kind == b"inlineStr":
            inline = self._inline.search(body)
            if inline is not None:
                return shared_strings.rich_text(inline[1], self._prefix)
        found = self._value.search(body)
        if found is None:
            return None
        return self.from_text(kind, found[1])

    def from_text(self, kind: bytes, raw: bytes) -> Cell:
        """The value of a cell from its `t` attribute and the text of its `<v>`."""
        if kind in (b"", b"n"):
            return number(raw)
        if kind == b"s":
            return self._shared(raw)
        if kind in (b"str", b"inlineStr"):
            return simple_text(raw)
        if kind == b"b":
            return raw.strip() in (b"1", b"true")
        if kind == b"e":
            return error(xml.unescape(raw).strip())
        if kind == b"d":
            return serial_from_iso(raw.decode("ascii").strip(), date1904=self._date1904)
        raise ValueError(f"t={kind.decode()!r} is no cell type")

    def _shared(self, raw: bytes) -> str:
        index = int(raw)
        if not 0 <= index < len(self._texts):
            raise ValueError(f"shared string {index} of {len(self._texts)}")
        return self._texts[index]


def number(raw: bytes) -> int | float | None:
    """The number that a `<v>` holds: whole if it is written so."""
    if b"." in raw or b"E" in raw or b"e" in raw:
        return float(raw)
    return int(raw) if raw.strip() else None


def simple_text(raw: bytes) -> str:
    """The text of one `<t>` or `<v>`."""
    if b"&" in raw or b"_x" in raw or b"\r" in raw:
        return xml.cell_text(xml.unescape(raw))
    return raw.decode("utf-8")


def error(code: str) -> CellError:
    """The error of a code; a code of a newer Excel is a #VALUE! that names it."""
    if code in EXCEL_ERROR_NUMBERS:
        return CellError(code)
    return CellError(VALUE, f"stored as {code}")


def serial_from_iso(text: str, *, date1904: bool) -> float | int:
    """The serial number of a date that a strict workbook stores as ISO 8601."""
    if text.startswith("T") or (":" in text and "-" not in text):
        clock = dt.time.fromisoformat(text)
        moment = dt.datetime.combine(EPOCH_1904 if date1904 else EPOCH_1900, clock)
    else:
        moment = dt.datetime.fromisoformat(text.removesuffix("Z"))
    return serial(moment, date1904=date1904)


def serial(moment: dt.datetime | dt.date, *, date1904: bool) -> float | int:
    """The number that stands for a date and time in a cell (days since the workbook's epoch)."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, MIDNIGHT)
    moment = moment.replace(tzinfo=None)
    delta = moment - (EPOCH_1904 if date1904 else EPOCH_1900)
    days: float | int = delta.days
    if not date1904 and 1 <= days <= FALSE_LEAP_DAY:
        days -= 1
    if delta.seconds or delta.microseconds:
        days += (delta.seconds + delta.microseconds / 1e6) / 86_400
    return days


def moment(days: float, *, date1904: bool) -> dt.datetime:
    """The date and time that a serial number stands for, to the millisecond as Excel shows it.

    Raises:
        OverflowError: the number lies outside the dates that Excel knows.
    """
    if days < 0 and not date1904:
        raise OverflowError(f"{days} lies before 1900")
    epoch = EPOCH_1904 if date1904 else EPOCH_1900
    if not date1904 and 0 <= days < FALSE_LEAP_DAY:
        days += 1
    return epoch + dt.timedelta(milliseconds=round(days * 86_400_000))


def encode(value: DatedCell, tag: bytes = b"", *, date1904: bool = False) -> str:
    """What follows the place and style of a constant's `<c` tag, up to the end of the cell.

    Args:
        value: the constant.
        tag: the namespace prefix with its colon.
        date1904: whether the workbook's dates count from 1904.

    Raises:
        ValueError: a number that is not finite, a text too long for a cell, or a type that no
            cell can hold.
    """
    p = tag.decode()
    if value is None:
        return "/>"
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise ValueError(f"a text of {len(value):,} characters; a cell holds {MAX_TEXT:,}")
        if xml.is_plain(value):
            return f' t="inlineStr"><{p}is><{p}t>{value}</{p}t></{p}is></{p}c>'
        return (
            f' t="inlineStr"><{p}is><{p}t{_space(value)}>{xml.escape(value)}</{p}t></{p}is></{p}c>'
        )
    if isinstance(value, dt.date):
        value = serial(value, date1904=date1904)
    kind, text = typed(value)
    return f"{kind}><{p}v>{text}</{p}v></{p}c>"


def typed(value: Cell) -> tuple[str, str]:
    """The `t` attribute (with its blank) and the text of `<v>` for a value that is not None."""
    if isinstance(value, bool):
        return ' t="b"', "1" if value else "0"
    if isinstance(value, int):
        return "", int.__repr__(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value!r}; a cell holds finite numbers")
        text = float.__repr__(value)
        return "", text.removesuffix(".0")
    if isinstance(value, CellError):
        return ' t="e"', value.code
    if isinstance(value, str):
        return ' t="str"', xml.escape(value)
    raise ValueError(
        f"{value!r} ({type(value).__name__}); a cell holds None, bool, int, float, str or CellError"
    )


def _space(text: str) -> str:
    return ' xml:space="preserve"' if NEEDS_PRESERVE.search(text) else ""


def attributes(raw: bytes) -> dict[str, str]:
    """The attributes of a start tag, in order."""
    return {
        name.decode(): xml.unescape(double or single)
        for name, double, single in ATTRIBUTE.findall(raw)
    }
