"""What Excel refuses to do: its errors, as pywin32 hands them over."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from pywintypes import com_error as ExcelError  # noqa: N812 - Excel's errors, to our readers
else:

    class ExcelError(Exception):
        """The error of a program that this system does not have; it has the same four parts."""


def reason_of(error: ExcelError) -> str:
    """What Excel says in its own language; the error's text where it says nothing.

    Args:
        error: number, text, what the program says (six parts, its words the third), argument.
    """
    _, text, said, _ = error.args
    return str(said[2]) if said and said[2] else str(text)


__all__ = ["ExcelError", "reason_of"]
