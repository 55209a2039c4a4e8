"""The built-in tables in cells, to look at, edit and pass back."""

from __future__ import annotations

from typing import Annotated, Final

from udfs import tables
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, UnknownTableError, one_of
from udfs.kinds import Choice, Language, Text

_PARTS = Choice({"table": ("表",), "source": ("来源",), "note": ("说明",), "title": ("标题",)})
_SOURCE: Final = {"en": "{} ({})", "zh": "{}（{}）"}


@udf(
    "CR_POLICY",
    family="helpers",
    zh="""把内置的政策表或监管标准表展开到工作表中，可查看、修改后再传回各函数。

    参数：
        name: 表名，如 "master_scale"。
        part: "table" 整张表（默认）；"source" 来源与日期；"note" 说明；"title" 标题。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的表，或一个文本。
    错误：
        没有该表时为 #VALUE!，并列出所有表名。
    来源：
        各表自有来源，见 part 为 "source" 时的结果。
    """,
)
def policy_table(
    name: Annotated[str, Text()],
    part: Annotated[str, _PARTS] = "table",
    lang: Language = "en",
) -> Whole:
    """Spill a built-in policy or standards table into the sheet, to edit and pass back.

    Args:
        name: Name of the table, such as "master_scale".
        part: "table" the table (default); "source" where it comes from and its date; "note" what
            to know about it; "title" its title.
        lang: Language of headers and note, "en" or "zh".

    Returns:
        The table with its headers, or one text.

    Errors:
        #VALUE! if there is no such table; the message lists them all.

    Example:
        =CR_POLICY("master_scale","title","zh") -> "主标尺"

    Source:
        Each table states its own; see part "source".
    """
    try:
        table = tables.builtin(name.strip().casefold())
    except UnknownTableError:
        raise CallError("name", name, one_of(tables.names())) from None
    if part == "table":
        return Whole(tables.spilled(table.rows, table.columns), tuple(table.headers(lang)))
    facts = {
        "source": _SOURCE[lang].format(table.source[lang], table.date),
        "note": table.note[lang],
        "title": table.title[lang],
    }
    return Whole(facts[part])
