"""PDs of grades with few or no defaults: the most prudent estimate of Pluto and Tasche."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import BoolArray, Column
from udfs.errors import CallError, Words
from udfs.kinds import Bounds, Choice, FloatArray, Language, Number, Numbers
from udfs.records import record
from udfs.validation.default_bounds import Economy, upper_bound
from udfs.validation.default_counts import CORRELATION
from udfs.validation.samples import INSIDE, Confidence

_OUTPUTS: Final = Choice(
    {
        "value": ("pd", "值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_COUNT: Final = Bounds(lower=0, whole=True)
_HEADERS: Final = {
    "en": (
        "position",
        "n",
        "defaults",
        "default_rate",
        "n_and_worse",
        "defaults_and_worse",
        "upper_bound",
        "pd",
    ),
    "zh": (
        "序号",
        "客户数",
        "违约数",
        "违约率",
        "本级及更差客户数",
        "本级及更差违约数",
        "违约概率上界",
        "违约概率",
    ),
}
_YEARS: Final = Bounds(lower=1, upper=30, whole=True)


@udf(
    "CR_LOWDEFAULT",
    family="validation",
    zh="""全部等级：违约很少或没有违约时各等级的违约概率（Pluto-Tasche 最审慎估计）。

    假定本级并不优于更差的各级，将本级与所有更差等级合并，取仍与观察到的违约数相容的最大违约概率。
    固定客户群的多年违约用 years；每年更新的客户群可将各年客户数与违约数相加（假定各年独立）。

    参数：
        n: 各等级客户数，由好到差，每级一行，整数。
        defaults: 各等级违约数，整数，不大于 n。
        confidence: 置信水平，小数，默认 0.75；越高越审慎。
        correlation: 资产相关性，小数，0 至小于 1；默认 0，即违约相互独立。
        years: defaults 所跨的年数，整数，默认 1；n 为期初客户数，结果仍为一年期违约概率。
        year_correlation: 经济因子相邻两年的相关性，小数，默认 0.3；仅在 correlation 大于 0 且跨多年时起作用。
        target_rate: 组合平均违约概率的目标；给出时按比例缩放各级违约概率使其平均等于目标。
        out: "value" 各等级违约概率；"why" 一句说明；"table" 明细。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与 n 同形，每级一个小数，空白行为空白；或一句话、一张表。
    错误：
        某级缺值、有误、违约数大于客户数，或最差等级没有客户，整个调用报错并指明行。
    来源：
        Pluto、Tasche，《Estimating Probabilities of Default for Low Default Portfolios》（2005）；置信水平默认值为 creditcells 约定。
    """,
)
def low_default(
    n: Annotated[Column, Numbers(bounds=_COUNT, series="grades")],
    defaults: Annotated[Column, Numbers(bounds=_COUNT, series="grades")],
    confidence: Confidence = 0.75,
    correlation: Annotated[float, Number(bounds=CORRELATION)] = 0,
    years: Annotated[float, Number(bounds=_YEARS)] = 1,
    year_correlation: Annotated[float, Number(bounds=CORRELATION)] = 0.3,
    target_rate: Annotated[float | None, Number(bounds=INSIDE)] = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All grades together: PDs of grades with few or no defaults, the most prudent estimate of Pluto and Tasche.

    A grade is taken to be no better than all worse ones, joined with them, and gets the largest PD
    that still agrees with the defaults seen. Defaults of one group of customers over several
    years: see years. Of a book renewed each year, add up customers and defaults, which takes the
    years as independent.

    Args:
        n: Customers of each grade, best grade first, one row per grade, whole number.
        defaults: Defaults of each grade, whole number, at most n.
        confidence: Confidence level, decimal; default 0.75; the higher, the more prudent.
        correlation: Asset correlation, decimal from 0 to below 1; default 0: defaults are
            independent.
        years: Over how many years the defaults came about; default 1; n are the customers at the
            start, the PD is still that of one year.
        year_correlation: Correlation of the economy from one year to the next, decimal; default
            0.3; matters with correlation and several years only.
        target_rate: Average PD that the portfolio is to have; if given, all PDs are scaled in
            proportion to it.
        out: "value" PD of each grade; "why" one sentence; "table" all parts.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One decimal per grade in the shape of n, blank rows blank; or one sentence, or a table.

    Errors:
        One error, with the row named, if a grade lacks a value, has more defaults than customers,
        or the worst grade has no customers.

    Example:
        =CR_LOWDEFAULT({100;400;300},{0;0;0},0.9) -> {0.0028740932294675074;0.0032840031027256147;0.0076459038678994935}
        =CR_LOWDEFAULT({100;400;300},{0;2;1},0.5,0.12) -> {0.007105526144761608;0.008005687521723526;0.00835168556721342}

    Source:
        Pluto and Tasche, Estimating Probabilities of Default for Low Default Portfolios (2005);
        the default confidence is creditcells'.
    """
    filled = _checked(n, defaults)
    economy = Economy(correlation, int(years), year_correlation)
    grades = _Grades(n.values[filled], defaults.values[filled], confidence, economy)
    pds = grades.bounds
    if target_rate is not None:
        pds = _scaled(pds, grades.n, target_rate)
    if out == "table":
        return Whole(grades.table(pds, lang))
    if out == "why":
        return Whole(grades.reason(pds, target_rate, lang))
    values = np.full(len(filled), None, dtype=object)
    values[filled] = pds.tolist()
    return Whole(values.reshape(n.shape))


