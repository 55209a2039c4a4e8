"""The message behind an error, for hosts whose cells cannot show it."""

from __future__ import annotations

from typing import Annotated, Any, Final

import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CellError
from udfs.kinds import AnyCells, Choice, Language
from udfs.last_errors import Message, recent
from udfs.one_cell import error_of

_OUTPUTS: Final = Choice({"value": ("值", "结果"), "table": ("all", "明细", "表")})
_HEADERS: Final = {"en": ("function", "error", "message"), "zh": ("函数", "错误", "信息")}
_ELSEWHERE: Final = {
    "en": "{}: not from creditcells, or its message is no longer kept. Compute the cell again.",
    "zh": "{}：并非来自 creditcells，或其信息已不再保留，请重新计算该单元格。",
}


@udf(
    "CR_LASTERROR",
    family="helpers",
    zh="""单元格只显示 #VALUE! 等错误值时，说明错误的原因：哪个参数、什么内容、应当是什么。

    保留本次会话最近的 20 条信息。写明出错的单元格，Excel 才会在它之后重新计算本公式。

    参数：
        cell: 显示错误的单元格或区域；默认（或空单元格）为最近一条信息。
        out: "value" 一句话（默认）；"table" 保留的全部信息，最近的在前。
        lang: 信息的语言，"en" 或 "zh"。
    结果：
        文本：最近一条错误代码相同的信息；单元格没有错误时为空。
    错误：
        无；没有信息时为空。
    来源：
        creditcells；做法参照 QuantLibXL 的错误信息函数。
    """,
)
def last_error(
    cell: Annotated[list[Any], AnyCells()] | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """The reason behind an error value such as #VALUE!: which argument, what it held, what is allowed.

    The latest 20 messages of the session are kept. Name the cell that shows the error, so that
    Excel computes this formula after it.

    Args:
        cell: Cell or range that shows the error; by default, or where it is blank, the latest
            message of all.
        out: "value" one sentence (default); "table" all messages kept, the latest first.
        lang: Language of the message, "en" or "zh".

    Returns:
        Text: the latest message with that error; blank where the cell shows no error.

    Errors:
        None; blank where there is no message.

    Example:
        =CR_LASTERROR(1234) -> ""

    Source:
        creditcells, after the error functions of QuantLibXL.
    """
    messages = recent()
    if out == "table":
        rows = [(one.function, one.error.code, one.error.why(lang)) for one in messages]
        return Whole(pd.DataFrame(rows, columns=list(_HEADERS[lang]), dtype=object))
    if cell is None:
        return Whole(messages[0].text(lang) if messages else "")
    shown = next((error for error in map(error_of, cell) if error is not None), None)
    if shown is None:
        return Whole("")
    return Whole(_latest(messages, shown, lang))


def _latest(messages: list[Message], shown: CellError, lang: str) -> str:
    """The latest message with the error's code; where a host hands its reason over, with that."""
    same = (
        one.text(lang)
        for one in messages
        if one.error.code == shown.code and shown.reason in ("", one.error.reason)
    )
    return next(same, shown.why(lang) or _ELSEWHERE[lang].format(shown.code))
