"""Back-test of grades: the defaults of a year against the PDs of the master scale."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words, one_of
from udfs.grading.master_scales import MasterScale, grade_key, read_master_scale
from udfs.kinds import Choice, FloatArray, Language, Number, TextArray, Texts
from udfs.labels import IndexArray
from udfs.records import record
from udfs.validation.bands import Bands, TestLights, read_bands
from udfs.validation.default_counts import (
    CORRELATION,
    METHODS,
    check_method,
    overstated,
    p_value_of_all,
    p_values,
)
from udfs.validation.samples import LeftOut, Outcomes, p_words, usable_rows

_OUTPUTS: Final = Choice(
    {
        "table": ("all", "明细", "表"),
        "value": ("p", "值", "结果"),
        "light": ("信号灯",),
        "why": ("reason", "原因", "理由"),
    }
)
_HEADERS: Final = {
    "en": (
        "grade",
        "n",
        "defaults",
        "default_rate",
        "pd",
        "expected_defaults",
        "p_value",
        "p_overstated",
        "light",
        "p_inverted",
    ),
    "zh": (
        "等级",
        "客户数",
        "违约数",
        "违约率",
        "违约概率",
        "预期违约数",
        "p 值",
        "高估 p 值",
        "信号灯",
        "倒挂 p 值",
    ),
}
_TOTAL: Final = {"en": "total", "zh": "合计"}
_LEFT_OUT: Final = {"en": "left out", "zh": "未计入"}


@udf(
    "CR_BACKTEST",
    family="validation",
    zh="""全体客户：信用等级的返回检验：各等级实际违约与主标尺违约概率的比较、信号灯，以及违约率倒挂的等级。

    p 值为违约概率正确时违约数不少于实际数的概率；合计行按各级分布合并计算，只检验总体水平。违约实际上彼此相关，
    未给出 correlation 时检验偏严。倒挂列的 p 值为两级违约率相同时出现如此倒挂的概率（Fisher）。
    空白行不计；缺值或有误的行不计入，另列一行。

    参数：
        grade: 每个客户期初的等级。
        bad: 每个客户一年内是否违约：1 违约，0 未违约，与 grade 行数相同。
        scale: 主标尺：等级、违约概率，由好到差；默认为内置表 master_scale。
        method: 各等级的检验："exact" 二项分布（默认）；"normal" 正态近似；"jeffreys" 杰弗里斯检验。
        correlation: 资产相关性，小数，0 至小于 1；默认 0，即违约相互独立；仅用于 "exact"。
        lights: 信号灯表；默认为内置表 test_lights。
        out: "table" 各等级明细与合计（默认）；"value" 全部客户的 p 值；"light" 全部客户的信号灯；"why" 结论。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        带表头的表、一个数或一个文本。
    错误：
        主标尺中没有某个等级，为 #VALUE!；没有可用的行，为 #NUM!。
    来源：
        巴塞尔委员会工作论文第 14 号（2005）第三部分；主标尺见 CR_POLICY("master_scale","source","zh")。
    """,
)
def back_test(
    grade: Annotated[Column, Texts(series="sample")],
    bad: Outcomes,
    scale: MasterScale | None = None,
    method: Annotated[str, METHODS] = "exact",
    correlation: Annotated[float, Number(bounds=CORRELATION)] = 0,
    lights: TestLights | None = None,
    out: Annotated[str, _OUTPUTS] = "table",
    lang: Language = "en",
) -> Whole:
    """All customers together: back-test of grades: defaults of each grade against its PD, lights, and inversions.

    The p-value is the chance of at least so many defaults if the PD is right; the total row combines
    the grades and tests the level only. Without a correlation the test is strict, since defaults do
    go together. The p-value of an inversion is the chance of it if both grades default at one rate
    (Fisher). Blank rows do not count; rows with a missing or faulty value are left out and counted
    in a row of their own.

    Args:
        grade: Grade of each customer at the start of the year.
        bad: Whether each customer defaulted within it: 1 defaulted, 0 not; as many rows as grade.
        scale: Master scale: grade, pd, best grade first; default the built-in master_scale.
        method: Test of each grade: "exact" binomial distribution (default); "normal" its
            approximation; "jeffreys" Jeffreys test.
        correlation: Asset correlation, decimal from 0 to below 1; default 0: defaults are
            independent; for "exact" only.
        lights: Traffic lights by p-value; default the built-in test_lights.
        out: "table" grade by grade with a total (default); "value" p-value of all customers;
            "light" traffic light of all customers; "why" the verdict.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        A table with headers, one number, or one text.

    Errors:
        #VALUE! if a grade is not on the scale; #NUM! if no row can be used.

    Example:
        =CR_BACKTEST({"A";"A";"B";"B";"B";"B"},{0;0;0;1;0;1},{"grade","pd";"A",0.01;"B",0.1},,,,"value") -> 0.05816845
        =CR_BACKTEST({"A";"A";"B";"B";"B";"B"},{0;1;0;0;0;1},{"grade","pd";"A",0.01;"B",0.1},,,,"why") -> "2 of 6 customers defaulted (33.33%), 0.4 expected: p 0.0582, green. By grade (of 2, 0.0 red by chance): yellow A. Inverted, maybe by chance: B below A."

    Source:
        Basel Committee, Working Paper 14 (2005), part III; master scale: see
        CR_POLICY("master_scale","source").
    """
    bands = read_bands(lights, "test_lights", "p_from", "lights")
    check_method(method, correlation)
    tested = _tested(grade, bad, read_master_scale(scale), _Test(method, correlation, bands))
    if out == "value":
        return Whole(tested.p_of_all)
    if out == "light":
        return Whole(bands.labels[lang][bands.place(tested.p_of_all)])
    return Whole(tested.table(lang) if out == "table" else tested.reason(lang))


@record
class _Test:
    """How grades are tested."""

    method: str
    correlation: float
    bands: Bands


def _tested(grade: Column, bad: Column, scale: pd.DataFrame, test: _Test) -> _Tested:
    used, left_out = usable_rows({"grade": grade, "bad": bad})
    if not used.any():
        raise CallError(
            Words("grade and bad", "grade 与 bad"),
            Words(
                f"no complete row, {left_out.count} left out",
                f"没有完整的行，未计入 {left_out.count} 行",
            ),
            Words("at least one row with both values", "至少一行两者齐全"),
            code=errors.NUM,
        )
    places = _places(grade.values[used], scale["grade"].to_numpy())
    n = np.bincount(places, minlength=len(scale)).astype(np.float64)
    defaults = np.bincount(places, weights=bad.values[used], minlength=len(scale))
    seen = n > 0
    grades = scale["grade"].to_numpy(dtype=object)[seen]
    chances = scale["pd"].to_numpy(dtype=np.float64)[seen]
    return _Tested(grades, n[seen], defaults[seen].astype(np.float64), chances, test, left_out)


def _places(grades: TextArray, scale: TextArray) -> IndexArray:
    """The place of each grade on the scale.

    Raises:
        CallError: a grade is not on it.
    """
    place_of = {grade_key(grade): i for i, grade in enumerate(scale)}
    codes, uniques = pd.factorize(grades)
    for text in uniques:
        if grade_key(text) not in place_of:
            raise CallError("grade", str(text), one_of(scale))
    return np.array([place_of[grade_key(text)] for text in uniques], dtype=np.intp)[codes]


@record(caches=True)
class _Tested:
    """The grades that occur, from the best to the worst, with their defaults."""

    grades: TextArray
    n: FloatArray
    defaults: FloatArray
    chances: FloatArray
    test: _Test
    left_out: LeftOut

    @cached_property
    def p(self) -> FloatArray:
        """The p-value of each grade."""
        test = self.test
        return p_values(self.n, self.defaults, self.chances, test.method, test.correlation)

    @cached_property
    def p_overstated(self) -> FloatArray:
        """The p-value of each grade's PD being no higher than it ought to be."""
        return overstated(self.n, self.defaults, self.chances, self.test.correlation)

    @cached_property
    def p_of_all(self) -> float:
        """The p-value of all grades together."""
        count = float(self.defaults.sum())
        return p_value_of_all(self.n, count, self.chances, self.test.correlation)

    @cached_property
    def inversions(self) -> dict[int, float]:
        """The grades that defaulted less than the better one before, with the chance of that."""
        from scipy.stats import fisher_exact  # noqa: PLC0415 - slow to import

        counts = np.column_stack([self.defaults, self.n - self.defaults])
        falls = np.flatnonzero(np.diff(self.defaults / self.n) < 0).tolist()
        return {
            place + 1: float(fisher_exact(counts[place : place + 2], "greater").pvalue)
            for place in falls
        }

    def table(self, lang: str) -> pd.DataFrame:
        bands = self.test.bands
        labels = bands.labels[lang]
        columns: list[list[Any]] = [
            self.grades.tolist(),
            self.n.tolist(),
            self.defaults.tolist(),
            (self.defaults / self.n).tolist(),
            self.chances.tolist(),
            (self.n * self.chances).tolist(),
            self.p.tolist(),
            self.p_overstated.tolist(),
            labels[bands.places(self.p)].tolist(),
            [self.inversions.get(place) for place in range(len(self.n))],
        ]
        n, count, expected = self._sums()
        p = self.p_of_all
        total = [
            _TOTAL[lang],
            n,
            count,
            count / n,
            expected / n,
            expected,
            p,
            None,
            labels[bands.place(p)],
            None,
        ]
        lines = [*zip(*columns, strict=True), tuple(total)]
        if self.left_out.count:
            blanks = (None,) * (len(total) - 2)
            lines.append((_LEFT_OUT[lang], self.left_out.count, *blanks))
        return pd.DataFrame(lines, columns=list(_HEADERS[lang]), dtype=object)

    def _sums(self) -> tuple[float, float, float]:
        expected = float(np.dot(self.n, self.chances))
        return float(self.n.sum()), float(self.defaults.sum()), expected

    def reason(self, lang: str) -> str:
        n, count, expected = self._sums()
        label = self.test.bands.labels[lang][self.test.bands.place(self.p_of_all)]
        p = p_words(self.p_of_all, lang)
        parts = [self._by_grade(lang), self._too_high(lang), self._inverted(lang)]
        remark = self.left_out.remark(lang)
        if lang == "zh":
            return (
                f"{n:.0f} 户中违约 {count:.0f} 户（{count / n:.2%}），预期 {expected:.1f} 户：{p}，"
                f"{label}。{''.join(parts)}{remark}"
            )
        return (
            f"{count:.0f} of {n:.0f} customers defaulted ({count / n:.2%}), {expected:.1f} "
            f"expected: {p}, {label}. {' '.join(filter(None, parts))}{remark}"
        )

    def _by_grade(self, lang: str) -> str:
        """The grades by light, the worst light first, beside how many chance alone would bring."""
        bands, zh = self.test.bands, lang == "zh"
        labels = bands.labels[lang]
        places = bands.places(self.p)
        lit = [
            f"{labels[place]} {', '.join(self.grades[places == place])}"
            for place in range(len(labels) - 1, 0, -1)
            if (places == place).any()
        ]
        if not lit:
            return f"各等级均为{labels[0]}。" if zh else f"Every grade is {labels[0]}."
        number = len(self.grades)
        chance = f"{number * bands.limits[-2]:.1f}"
        if zh:
            return (
                f"按等级（共 {number} 级，偶然出现{labels[-1]}约 {chance} 级）：{'；'.join(lit)}。"
            )
        return f"By grade (of {number}, {chance} {labels[-1]} by chance): {'; '.join(lit)}."

    def _too_high(self, lang: str) -> str:
        """The grades whose PD is too high by the strictest limit."""
        bands = self.test.bands
        high = self.grades[bands.places(self.p_overstated) == len(bands.limits) - 1]
        if not len(high):
            return ""
        listed = ", ".join(high)
        return f"违约概率偏高：{listed}。" if lang == "zh" else f"PD too high: {listed}."

    def _inverted(self, lang: str) -> str:
        """The inversions that are more than chance, and the others."""
        zh = lang == "zh"
        if not self.inversions:
            return (
                "违约率逐级上升，没有倒挂。"
                if zh
                else "Default rates never fall from grade to grade."
            )
        sure, maybe = [], []
        for place, p in self.inversions.items():
            worse, better = self.grades[place], self.grades[place - 1]
            if p < self.test.bands.limits[0]:
                told = p_words(p, lang)
                sure.append(
                    f"{worse} 的违约率低于 {better}（{told}）"
                    if zh
                    else f"{worse} defaulted less than {better} ({told})"
                )
            else:
                maybe.append(f"{worse} 低于 {better}" if zh else f"{worse} below {better}")
        if zh:
            parts = [f"倒挂：{'，'.join(sure)}。"] if sure else []
            parts += [f"可能出于偶然的倒挂：{'，'.join(maybe)}。"] if maybe else []
            return "".join(parts)
        parts = [f"Inverted: {', '.join(sure)}."] if sure else []
        parts += [f"Inverted, maybe by chance: {', '.join(maybe)}."] if maybe else []
        return " ".join(parts)