def _checked(n: Column, defaults: Column) -> BoolArray:
    """Which rows are grades: all but those that are blank in both columns.

    Raises:
        CallError: a grade lacks a number or has an impossible one.
    """
    for name, column, other in (("n", n, defaults), ("defaults", defaults, n)):
        for row in sorted(column.faults)[:1]:
            error = column.faults[row]
            raise CallError(
                _row(name, row),
                Words(error.why("en"), error.why("zh")),
                Words("a whole number of at least 0", "不小于 0 的整数"),
                code=error.code,
            )
        for row in np.flatnonzero(column.blank & ~other.blank)[:1].tolist():
            raise CallError(
                _row(name, row),
                Words("a blank cell", "空单元格"),
                Words("a whole number of at least 0", "不小于 0 的整数"),
                code=errors.NA,
            )
    for row in np.flatnonzero(defaults.values > n.values)[:1].tolist():
        most = f"{n.values[row]:.0f}"
        raise CallError(
            _row("defaults", row),
            f"{defaults.values[row]:.0f}",
            Words(f"at most n, which is {most}", f"不大于 n（{most}）"),
            code=errors.NUM,
        )
    filled = ~n.blank
    if not filled.any() or n.values[filled][-1] == 0:
        raise CallError(
            "n",
            Words("no customers in the last row", "最后一行没有客户"),
            Words(
                "the customers of each grade, best first, at least one in the worst",
                "由好到差的各等级客户数，最差等级至少一户",
            ),
            code=errors.NUM,
        )
    return filled


def _row(name: str, row: int) -> Words:
    return Words(f"{name}, row {row + 1}", f"{name} 第 {row + 1} 行")


def _scaled(pds: FloatArray, n: FloatArray, target: float) -> FloatArray:
    """The PDs in proportion, with the average asked for.

    Raises:
        CallError: a PD would exceed 1.
    """
    scaled: FloatArray = pds * (target / (float(np.dot(pds, n)) / float(n.sum())))
    if scaled.max() > 1:
        raise CallError(
            "target_rate",
            f"{target:g}",
            Words(
                f"so low that no PD exceeds 1 when scaled (here {scaled.max():.2f})",
                f"较低的数，使缩放后的违约概率不超过 1（现为 {scaled.max():.2f}）",
            ),
            code=errors.NUM,
        )
    return scaled


@record
class _Grades:
    """Grades from the best to the worst with what they are estimated by."""

    n: FloatArray
    defaults: FloatArray
    confidence: float
    economy: Economy

    @property
    def n_and_worse(self) -> FloatArray:
        return np.cumsum(self.n[::-1])[::-1]

    @property
    def defaults_and_worse(self) -> FloatArray:
        return np.cumsum(self.defaults[::-1])[::-1]

    @property
    def bounds(self) -> FloatArray:
        """The upper confidence bound of each grade's PD."""
        pairs = zip(self.n_and_worse, self.defaults_and_worse, strict=True)
        return np.array([upper_bound(n, d, self.confidence, self.economy) for n, d in pairs])

    def table(self, pds: FloatArray, lang: str) -> pd.DataFrame:
        some = self.n > 0
        rate = np.divide(self.defaults, self.n, out=np.zeros(len(some)), where=some).astype(object)
        rate[~some] = None
        columns = (
            np.arange(1, len(pds) + 1),
            self.n,
            self.defaults,
            rate,
            self.n_and_worse,
            self.defaults_and_worse,
            self.bounds,
            pds,
        )
        return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)))

    def reason(self, pds: FloatArray, target: float | None, lang: str) -> str:
        zh = lang == "zh"
        count, n = int(self.defaults.sum()), int(self.n.sum())
        mean = float(np.dot(pds, self.n)) / n
        falls = (np.flatnonzero(np.diff(pds) < 0) + 2).tolist()
        level, rho = f"{self.confidence:.4g}", f"{self.economy.correlation:.4g}"
        low, high = f"{pds[0]:.4%}", f"{pds[-1]:.4%}"
        years = self.economy.years
        if zh:
            period = f" {years} 年内" if years > 1 else ""
            scaled = "，已缩放至目标" if target is not None else ""
            order = (
                f"第 {'、'.join(map(str, falls))} 级的违约概率反而低于上一级：较好等级违约偏多。"
                if falls
                else ""
            )
            return (
                f"{n} 户中{period}违约 {count} 户（{count / n:.4%}）；置信水平 {level}，"
                f"相关性 {rho}：违约概率由 {low}（最好）至 {high}（最差），"
                f"平均 {mean:.4%}{scaled}。{order}"
            )
        period = f" in {years} years" if years > 1 else ""
        scaled = ", scaled to the target" if target is not None else ""
        order = (
            f" The PD falls at position {', '.join(map(str, falls))}: better grades have more "
            "defaults than worse ones."
            if falls
            else ""
        )
        return (
            f"{count} defaults of {n} customers{period} ({count / n:.4%}); confidence {level}, "
            f"correlation {rho}: PD from {low} (best) to {high} (worst), {mean:.4%} on "
            f"average{scaled}.{order}"
        )
