"""Industry of a customer by GB/T 4754-2017, and how risky the industry is."""

from __future__ import annotations

from typing import Annotated

from udfs import errors
from udfs.catalogue import udf
from udfs.errors import CellError
from udfs.kinds import Choice, Language, TextArray, Texts
from udfs.labels import once_each, spread
from udfs.segments.industry_codes import IndustryCode, read_industry
from udfs.tables import builtin

_LEVELS = Choice(
    {
        "section": ("门类",),
        "division": ("大类",),
        "name": ("section_name", "门类名称", "名称"),
        "division_name": ("大类名称",),
        "code": ("代码",),
    }
)


@udf(
    "CR_INDUSTRY",
    family="segments",
    zh="""按 GB/T 4754-2017 解析国民经济行业代码，给出门类、大类及其名称。

    代码可写作 "C"、"C13"、"13"、"1311"、"C13 农副食品加工业" 或名称；数字 1 视为丢失前导零的大类 01，
    以 0 结尾的三位数字无法判断，须写门类字母。

    参数：
        code: 行业代码或行业名称，单元格或区域。
        level: "section" 门类字母（默认）；"division" 两位大类代码；"name" 门类名称；"division_name"
            大类名称；"code" 规范代码，如 C1311。
        lang: 名称的语言，"en" 或 "zh"。
    结果：
        与 code 同形的文本。
    错误：
        不是行业代码为 #VALUE!；要求大类而只给出门类为 #N/A。
    来源：
        GB/T 4754-2017，见 CR_POLICY("industry_sections") 与 CR_POLICY("industry_divisions")。
    """,
)
def industry_of_code(
    code: Annotated[TextArray, Texts()],
    level: Annotated[str, _LEVELS] = "section",
    lang: Language = "en",
) -> TextArray:
    """Section, division or name of an industry code of GB/T 4754-2017.

    Codes may be written C, C13, 13, 1311, "C13 name" or as a name of the standard. The number 1
    is division 01 that lost its zero; three digits that end in zero need their section letter,
    since 170 may be class 0170 or division 17.

    Args:
        code: Industry code or name, one cell or a range.
        level: "section" its letter (default); "division" its two digits; "name" the section's
            name; "division_name" the division's name; "code" the clean code such as C1311.
        lang: Language of the name, "en" or "zh".

    Returns:
        Text in the shape of code.

    Errors:
        #VALUE! where code is no industry code; #N/A where the division is asked for and only the
        section is given.

    Example:
        =CR_INDUSTRY("1311","name","zh") -> "制造业"
        =CR_INDUSTRY({"C13";"K7010"},"division_name") -> {"Processing of food from agricultural products";"Real estate"}
        =CR_INDUSTRY(1,"code") -> "A01"

    Source:
        GB/T 4754-2017, see CR_POLICY("industry_sections") and CR_POLICY("industry_divisions").
    """
    codes, read = once_each(code, lambda text: read_industry(text, "code"))
    return spread(codes, [_part(industry, level, lang) for industry in read])


def _part(industry: IndustryCode | CellError, level: str, lang: str) -> str | CellError:
    if isinstance(industry, CellError):
        return industry
    if level == "code":
        return str(industry)
    if level == "section":
        return industry.section
    if level == "name":
        return industry_name(IndustryCode(industry.section), lang)
    if not industry.division:
        return CellError(
            errors.NA,
            f"code: section {industry} has several divisions; give the division.",
            f"code：门类 {industry} 有多个大类，请给出大类代码。",
        )
    return industry.division if level == "division" else industry_name(industry, lang)


def industry_name(industry: IndustryCode, lang: str) -> str:
    """The name of the division, or of the section where there is no division."""
    key = "division" if industry.division else "section"
    rows = builtin(f"industry_{key}s").rows
    wanted = industry.division or industry.section
    return str(rows.loc[rows[key] == wanted, f"label_{lang}"].iloc[0])
