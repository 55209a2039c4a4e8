"""RFM segments: names for combinations of R, F and M, by a table."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CallError, CellError, Words, column_of
from udfs.kinds import (
    UNKNOWN,
    Bounds,
    Choice,
    FlagArray,
    Flags,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
)
from udfs.read_once import read_once
from udfs.tables import builtin

_SCORE: Final = Bounds(lower=0, upper=9, whole=True)
_SIDE: Final = 10
_NO_ROW: Final = -1
_STAYS: Final = ""
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "label"),
        "why": ("reason", "原因", "理由"),
        "code": ("代码",),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {
    "en": ("segment", "code", "by_scores", "overdue"),
    "zh": ("类别", "代码", "按分数", "逾期"),
}
_OVERDUE: Final = {
    "en": {1: "yes", 0: "no", UNKNOWN: "not known"},
    "zh": {1: "是", 0: "否", UNKNOWN: "未知"},
}
SegmentMap = Annotated[pd.DataFrame, Table(builtin="rfm_segments")]


@udf(
    "CR_RFMSEG",
    family="rfm",
    zh="""按 R、F、M 分数给客户归类，逾期客户最好只能归入“风险客户”。

    自上而下取对照表中第一个符合的行，区间含两端；FM 为 F 与 M 的平均值，逢半进一。

    参数：
        r: R 分数，0 至 9；0 为没有事件。
        f: F 分数，0 至 9。
        m: M 分数，0 至 9。
        map: 对照表，默认内置表 rfm_segments；另有 rfm_segments_putler、rfm_segments_mean（八类），用 CR_POLICY 取得。
        overdue: 窗口内是否有逾期，TRUE 或 FALSE；空白为未知，理由中会说明；省略则不考虑。
        out: "value" 类别名称；"why" 理由；"code" 代码；"table" 类别、代码、按分数的类别、逾期。
        lang: 名称与理由的语言，"en" 或 "zh"。
    结果：
        每行一个类别名称。
    错误：
        对照表没有符合的行为 #N/A；分数不是 0 至 9 的整数为 #NUM!。
    来源：
        R 语言包 rfm 0.3.0，rfm_segment；逾期客户的限制为 creditcells 对贷款业务的处理。
    """,
)
def rfm_segment(
    r: Annotated[FloatArray, Numbers(bounds=_SCORE)],
    f: Annotated[FloatArray, Numbers(bounds=_SCORE)],
    m: Annotated[FloatArray, Numbers(bounds=_SCORE)],
    map: SegmentMap | None = None,  # noqa: A002 - what users call it
    overdue: Annotated[FlagArray, Flags()] | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Segment of a customer by R, F and M; an overdue customer is capped at At Risk.

    The first row of the map that fits wins, ends included; FM is the average of F and M, halves
    rounded up. Without any row that fits the customer has no segment.

    Args:
        r: R score, 0 to 9; 0 is a customer without events.
        f: F score, 0 to 9.
        m: M score, 0 to 9.
        map: Table of segments; default the built-in rfm_segments; others: CR_POLICY of
            "rfm_segments_putler" or "rfm_segments_mean" (eight classes).
        overdue: TRUE if a payment was missed in the window; a blank is not known and the reason
            says so; left out, it plays no part.
        out: "value" the segment's name; "why" the reason; "code" its code; "table" name, code,
            name by the scores alone, overdue.
        lang: Language of name and reason, "en" or "zh".

    Returns:
        One segment per row.

    Errors:
        #N/A if no row of the map fits; #NUM! if a score is not a whole number from 0 to 9.

    Example:
        =CR_RFMSEG({5;2;1},{5;4;1},{5;5;2}) -> {"Champions";"Can't Lose Them";"Lost"}
        =CR_RFMSEG(5,5,5,,TRUE) -> "At Risk"

    Source:
        R package rfm 0.3.0, rfm_segment; the overdue cap: creditcells reading for loans.
    """
    table = builtin("rfm_segments").rows if map is None else map
    cell = (r * 100 + f * 10 + m).astype(np.int16)
    by_scores = _fitting_rows(table)[cell]
    moved = _rows_if_overdue(table)
    final = by_scores if overdue is None else np.where(overdue == 1, moved[by_scores], by_scores)
    faults = _unmapped(by_scores, r, f, m)
    labels = _with_nothing(table, f"label_{lang}")
    codes = _with_nothing(table, "segment")
    if out == "why":
        reasons = _reasons((r, f, m), labels[by_scores], labels[final], overdue, lang)
        return faulty(reasons, faults.items())
    if out == "table":
        columns: list[npt.NDArray[Any]] = [labels[final], codes[final], labels[by_scores]]
        known = np.full(len(r), UNKNOWN) if overdue is None else overdue
        columns.append(_texts([_OVERDUE[lang][int(flag)] for flag in known]))
        shown = (faulty(column, faults.items()) for column in columns)
        return pd.DataFrame(dict(zip(_HEADERS[lang], shown, strict=True)))
    values = (codes if out == "code" else labels)[final]
    return faulty(values, faults.items()) if faults else values


