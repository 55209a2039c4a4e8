"""Grades from a score, with caps for the conditions that hold for a customer."""

from __future__ import annotations

import re
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, column_of, shorten
from udfs.grading.master_scales import check_unique, grade_key
from udfs.grading.scorecard_bins import SCORE_DECIMALS
from udfs.kinds import (
    FloatArray,
    Language,
    Numbers,
    Output,
    Table,
    TextArray,
    Texts,
)
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

GradeScale = Annotated[pd.DataFrame, Table(builtin="grade_scale")]
GradeCaps = Annotated[pd.DataFrame, Table(builtin="grade_caps")]

_SEPARATORS: Final = re.compile(r"[,;，；、]")


@udf(
    "CR_GRADE",
    family="grading",
    zh="""按得分评定信用等级，并按触发条件封顶。

    参数：
        score: 得分，单元格或区域；等级表默认 0 至 100 分。
        knockouts: 该客户触发的条件，代码或名称，以逗号分隔；无则留空。
        scale: 等级表：等级、下限（得分），由好到差；默认为内置表 grade_scale。
        caps: 封顶条件表：条件、封顶等级；默认为内置表 grade_caps。
        out: "value" 等级；"why" 理由；"table" 等级、得分、封顶前等级、封顶等级、封顶条件、说明。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与 score 同形的等级文本。
    错误：
        得分低于等级表最低分为 #NUM!；条件不在封顶条件表中为 #VALUE!。
    来源：
        得分分档加封顶条件，参照中国农业银行企业客户信用等级评定办法；见
        CR_POLICY("grade_scale","source","zh") 与 CR_POLICY("grade_caps","source","zh")。
    """,
)
def grade_of_score(
    score: Annotated[FloatArray, Numbers()],
    knockouts: Annotated[TextArray | None, Texts()] = None,
    scale: GradeScale | None = None,
    caps: GradeCaps | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Credit grade for a score, capped by the conditions that hold for the customer.

    A score on a cut-off belongs to the better grade; scores are compared at ten decimals. Of
    several caps the strictest binds.

    Args:
        score: Score, one cell or a range; the built-in scale runs from 0 to 100.
        knockouts: Conditions that hold for the customer, by code or label, with commas between;
            blank if none.
        scale: Grade scale: grade, lower (cut-off), best grade first; default the built-in
            grade_scale. A grade with a blank cut-off is reached by a cap only.
        caps: Grade caps: condition, cap (the best grade allowed); default the built-in grade_caps.
        out: "value" the grade; "why" the reason; "table" grade, score, grade by score, cap,
            binding condition and the grade's meaning.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Grade text in the shape of score.

    Errors:
        #NUM! where the score is below the scale's last cut-off; #VALUE! where a condition is not
        in the table of caps.

    Example:
        =CR_GRADE(74.2) -> "A"
        =CR_GRADE({92;92},{"";"restricted_industry, unaudited"}) -> {"AAA";"B"}

    Source:
        Score bands with caps: corporate rating rules of Agricultural Bank of China; see
        CR_POLICY("grade_scale","source") and CR_POLICY("grade_caps","source").
    """
    bands = _read_scale(builtin("grade_scale").rows if scale is None else scale)
    limits = _read_caps(builtin("grade_caps").rows if caps is None else caps, bands)
    rounded = np.round(score, SCORE_DECIMALS)
    by_score = bands.place(rounded)
    cap, binding, faults = _strictest(knockouts, len(score), limits)
    for row in np.flatnonzero(by_score < 0).tolist():
        faults[row] = CellError(
            errors.NUM,
            f"score must be at least {bands.cuts[-1]:g}, the scale's last cut-off; "
            f"got {score[row]:.15g}.",
            f"得分不得低于等级表最低分 {bands.cuts[-1]:g}，实际为 {score[row]:.15g}。",
        )
    place = np.maximum(by_score, cap)
    if out == "value":
        return _with(bands.grades[place], faults)
    result = _Graded(bands, limits, rounded, by_score, place, cap, binding, lang)
    if out == "table":
        frame = result.table()
        return frame.apply(lambda column: _with(column.to_numpy(), faults)) if faults else frame
    return _with(result.reasons(), faults)


@record
class _Bands:
    """A grade scale: its grades, and the cut-offs of those that a score can reach."""

    grades: TextArray
    labels: dict[str, TextArray]
    cuts: FloatArray
    reached: npt.NDArray[np.intp]

    def place(self, score: FloatArray) -> npt.NDArray[np.intp]:
        """The place of the grade of each score, -1 below the last cut-off."""
        passed = np.searchsorted(self.cuts[::-1], score, side="right")
        places: npt.NDArray[np.intp] = np.append(self.reached, -1)[len(self.cuts) - passed]
        return places


@record
class _Caps:
    """The table of caps: the place of each condition's best grade, and the names it goes by."""

    conditions: TextArray
    caps: npt.NDArray[np.intp]
    labels: dict[str, TextArray]
    place_of: dict[str, int]


@read_once
def _read_scale(table: pd.DataFrame) -> _Bands:
    grades = table["grade"].to_numpy()
    check_unique(grades, "scale", "grade", "等级")
    lower = table["lower"].to_numpy(dtype=np.float64)
    reached = np.flatnonzero(~np.isnan(lower))
    cuts = lower[reached]
    if not len(cuts) or (np.diff(cuts) >= 0).any():
        raise CallError(
            column_of("scale", "lower", "下限"),
            ", ".join(f"{cut:g}" for cut in cuts),
            Words("cut-offs that fall from the best grade to the worst", "由好到差递减的得分下限"),
        )
    return _Bands(
        grades, _labels(table, "meaning", grades), np.round(cuts, SCORE_DECIMALS), reached
    )


@read_once
def _read_caps(table: pd.DataFrame, bands: _Bands) -> _Caps:
    places = {grade_key(grade): i for i, grade in enumerate(bands.grades)}
    conditions = table["condition"].to_numpy()
    check_unique(conditions, "caps", "condition", "条件")
    labels = _labels(table, "label", conditions)
    of_scale = Words(
        f"a grade of the scale ({', '.join(bands.grades)})",
        f"等级表中的等级（{'、'.join(bands.grades)}）",
    )
    caps = []
    for condition, cap in zip(conditions, table["cap"], strict=True):
        if grade_key(cap) not in places:
            where = Words(f"caps, condition {condition}", f"caps 的条件 {condition}")
            raise CallError(where, cap, of_scale)
        caps.append(places[grade_key(cap)])
    place_of: dict[str, int] = {}
    for names in (*labels.values(), conditions):
        place_of |= {str(name).casefold(): i for i, name in enumerate(names)}
    return _Caps(conditions, np.array(caps, dtype=np.intp), labels, place_of)


def _labels(table: pd.DataFrame, column: str, keys: TextArray) -> dict[str, TextArray]:
    """The labels in both languages, the key where there is none."""
    found = {}
    for lang in ("en", "zh"):
        given = table[f"{column}_{lang}"].to_numpy()
        found[lang] = np.where(given == "", keys, given)
    return found


def _strictest(
    conditions: TextArray | None, count: int, limits: _Caps
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Faults]:
    """The strictest cap of each row and the condition behind it, both -1 where there is none."""
    if conditions is None:
        none = np.full(count, -1, dtype=np.intp)
        return none, none, {}
    codes, texts = pd.factorize(conditions)
    caps = np.full(len(texts), -1, dtype=np.intp)
    binding = np.full(len(texts), -1, dtype=np.intp)
    unknown: dict[int, CellError] = {}
    for i, text in enumerate(texts):
        for name in filter(None, (part.strip() for part in _SEPARATORS.split(text))):
            place = limits.place_of.get(name.casefold())
            if place is None:
                unknown[i] = _unknown_condition(name, limits)
            elif limits.caps[place] > caps[i]:
                caps[i], binding[i] = limits.caps[place], place
    faults = {row: unknown[codes[row]] for row in np.flatnonzero(np.isin(codes, list(unknown)))}
    return caps[codes], binding[codes], {int(row): error for row, error in faults.items()}


def _unknown_condition(name: str, limits: _Caps) -> CellError:
    codes, labels = ", ".join(limits.conditions), "、".join(limits.labels["zh"])
    return CellError(
        errors.VALUE,
        f"knockouts must name conditions of the table caps ({codes}); got {shorten(name)}.",
        f"knockouts 应为封顶条件表中的条件（{labels}），实际为 {shorten(name)}。",
    )


@record
class _Graded:
    """The grades of a call with what led to them."""

    bands: _Bands
    limits: _Caps
    score: FloatArray
    by_score: npt.NDArray[np.intp]
    place: npt.NDArray[np.intp]
    cap: npt.NDArray[np.intp]
    binding: npt.NDArray[np.intp]
    lang: str

    def table(self) -> pd.DataFrame:
        grades = np.append(self.bands.grades, "")
        parts = (
            grades[self.place],
            self.score,
            grades[self.by_score],
            grades[self.cap],
            np.append(self.limits.labels[self.lang], "")[self.binding],
            self.bands.labels[self.lang][self.place],
        )
        headers = {
            "en": ("grade", "score", "grade by score", "cap", "condition", "meaning"),
            "zh": ("等级", "得分", "封顶前等级", "封顶等级", "封顶条件", "说明"),
        }[self.lang]
        return pd.DataFrame(dict(zip(headers, parts, strict=True)))

    def reasons(self) -> TextArray:
        bands = [self._band(place) for place in self.bands.reached]
        of_grade = dict(zip(self.bands.reached.tolist(), bands, strict=True))
        one = self._reason_zh if self.lang == "zh" else self._reason_en
        texts = [
            one(row, of_grade.get(int(self.by_score[row]), "")) for row in range(len(self.score))
        ]
        return np.array(texts, dtype=object)

    def _band(self, place: int) -> str:
        """The scores that lead to a grade, in words."""
        i = int(np.flatnonzero(self.bands.reached == place)[0])
        low = f"{self.bands.cuts[i]:g}"
        if i == 0:
            return f"不低于 {low}" if self.lang == "zh" else f"is at least {low}"
        high = f"{self.bands.cuts[i - 1]:g}"
        if self.lang == "zh":
            return f"不低于 {low} 且低于 {high}"
        return f"lies from {low} to below {high}"

    def _reason_en(self, row: int, band: str) -> str:
        by_score = self.bands.grades[self.by_score[row]]
        text = f"Score {self.score[row]:.6g} {band}: grade {by_score}"
        if self.binding[row] < 0:
            return f"{text}."
        condition, cap = self._cap(row)
        if self.cap[row] > self.by_score[row]:
            return f"{text}, capped at {cap}: {condition}."
        return f"{text}; the cap at {cap} ({condition}) does not bind."

    def _reason_zh(self, row: int, band: str) -> str:
        by_score = self.bands.grades[self.by_score[row]]
        text = f"得分 {self.score[row]:.6g} {band}，等级为 {by_score}"
        if self.binding[row] < 0:
            return f"{text}。"
        condition, cap = self._cap(row)
        if self.cap[row] > self.by_score[row]:
            return joined(f"{text}；因", condition, f"，封顶为 {cap}。")
        return joined(f"{text}；", condition, f"的封顶等级 {cap} 未起作用。")

    def _cap(self, row: int) -> tuple[str, str]:
        condition = self.limits.labels[self.lang][self.binding[row]]
        return str(condition), str(self.bands.grades[self.cap[row]])


def _with(values: npt.NDArray[np.generic], faults: Faults) -> TextArray:
    return faulty(values, faults.items()) if faults else values.astype(object)
