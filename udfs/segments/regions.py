"""Province and region of a customer by the administrative code."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Annotated, Final

from udfs import errors
from udfs.catalogue import udf
from udfs.errors import CellError, shorten
from udfs.kinds import Choice, Language, TextArray, Texts
from udfs.labels import once_each, spread
from udfs.tables import builtin

_LEVELS: Final = Choice(
    {
        "province": ("省份", "省"),
        "region": ("地区",),
        "area": ("大区",),
        "short": ("简称",),
        "code": ("代码",),
    }
)
_CODE: Final = re.compile(r"\d{2}(?:\d{2}|\d{4}|\d{7}|\d{10})?")


@udf(
    "CR_REGION",
    family="segments",
    zh="""按行政区划代码前两位给出省份与地区（东部、中部、西部、东北、港澳台）。

    也接受省份全称、简称，以及以省份全称开头的地址；不接受以简称开头的地址，因为海南藏族自治州在青海。

    参数：
        code: GB/T 2260 行政区划代码（2、4、6、9 或 12 位）或省份名称，单元格或区域。
        level: "province" 省份（默认）；"region" 国家统计局四大地区；"area" 华北、华东等大区；"short"
            省份简称；"code" 两位代码。
        lang: 名称的语言，"en" 或 "zh"。
    结果：
        与 code 同形的文本。
    错误：
        不是行政区划代码或省份名称为 #VALUE!。
    来源：
        GB/T 2260-2007；国家统计局《东西中部和东北地区划分方法》（2011）；见 CR_POLICY("provinces")。
    """,
)
def region_of_code(
    code: Annotated[TextArray, Texts()],
    level: Annotated[str, _LEVELS] = "province",
    lang: Language = "en",
) -> TextArray:
    """Province or region of an administrative code: East, Central, West, Northeast.

    The first two digits of the code decide. A province's name is understood too, in full or
    short, and an address that begins with the full name; not one that begins with the short
    name, since the prefecture 海南 lies in Qinghai.

    Args:
        code: GB/T 2260 code of 2, 4, 6, 9 or 12 digits, or a province's name, one cell or a range.
        level: "province" (default); "region" East, Central, West or Northeast; "area" such as
            North China; "short" the province's short name; "code" its two digits.
        lang: Language of the name, "en" or "zh".

    Returns:
        Text in the shape of code.

    Errors:
        #VALUE! where code is neither an administrative code nor a province.

    Example:
        =CR_REGION(440305) -> "Guangdong Province"
        =CR_REGION({"110105";"广西";"吉林省长春市"},"region","zh") -> {"东部";"西部";"东北"}

    Source:
        GB/T 2260-2007; National Bureau of Statistics, 东西中部和东北地区划分方法（2011）; see
        CR_POLICY("provinces").
    """
    codes, read = once_each(code, _province)
    rows = builtin("provinces").rows
    column = rows["code"] if level == "code" else rows[f"{level}_{lang}"]
    return spread(
        codes, [found if isinstance(found, CellError) else column.iloc[found] for found in read]
    )


def _province(text: str) -> int | CellError:
    """The place of the province in the table."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if _CODE.fullmatch(plain):
        place = _places().get(plain[:2])
        return _no_province(text) if place is None else place
    if plain in _places():
        return _places()[plain]
    for place, name in enumerate(builtin("provinces").rows["province_zh"]):
        if plain.startswith(name):
            return place
    return CellError(
        errors.VALUE,
        "code must be an administrative code of 2, 4, 6, 9 or 12 digits or a province's name; "
        f"got {shorten(text)}.",
        f"code 应为 2、4、6、9 或 12 位行政区划代码或省份名称，实际为 {shorten(text)}。",
    )


@cache
def _places() -> dict[str, int]:
    rows = builtin("provinces").rows
    columns = ("code", "province_en", "province_zh", "short_en", "short_zh")
    return {
        str(text).casefold(): place for column in columns for place, text in enumerate(rows[column])
    }


def _no_province(text: str) -> CellError:
    return CellError(
        errors.VALUE,
        f"code must begin with the two digits of a province (GB/T 2260); got {shorten(text)}.",
        f"code 的前两位应为省级代码（GB/T 2260），实际为 {shorten(text)}。",
    )
