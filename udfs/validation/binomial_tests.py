"""The binomial test of a PD against the defaults that came about."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
from udfs.kinds import PROBABILITY, Bounds, Choice, FloatArray, Language, Number, Numbers, TextArray
from udfs.labels import IndexArray
from udfs.records import record
from udfs.validation.bands import Bands, TestLights, read_bands
from udfs.validation.default_counts import (
    CORRELATION,
    METHODS,
    check_method,
    most_defaults,
    overstated,
    p_values,
)
from udfs.validation.samples import p_words

_OUTPUTS: Final = Choice(
    {
        "value": ("p", "值", "结果"),
        "light": ("信号灯",),
        "critical": ("临界违约数",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
COUNT: Final = Bounds(lower=0, whole=True)
_HEADERS: Final = {
    "en": ("n", "defaults", "pd", "expected_defaults", "default_rate", "p_value", "p_overstated"),
    "zh": ("客户数", "违约数", "违约概率", "预期违约数", "违约率", "p 值", "高估 p 值"),
}
_CRITICAL: Final = {"en": "critical_{}%", "zh": "临界违约数 {}%"}
_LIGHT: Final = {"en": "light", "zh": "信号灯"}


@udf(
    "CR_BINOMTEST",
    family="validation",
    zh="""二项检验：某等级的实际违约数是否多于其违约概率所能解释的，并给出信号灯与临界违约数。

    p 值为违约概率正确时违约数不少于实际数的概率；越小越说明违约概率被低估。违约实际上彼此相关，
    未给出 correlation 时检验偏严：红灯是复核的理由，而非结论。

    参数：
        n: 期初客户数，整数，单元格或区域（如每个等级一行）。
        defaults: 一年内违约数，整数，不大于 n。
        pd: 一年期违约概率，小数。
        method: "exact" 二项分布（默认）；"normal" 正态近似；"jeffreys" 杰弗里斯检验（欧洲央行采用）。
        correlation: 资产相关性，小数，0 至小于 1；默认 0，即违约相互独立；仅用于 "exact"。
        lights: 信号灯表；默认为内置表 test_lights（5% 与 1%）。
        out: "value" p 值；"light" 信号灯；"critical" 仍为绿灯的最大违约数；"why" 理由；"table" 明细，含各临界违约数与高估 p 值。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与 n 同形的数字或文本；没有客户的行为空白。
    错误：
        n、defaults 不是非负整数、defaults 大于 n 或 pd 不在 0 与 1 之间，该行为 #NUM!。
    来源：
        巴塞尔委员会工作论文第 14 号（2005）第三部分；杰弗里斯检验：Brown、Cai、DasGupta（2001）。
    """,
)
def binomial_test(
    n: Annotated[FloatArray, Numbers(bounds=COUNT)],
    defaults: Annotated[FloatArray, Numbers(bounds=COUNT)],
    pd: Annotated[FloatArray, Numbers(bounds=PROBABILITY)],
    method: Annotated[str, METHODS] = "exact",
    correlation: Annotated[float, Number(bounds=CORRELATION)] = 0,
    lights: TestLights | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Binomial test: whether a grade had more defaults than its PD explains, with light and critical number.

    The p-value is the chance of at least so many defaults if the PD is right; a small one says that
    the PD is too low. Defaults do go together in reality, so that without a correlation the test is
    strict: a red light is a reason to look, not yet a verdict.

    Args:
        n: Customers at the start, whole number, one cell or a range (such as a row per grade).
        defaults: Defaults within the year, whole number, at most n.
        pd: Probability of default in one year, decimal.
        method: "exact" binomial distribution (default); "normal" its approximation; "jeffreys"
            Jeffreys test, as the ECB uses.
        correlation: Asset correlation, decimal from 0 to below 1; default 0: defaults are
            independent; for "exact" only.
        lights: Traffic lights by p-value; default the built-in test_lights (5 % and 1 %).
        out: "value" p-value; "light" traffic light; "critical" most defaults that are still green;
            "why" the reason; "table" all parts, with critical numbers and the p-value of a PD
            that is too high.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        Numbers or texts in the shape of n; blank where there are no customers.

    Errors:
        #NUM! where n or defaults is no whole number of at least 0, defaults exceed n, or pd is not
        between 0 and 1.

    Example:
        =CR_BINOMTEST(500,9,0.01) -> 0.06711015991370484
        =CR_BINOMTEST(500,14,0.01,,0.12) -> 0.07577995
        =CR_BINOMTEST({500;500;500},{9;10;14},0.01,,,,"light") -> {"green";"yellow";"red"}
        =CR_BINOMTEST(500,14,0.01,,,,"why") -> "14 defaults of 500 (2.80%) against 5.0 expected at PD 1.0000%: p 0.0006, red; green up to 9, yellow up to 11."

    Source:
        Basel Committee, Working Paper 14 (2005), part III; Jeffreys: Brown, Cai and DasGupta
        (2001).
    """
    check_method(method, correlation)
    bands = read_bands(lights, "test_lights", "p_from", "lights")
    faults: Faults = {
        int(row): CellError(
            errors.NUM,
            f"defaults must be at most n, which is {n[row]:.0f}; got {defaults[row]:.0f}.",
            f"defaults 不得大于 n（{n[row]:.0f}），实际为 {defaults[row]:.0f}。",
        )
        for row in np.flatnonzero(defaults > n)
    }
    tested = _Tested(n, np.minimum(defaults, n), pd, method, correlation, bands)
    if out == "table":
        return _with_faults(tested.table(lang), faults)
    if out == "why":
        return faulty(tested.reasons(lang), faults.items())
    empty = np.flatnonzero(n == 0)
    results = tested.figures(out, lang)
    if not faults and not len(empty):
        return results
    mixed = results.astype(object)
    mixed[empty] = None
    return faulty(mixed, faults.items())


