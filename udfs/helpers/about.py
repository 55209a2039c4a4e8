"""What creditcells is and holds, for the foot of a report or a question to support."""

from __future__ import annotations

from typing import Annotated, Final

import pandas as pd

from udfs import tables
from udfs.binding import Whole
from udfs.catalogue import FUNCTIONS, udf
from udfs.kinds import Choice, Language

NAME: Final = "creditcells"
_PARTS: Final = Choice(
    {
        "table": ("表",),
        "name": ("名称",),
        "version": ("版本",),
        "functions": ("函数数",),
        "tables": ("表数",),
    }
)
_HEADERS: Final = {"en": ("item", "value"), "zh": ("项目", "内容")}
_ITEMS_ZH: Final = {
    "name": "名称",
    "version": "版本",
    "functions": "函数数量",
    "tables": "内置表数量",
}


@udf(
    "CR_ABOUT",
    family="helpers",
    zh="""creditcells 的名称、版本、函数数量与内置表数量。

    参数：
        part: "table" 全部（默认）；"name" 名称；"version" 版本；"functions" 函数数量；"tables" 内置表
            数量。
        lang: 项目名称的语言，"en" 或 "zh"。
    结果：
        两列的表，或一个值；未安装而直接使用源码时，版本为 "source tree"。
    错误：
        没有该项为 #VALUE!。
    来源：
        creditcells。
    """,
)
def about(part: Annotated[str, _PARTS] = "table", lang: Language = "en") -> Whole:
    """Name and version of creditcells, and how many functions and built-in tables it has.

    Args:
        part: "table" everything (default); "name"; "version"; "functions" their number; "tables"
            the number of built-in tables.
        lang: Language of the items' names, "en" or "zh".

    Returns:
        A table of two columns, or one value. The version is "source tree" where creditcells runs
        without being installed.

    Errors:
        #VALUE! if there is no such part.

    Example:
        =CR_ABOUT("name") -> "creditcells"

    Source:
        creditcells.
    """
    facts: dict[str, str | int] = {
        "name": NAME,
        "version": version(),
        "functions": len(FUNCTIONS),
        "tables": len(tables.names()),
    }
    if part != "table":
        return Whole(facts[part])
    items = [_ITEMS_ZH[item] if lang == "zh" else item for item in facts]
    item, value = _HEADERS[lang]
    return Whole(pd.DataFrame({item: items, value: pd.Series(facts.values(), dtype=object)}))


def version() -> str:
    """The version that is installed; "source tree" where none is."""
    from importlib import metadata  # noqa: PLC0415 - slow to import, needed here alone

    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return "source tree"
