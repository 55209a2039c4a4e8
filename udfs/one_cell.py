"""One cell of any host: blank, error, number, text, date or flag, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.errors import CellError, in_language, shorten
from udfs.parsing import parse_date, parse_flag, parse_number, serial_to_date

_ERROR_TEXTS: Final = frozenset(errors.EXCEL_ERROR_NUMBERS)


def error_of(cell: Any) -> CellError | None:
    """The Excel error that a cell stands for, in any host's spelling; None for other cells."""
    if isinstance(cell, CellError):
        return cell
    if isinstance(cell, str):
        return CellError(cell) if cell in _ERROR_TEXTS else None
    if isinstance(cell, dict):
        return _office_error(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and cell in errors.COM_ERRORS:
        return CellError(errors.COM_ERRORS[cell])
    return None


def _office_error(cell: dict[str, Any]) -> CellError | None:
    if cell.get("type") != "Error":
        return None
    code = str(cell.get("basicValue", errors.VALUE))
    return CellError(code if code in _ERROR_TEXTS else errors.VALUE)


def is_blank(cell: Any) -> bool:
    """Whether a cell is empty: nothing, empty text, only spaces, or a host's null."""
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return True
    if isinstance(cell, str):
        return not cell or cell.isspace()
    if isinstance(cell, float):
        return cell != cell  # noqa: PLR0124 - NaN alone differs from itself
    return isinstance(cell, Decimal) and cell.is_nan()


def passed(error: CellError, argument: str) -> CellError:
    """The error of a cell passed on, with the argument named in its reason."""
    if error.reason:
        return error
    return _fault(error.code, argument, f"the cell holds {error}", f"单元格为错误值 {error}")


def _fault(code: str, argument: str, problem: str, problem_zh: str) -> CellError:
    name_zh = in_language(argument, "zh")
    return CellError(code, f"{argument}: {problem}.", f"{name_zh}：{problem_zh}。")


def to_float(cell: Any) -> float:
    """The number of a cell; infinity where an integer is too large for a cell."""
    if cell is None:
        return math.nan
    try:
        return float(cell)
    except OverflowError:
        return math.inf


def too_large(argument: str) -> CellError:
    """The error of a number that no cell can hold."""
    return _fault(errors.NUM, argument, "too large for a cell", "数值超出单元格范围")


def number_cell(cell: Any, argument: str) -> float | CellError:
    """The number of a cell that is neither blank nor an error."""
    if isinstance(cell, bool | int | float | Decimal | np.number | np.bool_):
        value = to_float(cell)
        return too_large(argument) if np.isinf(value) else value
    if isinstance(cell, str):
        number = parse_number(cell)
        if number is not None:
            return number
    if isinstance(cell, dt.datetime | dt.date):
        day = f"{cell:%Y-%m-%d}"
        return _fault(
            errors.VALUE, argument, f"{day} is a date, not a number", f"{day} 是日期，不是数字"
        )
    shown = shorten(cell)
    return _fault(errors.VALUE, argument, f"{shown} is not a number", f"{shown} 不是数字")


def text_cell(cell: Any, argument: str) -> str | CellError:
    """The text of a cell that is neither blank nor an error, as Excel would join it to a text."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool | np.bool_):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | np.integer) or (isinstance(cell, Decimal) and _is_whole(cell)):
        return str(int(cell))
    if isinstance(cell, float | Decimal | np.number):
        return f"{to_float(cell):.15g}"
    if isinstance(cell, dt.datetime | dt.date):
        return f"{cell:%Y-%m-%d}"
    shown = shorten(cell)
    return _fault(errors.VALUE, argument, f"{shown} is not a text", f"{shown} 不是文本")


def _is_whole(cell: Decimal) -> bool:
    """Whether a number of a database has no decimals, and so may be an account of many digits."""
    return cell.is_finite() and cell == cell.to_integral_value()


def date_cell(cell: Any, argument: str, *, date1904: bool) -> Any:
    """The day of a cell that is neither blank nor an error."""
    if isinstance(cell, np.datetime64):
        return cell.astype("datetime64[D]")
    if isinstance(cell, dt.datetime | dt.date):
        return np.datetime64(f"{cell:%Y-%m-%d}", "D")
    date: dt.date | None = None
    if isinstance(cell, str):
        date = parse_date(cell)
    elif isinstance(cell, int | float | Decimal | np.number) and not isinstance(cell, bool):
        date = serial_to_date(to_float(cell), date1904=date1904)
    if date is None:
        shown = shorten(cell)
        return _fault(
            errors.VALUE,
            argument,
            f"{shown} is not a date; write it as 2026-03-31 or as an Excel date",
            f"{shown} 不是日期，请写成 2026-03-31 或 Excel 日期",
        )
    return np.datetime64(date, "D")


def flag_cell(cell: Any, argument: str) -> int | CellError:
    """1 for yes and 0 for no, of a cell that is neither blank nor an error."""
    flag = parse_flag(cell)
    if flag is None:
        shown = shorten(cell)
        return _fault(
            errors.VALUE,
            argument,
            f"{shown} is neither yes nor no; write TRUE or FALSE, 1 or 0, yes or no",
            f"{shown} 既非是也非否，请填 TRUE/FALSE、1/0 或“是/否”",
        )
    return int(flag)
