"""A customer against a table of peers' quartiles, such as a yearbook's or last year's own book."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CallError, CellError, Words, column_of
from udfs.kinds import (
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    TableColumn,
    Text,
    TextArray,
    Texts,
)
from udfs.labels import IndexArray, joined_codes
from udfs.ratios.names import name_key
from udfs.ratios.peer_groups import BETTER, LEVELS, NO_GROUP, QUARTERS, quarter_of
from udfs.read_once import read_once
from udfs.records import record

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "quarter", "四分位"),
        "number": ("序号",),
        "gap": ("差距",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {
    "en": ("value", "peers", "quarter", "lower_quartile", "median", "upper_quartile", "gap"),
    "zh": ("数值", "同业范围", "四分位", "下四分位数", "中位数", "上四分位数", "差距"),
}
_SENTENCE: Final = {
    "en": "{:.6g} is in the {} of {}: quartiles {:.6g}, {:.6g}, {:.6g}, gap to the median {:+.6g}{}.",
    "zh": "{:.6g} 位于{}的{}：四分位数 {:.6g}、{:.6g}、{:.6g}，与中位数的差距 {:+.6g}{}。",
}
_WIDENED: Final = {"en": "; peers has no row for {}", "zh": "；同业表没有{}的行"}
PeerTable = Annotated[
    pd.DataFrame,
    Table(
        columns=(
            TableColumn(name="ratio", zh="比率", kind="text", required=False),
            TableColumn(name="industry", zh="行业", kind="text", required=False),
            TableColumn(name="size", zh="规模", kind="text", required=False),
            TableColumn(name="lower_quartile", zh="下四分位数"),
            TableColumn(name="median", zh="中位数"),
            TableColumn(name="upper_quartile", zh="上四分位数"),
        )
    ),
]


@record
class _Found:
    """The row of the table of peers that each customer is compared with.

    Attributes:
        level: 0 industry and size, 1 industry, 2 all, ``NO_GROUP``.
        quartiles: rows × 3.
        names: the peers in words.
        wanted: industry and size as given, in words.
    """

    level: IndexArray
    quartiles: FloatArray
    names: TextArray
    wanted: TextArray


@udf(
    "CR_PEER",
    family="ratios",
    zh="""与外部同业表（各行业四分位数）比较：一个比率处于同业的哪个四分位、与中位数差多少。

    先找同行业同规模的行，没有则用同行业（规模留空）的行，再没有用行业、规模均留空的行，理由中注明。CR_BENCH 的 "quartiles"
    可直接作为同业表，用于单个新客户。

    参数：
        value: 客户的比率，单元格或区域。
        peers: 同业表：下四分位数、中位数、上四分位数，及可选的比率、行业、规模列；行业、规模留空表示全部。
        industry: 客户的行业，与同业表写法一致；空白用全部。
        size: 客户的规模，与同业表写法一致；空白不分规模。
        better: "higher" 越高越好（默认）；"lower" 越低越好。
        ratio: 同业表含多个比率时，取哪一个。
        out: "value" 四分位（默认）；"number" 1（最优）至 4；"gap" 减去中位数之差；"why" 理由；"table" 明细。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本或数字。
    错误：
        同业表没有可用的行为 #N/A；四分位数不是由小到大，或表中有多个比率而未指明，整个调用为错误。
    来源：
        creditcells；等于四分位数者归入较优的一档。
    """,
)
def against_peers(
    value: Annotated[FloatArray, Numbers()],
    peers: PeerTable,
    industry: Annotated[TextArray | None, Texts()] = None,
    size: Annotated[TextArray | None, Texts()] = None,
    better: Annotated[str, BETTER] = "higher",
    ratio: Annotated[str, Text()] = "",
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Quarter of the peers that a ratio is in, by a table of quartiles, and the gap to the median.

    The row of the customer's industry and size counts, else that of the industry (size blank),
    else the one with both blank, and the reason says so. What CR_BENCH gives as "quartiles" is
    such a table, so that a new customer can be compared with the book.

    Args:
        value: Ratio of the customers, one cell or a range.
        peers: Table: lower_quartile, median, upper_quartile, and where wanted ratio, industry and
            size; blank industry or size stands for all.
        industry: Industry of the customers as peers writes it; blank: all.
        size: Size of the customers as peers writes it; blank: any.
        better: "higher" values are better (default); "lower" values are better.
        ratio: Which ratio, where peers holds several.
        out: "value" the quarter (default); "number" 1, the best, to 4; "gap" to the median; "why"
            the reason; "table" all of it.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        Text or number in the common shape.

    Errors:
        #N/A where peers has no row to compare with; the call fails if quartiles do not ascend or
        peers holds several ratios and none is named.

    Example:
        =CR_PEER({0.5;0.62;0.8},{"industry","lower_quartile","median","upper_quartile";"C",0.5,0.6,0.7;"",0.45,0.55,0.65},{"C";"C";"F"},,"lower") -> {"best quarter";"third quarter";"worst quarter"}

    Source:
        creditcells; a value on a quartile belongs to the better side.
    """
    table = _rows_of_ratio(peers, ratio)
    higher = better == "higher"
    found = _found(table, len(value), industry, size, lang)
    faults = _unfound(found)
    quarter = quarter_of(value, found.quartiles, higher=higher)
    gap = value - found.quartiles[:, 1]
    if out in ("number", "gap"):
        number: FloatArray = gap if out == "gap" else quarter.astype(np.float64) + 1
        return faulty(number, faults.items()) if faults else number
    words = np.array([*QUARTERS[lang], None], dtype=object)[quarter]
    if out == "value":
        return faulty(words, faults.items())
    cuts = found.quartiles.T
    if out == "table":
        columns = (found.names, words, *cuts, gap)
        shown = [value, *(faulty(column, faults.items()) for column in columns)]
        return pd.DataFrame(dict(zip(_HEADERS[lang], shown, strict=True)), dtype=object)
    return faulty(_reasons(value, words, found, gap, lang), faults.items())