def _with_faults(frame: pd.DataFrame, faults: Faults) -> pd.DataFrame:
    if not faults:
        return frame
    return frame.apply(lambda column: faulty(column.to_numpy(), faults.items()))


@record(caches=True)
class _Tested:
    """Grades with their defaults, put to the test."""

    n: FloatArray
    defaults: FloatArray
    chance: FloatArray
    method: str
    correlation: float
    bands: Bands

    @cached_property
    def p(self) -> FloatArray:
        """The p-value of each grade."""
        return p_values(self.n, self.defaults, self.chance, self.method, self.correlation)

    @property
    def places(self) -> IndexArray:
        return self.bands.places(self.p)

    def figures(self, out: str, lang: str) -> FloatArray | TextArray:
        """The p-values, lights or critical numbers."""
        if out == "light":
            return self.bands.labels[lang][self.places]
        return self.critical(0) if out == "critical" else self.p

    def critical(self, place: int) -> FloatArray:
        """Most defaults that get the light of a place or a better one."""
        limit = float(self.bands.limits[place])
        return most_defaults(self.n, self.chance, limit, self.method, self.correlation)

    def table(self, lang: str) -> pd.DataFrame:
        some = self.n > 0
        rate = np.divide(self.defaults, self.n, out=np.zeros(len(some)), where=some)
        given: list[npt.NDArray[Any]] = [self.n, self.defaults, self.chance, self.n * self.chance]
        found: list[npt.NDArray[Any]] = [
            rate,
            self.p,
            overstated(self.n, self.defaults, self.chance, self.correlation),
            *(self.critical(place) for place in range(len(self.bands.limits) - 1)),
            self.bands.labels[lang][self.places],
        ]
        levels = [f"{100 * (1 - limit):.4g}" for limit in self.bands.limits[:-1]]
        critical = [_CRITICAL[lang].format(level) for level in levels]
        headers = [*_HEADERS[lang], *critical, _LIGHT[lang]]
        columns = [*given, *map(self._where_tested, found)]
        return pd.DataFrame(dict(zip(headers, columns, strict=True)), dtype=object)

    def _where_tested(self, column: npt.NDArray[Any]) -> TextArray:
        """A column as cells, blank where there are no customers."""
        shown: TextArray = column.astype(object)
        shown[self.n == 0] = None
        return shown

    def reasons(self, lang: str) -> TextArray:
        labels = self.bands.labels[lang]
        limits = [self.critical(place) for place in range(len(labels) - 1)]
        zh = lang == "zh"
        texts = np.empty(len(self.n), dtype=object)
        rows = zip(self.n, self.defaults, self.chance, self.p, self.places, strict=True)
        for i, (n, count, chance, p, place) in enumerate(rows):
            if n == 0:
                texts[i] = "没有客户，无从检验。" if zh else "No customers: nothing to test."
                continue
            pairs = zip(labels, limits, strict=False)
            if zh:
                upto = "，".join(f"{label}至多 {limit[i]:.0f}" for label, limit in pairs)
                texts[i] = (
                    f"{n:.0f} 户中违约 {count:.0f} 户（{count / n:.2%}），违约概率 {chance:.4%} 下"
                    f"预期 {n * chance:.1f} 户：{p_words(p, lang)}，{labels[place]}；{upto}。"
                )
            else:
                upto = ", ".join(f"{label} up to {limit[i]:.0f}" for label, limit in pairs)
                texts[i] = (
                    f"{count:.0f} defaults of {n:.0f} ({count / n:.2%}) against {n * chance:.1f} "
                    f"expected at PD {chance:.4%}: {p_words(p, lang)}, {labels[place]}; {upto}."
                )
        return texts