@read_once
def _fitting_rows(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    """For each combination of scores, at 100R + 10F + M, the first row that fits; -1 if none."""
    r, f, m = np.indices((_SIDE, _SIDE, _SIDE))
    fm = (f + m + 1) // 2
    place = np.full((_SIDE, _SIDE, _SIDE), _NO_ROW)
    for row in range(len(table) - 1, -1, -1):
        fits = np.ones(place.shape, dtype=bool)
        for name, scores in (("r", r), ("f", f), ("m", m), ("fm", fm)):
            lower, upper = table[f"{name}_lower"].iloc[row], table[f"{name}_upper"].iloc[row]
            # A blank end is NaN and compares false, so ask for what is outside.
            fits &= ~((scores < lower) | (scores > upper))
        place[fits] = row
    return place.reshape(-1)


@read_once
def _rows_if_overdue(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    """The row that an overdue customer of each row is moved to; the last place is "no row"."""
    row_of = {code: row for row, code in reversed(list(enumerate(table["segment"])))}
    moved = []
    for row, code in enumerate(table["if_overdue"]):
        if code != _STAYS and code not in row_of:
            column = column_of("map", "if_overdue", "逾期时归入")
            allowed = Words("one of the table's own segments", "本表中的类别")
            raise CallError(column, code, allowed)
        moved.append(row_of.get(code, row))
    return np.array([*moved, _NO_ROW])


@read_once
def _with_nothing(table: pd.DataFrame, column: str) -> TextArray:
    """A column of the map, and a blank at the place of "no row"."""
    return _texts([*table[column], None])


def _unmapped(place: npt.NDArray[np.int64], r: FloatArray, f: FloatArray, m: FloatArray) -> Faults:
    return {
        int(i): CellError(
            errors.NA,
            f"no row of the map fits R {r[i]:.0f}, F {f[i]:.0f}, M {m[i]:.0f}; add a last row "
            "with blank limits for all others.",
            f"对照表中没有符合 R {r[i]:.0f}、F {f[i]:.0f}、M {m[i]:.0f} 的行；请在末尾增加一行限值空白的“其他”。",
        )
        for i in np.flatnonzero(place == _NO_ROW)
    }


def _reasons(
    scores: tuple[FloatArray, FloatArray, FloatArray],
    by_scores: TextArray,
    final: TextArray,
    overdue: FlagArray | None,
    lang: str,
) -> TextArray:
    sentence = {
        "en": "R {:.0f}, F {:.0f}, M {:.0f} fit {}{}.",
        "zh": "R {:.0f}、F {:.0f}、M {:.0f} 符合“{}”{}。",
    }[lang]
    moved = {"en": "; overdue, therefore {}", "zh": "；有逾期，故归入“{}”"}[lang]
    unknown = {"en": "; overdue is not known", "zh": "；是否逾期未知"}[lang]
    flags = [0] * len(final) if overdue is None else overdue.tolist()
    rows = zip(*(s.tolist() for s in scores), by_scores, final, flags, strict=True)
    return _texts(
        [
            sentence.format(r, f, m, first, moved.format(last))
            if first != last
            else sentence.format(r, f, m, first, unknown if flag == UNKNOWN else "")
            for r, f, m, first, last, flag in rows
        ]
    )


def _texts(items: list[str | None]) -> TextArray:
    texts = np.empty(len(items), dtype=object)
    texts[:] = items
    return texts