@read_once
def _rows_of_ratio(peers: pd.DataFrame, ratio: str) -> pd.DataFrame:
    """The rows of the ratio asked for.

    Raises:
        CallError: it has none, several ratios stand in the table, or quartiles do not ascend.
    """
    names = [name for name in peers["ratio"].unique() if name]
    table = peers
    if ratio:
        keys = [name_key(str(name)) for name in peers["ratio"]]
        table = peers[[key == name_key(ratio) for key in keys]]
        if not len(table):
            listed = ", ".join(names) or "none"
            raise CallError(
                "ratio",
                ratio,
                Words(
                    f"a ratio of peers ({listed})", f"同业表中的比率（{'、'.join(names) or '无'}）"
                ),
            )
    elif len(names) > 1:
        raise CallError(
            "ratio",
            Words("nothing", "空"),
            Words(
                f"one of {', '.join(names)}, which peers holds",
                f"同业表中的 {'、'.join(names)} 之一",
            ),
        )
    cuts = table[["lower_quartile", "median", "upper_quartile"]].to_numpy(dtype=np.float64)
    wrong = np.flatnonzero((np.diff(cuts, axis=1) < 0).any(axis=1))
    if len(wrong):
        raise CallError(
            column_of("peers", "median", "中位数", int(wrong[0]) + 1),
            cuts[wrong[0]].tolist(),
            Words("quartiles in ascending order", "由小到大的四分位数"),
        )
    return table


@read_once
def _places(table: pd.DataFrame) -> dict[tuple[str, str], int]:
    """The first row of each industry and size."""
    listed = list(enumerate(zip(table["industry"], table["size"], strict=True)))
    return {(_key(i), _key(s)): place for place, (i, s) in reversed(listed)}


def _found(
    table: pd.DataFrame,
    count: int,
    industry: TextArray | None,
    size: TextArray | None,
    lang: str,
) -> _Found:
    """The narrowest row for each customer; each pair of industry and size is looked up once."""
    rows = _places(table)
    blank = np.full(count, "", dtype=object)
    given = [blank if texts is None else texts for texts in (industry, size)]
    codes = joined_codes(pd.factorize(given[0])[0], pd.factorize(given[1])[0])
    _, first = np.unique(codes, return_index=True)
    mark = "、" if lang == "zh" else ", "
    level, place, names, wanted = [], [], [], []
    for row in first.tolist():
        own = (str(given[0][row]), str(given[1][row]))
        tries = ((_key(own[0]), _key(own[1])), (_key(own[0]), ""), ("", ""))
        reached = next((n for n, key in enumerate(tries) if key in rows), NO_GROUP)
        level.append(reached)
        place.append(rows[tries[reached]] if reached < NO_GROUP else 0)
        kept = {0: own, 1: own[:1]}.get(reached, ())
        names.append(mark.join(part for part in kept if part) or LEVELS[lang][2])
        wanted.append(mark.join(part for part in own if part))
    cuts = table[["lower_quartile", "median", "upper_quartile"]].to_numpy(dtype=np.float64)
    quartiles = np.where(np.array(level)[:, None] < NO_GROUP, cuts[place], np.nan)
    return _Found(
        np.array(level, dtype=np.intp)[codes],
        quartiles[codes],
        np.array(names, dtype=object)[codes],
        np.array(wanted, dtype=object)[codes],
    )


def _key(text: str) -> str:
    return str(text).strip().casefold()


def _unfound(found: _Found) -> Faults:
    faults: Faults = {}
    for row in np.flatnonzero(found.level == NO_GROUP).tolist():
        wanted = found.wanted[row]
        faults[row] = CellError(
            errors.NA,
            f"peers has no row for {wanted or 'all'}, and none with industry and size blank.",
            f"同业表没有{wanted or '全部'}的行，也没有行业与规模均留空的行。",
        )
    return faults


def _reasons(
    value: FloatArray, words: TextArray, found: _Found, gap: FloatArray, lang: str
) -> TextArray:
    reasons = np.empty(len(value), dtype=object)
    rows = zip(
        value.tolist(), words, found.names, found.quartiles.tolist(), gap.tolist(), strict=True
    )
    for i, (number, word, name, cuts, distance) in enumerate(rows):
        whole = found.names[i] == found.wanted[i] or not found.wanted[i]
        tail = "" if whole else _WIDENED[lang].format(found.wanted[i])
        group = (name, word) if lang == "zh" else (word, name)
        reasons[i] = _SENTENCE[lang].format(number, *group, *cuts, distance, tail)
    return reasons
