"""Back-test of grades: the defaults of a year against the PDs of the master scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words, one_of
from udfs.grading.master_scales import MasterScale, grade_key, read_master_scale
from udfs.kinds import Choice, FloatArray, Language, TextArray, Texts
from udfs.labels import IndexArray
from udfs.validation.bands import Bands, TestLights, read_bands
from udfs.validation.default_counts import METHODS, overstated, p_value_of_all, p_values
from udfs.validation.samples import LeftOut, Outcomes, usable_rows

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
        "inverted",
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
        "倒挂",
    ),
}
_TOTAL: Final = {"en": "total", "zh": "合计"}
_LEFT_OUT: Final = {"en": "left out", "zh": "未计入"}


@udf(
    "CR_BACKTEST",
    family="validation",
    zh="""全体客户：信用等级的返回检验：各等级实际违约与主标尺违约概率的比较、信号灯，以及违约率倒挂的等级。

    p 值为违约概率正确且客户违约相互独立时，违约数不少于实际数的概率。合计行检验全部等级，按各级分布合并计算。
    空白行不计；缺值或有误的行不计入，另列一行。

    参数：
        grade: 每个客户期初的等级。
        bad: 每个客户一年内是否违约：1 违约，0 未违约，与 grade 行数相同。
        scale: 主标尺：等级、违约概率，由好到差；默认为内置表 master_scale。
        method: 各等级的检验："exact" 二项分布（默认）；"normal" 正态近似；"jeffreys" 杰弗里斯检验。
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
    lights: TestLights | None = None,
    out: Annotated[str, _OUTPUTS] = "table",
    lang: Language = "en",
) -> Whole:
    """All customers together: back-test of grades: defaults of each grade against its PD, lights, and inversions.

    The p-value is the chance of at least so many defaults if the PD is right and customers default
    independently. The total row tests all grades at once, with the distributions of the grades
    combined. Blank rows do not count; rows with a missing or faulty value are left out and counted
    in a row of their own.

    Args:
        grade: Grade of each customer at the start of the year.
        bad: Whether each customer defaulted within it: 1 defaulted, 0 not; as many rows as grade.
        scale: Master scale: grade, pd, best grade first; default the built-in master_scale.
        method: Test of each grade: "exact" binomial distribution (default); "normal" its
            approximation; "jeffreys" Jeffreys test.
        lights: Traffic lights by p-value; default the built-in test_lights.
        out: "table" grade by grade with a total (default); "value" p-value of all customers;
            "light" traffic light of all customers; "why" the verdict.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        A table with headers, one number, or one text.

    Errors:
        #VALUE! if a grade is not on the scale; #NUM! if no row can be used.

    Example:
        =CR_BACKTEST({"A";"A";"B";"B";"B";"B"},{0;0;0;1;0;1},{"grade","pd";"A",0.01;"B",0.1},,,"value") -> 0.05816845
        =CR_BACKTEST({"A";"A";"B";"B";"B";"B"},{0;1;0;0;0;1},{"grade","pd";"A",0.01;"B",0.1},,,"why") -> "2 of 6 customers defaulted (33.33%), 0.4 expected: p 0.0582, green. By grade: yellow A. Inverted: B defaulted less than A."

    Source:
        Basel Committee, Working Paper 14 (2005), part III; master scale: see
        CR_POLICY("master_scale","source").
    """
    bands = read_bands(lights, "test_lights", "p_from", "lights")
    tested = _tested(grade, bad, read_master_scale(scale), method, bands)
    if out == "value":
        return Whole(tested.p_of_all)
    if out == "light":
        return Whole(bands.labels[lang][bands.place(tested.p_of_all)])
    return Whole(tested.table(lang) if out == "table" else tested.reason(lang))


def _tested(grade: Column, bad: Column, scale: pd.DataFrame, method: str, bands: Bands) -> _Tested:
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
    return _Tested(
        grades, n[seen], defaults[seen].astype(np.float64), chances, method, bands, left_out
    )


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


@dataclass(frozen=True, slots=True)
class _Tested:
    """The grades that occur, from the best to the worst, with their defaults."""

    grades: TextArray
    n: FloatArray
    defaults: FloatArray
    chances: FloatArray
    method: str
    bands: Bands
    left_out: LeftOut

    @property
    def p(self) -> FloatArray:
        return p_values(self.n, self.defaults, self.chances, self.method)

    @property
    def p_of_all(self) -> float:
        return p_value_of_all(self.n, float(self.defaults.sum()), self.chances)

    @property
    def inverted(self) -> list[bool]:
        """Whether each grade had a lower default rate than the better one before it."""
        return [False, *(np.diff(self.defaults / self.n) < 0).tolist()]

    def table(self, lang: str) -> pd.DataFrame:
        labels = self.bands.labels[lang]
        columns: list[list[Any]] = [
            self.grades.tolist(),
            self.n.tolist(),
            self.defaults.tolist(),
            (self.defaults / self.n).tolist(),
            self.chances.tolist(),
            (self.n * self.chances).tolist(),
            self.p.tolist(),
            overstated(self.n, self.defaults, self.chances).tolist(),
            labels[self.bands.places(self.p)].tolist(),
            self.inverted,
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
            labels[self.bands.place(p)],
            any(self.inverted),
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
        p = self.p_of_all
        labels = self.bands.labels[lang]
        places = self.bands.places(self.p)
        zh = lang == "zh"
        lit = [
            f"{labels[place]} {', '.join(self.grades[places == place])}"
            for place in range(len(labels) - 1, 0, -1)
            if (places == place).any()
        ]
        pairs = [
            (self.grades[i], self.grades[i - 1]) for i, below in enumerate(self.inverted) if below
        ]
        remark = self.left_out.remark(lang)
        if zh:
            by_grade = f"按等级：{'；'.join(lit)}。" if lit else f"各等级均为{labels[0]}。"
            order = "，".join(f"{worse} 的违约率低于 {better}" for worse, better in pairs)
            return (
                f"{n:.0f} 户中违约 {count:.0f} 户（{count / n:.2%}），预期 {expected:.1f} 户："
                f"p 值 {p:.4f}，{labels[self.bands.place(p)]}。{by_grade}"
                f"{f'倒挂：{order}。' if pairs else '违约率逐级上升，没有倒挂。'}{remark}"
            )
        by_grade = f"By grade: {'; '.join(lit)}." if lit else f"Every grade is {labels[0]}."
        order = ", ".join(f"{worse} defaulted less than {better}" for worse, better in pairs)
        return (
            f"{count:.0f} of {n:.0f} customers defaulted ({count / n:.2%}), {expected:.1f} "
            f"expected: p {p:.4f}, {labels[self.bands.place(p)]}. {by_grade} "
            f"{f'Inverted: {order}.' if pairs else 'Default rates never fall from grade to grade.'}"
            f"{remark}"
        )
