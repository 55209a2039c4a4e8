"""The move of each customer between two grades: up, unchanged, down, new or withdrawn."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
from udfs.grading.grade_order import GradeOrder, grade_order
from udfs.kinds import Choice, FloatArray, Language, TextArray, TextList, Texts
from udfs.labels import blank_nan, errors_at, once_each, unknown
from udfs.monitoring.grade_lists import is_withdrawn
from udfs.records import record
from udfs.tables import builtin

Grades = Annotated[TextArray, Texts(blanks=True)]

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "notches": ("级数",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_WORDS: Final = {
    "en": ("", "unchanged", "upgraded", "downgraded", "new", "withdrawn"),
    "zh": ("", "不变", "上调", "下调", "新增", "退出"),
}
_NOTHING, _SAME, _UP, _DOWN, _NEW, _GONE = range(6)
_HEADERS: Final = {
    "en": ("move", "notches", "grade at the beginning", "grade at the end"),
    "zh": ("变动", "下调级数", "期初等级", "期末等级"),
}


@udf(
    "CR_GRADEMOVE",
    family="monitoring",
    zh="""每个客户的等级变动：上调、不变、下调、新增或退出，以及变动级数。

    参数：
        grade_begin: 期初等级，单元格或区域；空白或 NR 为期初没有等级。
        grade_end: 期末等级；空白或 NR 为退出。
        grades: 等级由好到差的列表；默认为等级表 grade_scale，带 + 或 - 的等级各差三分之一级。
        out: "value" 变动（默认）；"notches" 级数，下调为正、上调为负；"why" 理由；"table" 全部。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本或数字；两个等级都没有时为空白。
    错误：
        等级不在列表中为 #VALUE!，仅影响该行。
    来源：
        等级表见 CR_POLICY("grade_scale")；全体客户的矩阵见 CR_MIGRATE。
    """,
)
def grade_move(
    grade_begin: Grades,
    grade_end: Grades,
    grades: Annotated[list[str], TextList()] | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | FloatArray | pd.DataFrame:
    """The move of each customer's grade: upgraded, unchanged, downgraded, new or withdrawn.

    Args:
        grade_begin: Grade at the beginning, one cell or a range; a blank or NR is no grade.
        grade_end: Grade at the end; a blank or NR is a withdrawal.
        grades: Grades from best to worst; default the grade scale, on which a + or - is a third of
            a notch.
        out: "value" the move (default); "notches" how far, positive for down; "why" the reason;
            "table" all of it.
        lang: Language of words and headers, "en" or "zh".

    Returns:
        Text or numbers in the common shape; blank where there is no grade at either end.

    Errors:
        #VALUE! in the row whose grade is not in the list.

    Example:
        =CR_GRADEMOVE({"A";"A";"";"A"},{"AA";"BB";"A";"NR"}) -> {"upgraded";"downgraded";"new";"withdrawn"}
        =CR_GRADEMOVE("A","BB",,"why") -> "A to BB: downgraded by 2 notches."

    Source:
        Grade scale: CR_POLICY("grade_scale"); the matrix of all customers: CR_MIGRATE.
    """
    order = grade_order(builtin("grade_scale").rows if grades is None else _scale(grades))
    begin, faults = _ranks(grade_begin, order, "grade_begin")
    end, more = _ranks(grade_end, order, "grade_end")
    faults = more | faults
    moves = _Moves(grade_begin, grade_end, end - begin, _places(begin, end))
    if out == "notches":
        shown = blank_nan(moves.notches)
        return faulty(shown, faults.items())
    words = np.array(_WORDS[lang], dtype=object)[moves.place]
    if out == "value":
        return faulty(words, faults.items()) if faults else words
    if out == "table":
        parts = (words, blank_nan(moves.notches), grade_begin, grade_end)
        return pd.DataFrame(
            {
                name: faulty(part, faults.items()) if faults else part
                for name, part in zip(_HEADERS[lang], parts, strict=True)
            }
        )
    texts = [faults.get(row) or moves.sentence(row, lang) for row in range(len(words))]
    return np.array(texts, dtype=object)


def _scale(grades: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"grade": np.array(grades, dtype=object)})


def _ranks(texts: TextArray, order: GradeOrder, name: str) -> tuple[FloatArray, Faults]:
    """The rank of each grade, NaN for none, and the rows with a text that is no grade."""

    def read(text: str) -> float | CellError:
        if not text or is_withdrawn(text):
            return np.nan
        rank = order.rank(text)
        return unknown(name, text, order.grades) if np.isnan(rank) else rank

    codes, found = once_each(texts, read)
    ranks = [np.nan if isinstance(rank, CellError) else rank for rank in found]
    return np.array(ranks, dtype=np.float64)[codes], errors_at(codes, found)


def _places(begin: FloatArray, end: FloatArray) -> np.ndarray:
    """The place of each move among the words."""
    rated, still = ~np.isnan(begin), ~np.isnan(end)
    moved = [
        rated & still & (end == begin),
        end < begin,
        end > begin,
        ~rated & still,
        rated & ~still,
    ]
    return np.select(moved, [_SAME, _UP, _DOWN, _NEW, _GONE], default=_NOTHING)


@record
class _Moves:
    """The moves of a call; ``notches`` is NaN where a grade is missing."""

    begin: TextArray
    end: TextArray
    notches: FloatArray
    place: np.ndarray

    def sentence(self, row: int, lang: str) -> str:
        """The move of one customer in words; blank where there is none."""
        place, word = self.place[row], _WORDS[lang][self.place[row]]
        begin, end = self.begin[row], self.end[row]
        zh = lang == "zh"
        if place == _NOTHING:
            return ""
        if place == _NEW:
            return f"期初没有等级，期末 {end}：{word}。" if zh else f"No grade to {end}: {word}."
        if place == _GONE:
            return (
                f"期初 {begin}，期末没有等级：{word}。" if zh else f"{begin} to no grade: {word}."
            )
        if place == _SAME:
            return f"{begin} 至 {end}：{word}。" if zh else f"{begin} to {end}: {word}."
        size = f"{abs(self.notches[row]):.3g}"
        if zh:
            return f"{begin} 至 {end}：{word} {size} 级。"
        return f"{begin} to {end}: {word} by {size} {'notch' if size == '1' else 'notches'}."
