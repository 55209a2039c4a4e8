"""The Herfindahl-Hirschman index of a portfolio."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.capital.schemes import rows_of_scheme
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words, column_of
from udfs.keys import KeyColumn
from udfs.kinds import NOT_NEGATIVE, Choice, Keys, Language, Numbers, Table, Text
from udfs.limits.portfolio import portfolio
from udfs.tables import builtin

HhiBands = Annotated[pd.DataFrame, Table(builtin="hhi_bands")]

_OUTPUTS: Final = Choice(
    {
        "value": ("points", "值", "结果", "点数"),
        "index": ("指数",),
        "normalised": ("normalized", "标准化"),
        "effective": ("effective number", "有效个数"),
        "band": ("分档",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {
    "en": ("hhi", "index", "normalised", "effective_number", "number", "largest_share", "band"),
    "zh": ("HHI 点数", "指数", "标准化指数", "有效个数", "个数", "最大占比", "分档"),
}
_POINTS: Final = 10_000
_WORDS: Final = {
    "en": "HHI {:,.0f}: {} positions, as concentrated as {:.4g} equal ones, the largest {:.2%} of all; {}.",
    "zh": "HHI {:,.0f}：共 {} 项，集中程度相当于 {:.4g} 个等额项，最大一项占 {:.2%}；{}。",
}


@udf(
    "CR_HHI",
    family="limits",
    zh="""全体金额：赫芬达尔指数（HHI），衡量贷款组合按客户、行业、地区或集团的集中程度。

    HHI 为各项占比平方之和 × 10000；标准化指数 =（H - 1/N）÷（1 - 1/N）；有效个数 = 1/H。空白金额不计；有 keys 时同一键先相加，
    没有键的金额合为一项。

    参数：
        amounts: 金额，任意单位，如敞口余额。
        keys: 每个金额的键，如行业代码、客户编号；省略则每个金额各为一项。
        scheme: 分档方案："2023"（默认）或 "2010"，或分档表中的其他方案。
        bands: 分档表；默认为内置表 hhi_bands。
        out: "value" 点数，0 至 10000；"index" 指数，0 至 1；"normalised" 标准化指数；"effective" 有效个数；"band" 分档；"why" 理由；"table" 明细。
        lang: 分档、理由与表头的语言，"en" 或 "zh"。
    结果：
        一个数或文本。
    错误：
        金额为负、不是数字或合计为 0 时整个调用报错，并指明第几行。
    来源：
        赫芬达尔-赫希曼指数；分档为美国司法部《合并指南》，属市场结构标准，见 CR_POLICY("hhi_bands","note","zh")。
    """,
)
def hhi(
    amounts: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="portfolio")],
    keys: Annotated[KeyColumn, Keys(series="portfolio")] | None = None,
    scheme: Annotated[str, Text()] = "2023",
    bands: HhiBands | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> float | str | Whole:
    """All amounts together: Herfindahl-Hirschman index of concentration, with effective number.

    HHI is the sum of squared shares x 10,000; normalised (H - 1/N) / (1 - 1/N); effective number
    1/H. Blank amounts do not count; with keys, amounts of one key are added up first, and those
    without a key count as one.

    Args:
        amounts: Amounts in any unit, such as balances.
        keys: Key of each amount, such as industry or customer number; left out, each amount is
            one position.
        scheme: Bands: "2023" (default), "2010", or another of the table.
        bands: Table of bands; default the built-in hhi_bands.
        out: "value" points, 0 to 10,000; "index" 0 to 1; "normalised"; "effective" number of
            equal positions; "band" in words; "why" the reason; "table" all parts.
        lang: Language of band, reason and headers, "en" or "zh".

    Returns:
        One number or text.

    Errors:
        The whole call is an error where an amount is negative or no number, which names its row,
        or where all add up to 0.

    Example:
        =CR_HHI({30;30;20;20}) -> 2600
        =CR_HHI({10;20;30;40},{"A";"B";"A";"B"},,,"effective") -> 1.923076923

    Source:
        Herfindahl-Hirschman index; bands of the US merger guidelines, of market structure and not
        banking regulation, see CR_POLICY("hhi_bands","note").
    """
    held = portfolio(amounts, keys)
    shares = held.shares
    index = float(shares @ shares)
    count = len(shares)
    spread = 1 - 1 / count
    normalised = 1.0 if count == 1 else (index - 1 / count) / spread
    band = _band(_POINTS * index, bands, scheme, lang)
    points = _POINTS * index
    if out == "why":
        return _WORDS[lang].format(points, count, 1 / index, float(shares[0]), band)
    if out == "table":
        figures = (points, index, normalised, 1 / index, count, float(shares[0]), band)
        row = pd.DataFrame([figures], columns=list(_HEADERS[lang]), dtype=object)
        return Whole(row)
    results: dict[str, float | str] = {
        "index": index,
        "normalised": normalised,
        "effective": 1 / index,
        "band": band,
    }
    return results.get(out, points)


def _band(points: float, bands: pd.DataFrame | None, scheme: str, lang: str) -> str:
    """The band of an index; a point on a border belongs to the higher one.

    Raises:
        CallError: the borders do not rise, or the last band has one.
    """
    rows = rows_of_scheme(builtin("hhi_bands").rows if bands is None else bands, scheme)
    borders = rows["index_below"].to_numpy(dtype=np.float64)
    inner = borders[:-1]
    if np.isnan(inner).any() or (np.diff(inner) <= 0).any() or not np.isnan(borders[-1]):
        raise CallError(
            column_of("bands", "index_below", "指数上限"),
            ", ".join(f"{border:g}" for border in borders),
            Words("borders that rise, the last one blank", "递增且末行留空的上限"),
            code=errors.NUM,
        )
    place = int(np.searchsorted(inner, round(points, 9), side="right"))
    return str(rows[f"label_{lang}"].iloc[place])
