"""The Hosmer-Lemeshow test: whether PDs fit the defaults in groups of customers."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, Words
from udfs.kinds import Bounds, Choice, FloatArray, Language, Number
from udfs.records import record
from udfs.validation.bands import Bands, TestLights, read_bands
from udfs.validation.groups import PdGroups, by_pd
from udfs.validation.samples import Chances, Outcomes, p_words, read_sample

_SAMPLES: Final = Choice(
    {
        "fitted": ("development", "建模样本"),
        "new": ("validation", "新样本"),
    }
)
_OUTPUTS: Final = Choice(
    {
        "value": ("p", "值", "结果"),
        "statistic": ("chi2", "统计量"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_GROUPS: Final = Bounds(lower=2, upper=1000, whole=True)
_HEADERS: Final = {
    "en": (
        "group",
        "lowest",
        "highest",
        "customers",
        "defaults",
        "expected_defaults",
        "default_rate",
        "mean_pd",
        "chi_square",
    ),
    "zh": (
        "组别",
        "最低值",
        "最高值",
        "客户数",
        "违约数",
        "预期违约数",
        "违约率",
        "平均违约概率",
        "卡方",
    ),
}


@udf(
    "CR_HOSMER",
    family="validation",
    zh="""全体样本：Hosmer-Lemeshow 检验：按违约概率分组，比较各组的违约数与预期。

    各组人数尽量相等，违约概率相同的客户同组。p 值小，说明违约概率整体与实际不符。
    空白行不计；缺值或有误的行不计入，行数见 "why"。

    参数：
        bad: 每个客户是否违约：1 违约，0 未违约。
        pd: 每个客户的违约概率，小数，与 bad 行数相同。
        groups: 组数，默认 10。
        sample: "fitted" 模型即以该样本估计，自由度为组数减 2（默认）；"new" 其他样本，自由度为组数。
        lights: 信号灯表；默认为内置表 test_lights。
        out: "value" p 值；"statistic" 卡方统计量；"why" 结论；"table" 各组明细。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        一个数、一句话或带表头的表。
    错误：
        没有可用的行、只有一类结果，或分出的组太少，为 #NUM!。
    来源：
        Hosmer、Lemeshow（1980）；《Applied Logistic Regression》第 5 章。
    """,
)
def hosmer_lemeshow(
    bad: Outcomes,
    pd: Chances,
    groups: Annotated[float, Number(bounds=_GROUPS)] = 10,
    sample: Annotated[str, _SAMPLES] = "fitted",
    lights: TestLights | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All rows together: Hosmer-Lemeshow test, whether PDs fit the defaults in groups of customers.

    Groups are of about equal size along the PD; equal PDs are in one group. A small p-value says
    that the PDs as a whole do not fit. Blank rows do not count; rows with a missing or faulty value
    are left out, and "why" says how many.

    Args:
        bad: Whether each customer defaulted: 1 defaulted, 0 not.
        pd: PD of each customer, decimal, as many rows as bad.
        groups: Number of groups; default 10.
        sample: "fitted" the model was fitted on these rows: degrees of freedom are groups less 2
            (default); "new" other rows: as many as groups.
        lights: Traffic lights by p-value; default the built-in test_lights.
        out: "value" p-value; "statistic" chi-square; "why" the verdict; "table" group by group.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One number, one sentence, or a table with headers.

    Errors:
        #NUM! if no row can be used, all rows have the same outcome, or there are too few groups.

    Example:
        =CR_HOSMER({0;1;0;0;1;1},{0.1;0.1;0.3;0.3;0.6;0.6},3,"new",,"statistic") -> 5.746031746031746
        =CR_HOSMER({0;1;0;0;1;1},{0.1;0.1;0.3;0.3;0.6;0.6},3,"new",,"why") -> "Chi-square 5.75 on 3 degrees of freedom, p 0.1246: green. 3 defaults in all against 2.0 expected. The largest part, 3.56, is from group 1: 1 defaults, 0.2 expected."

    Source:
        Hosmer and Lemeshow (1980); Applied Logistic Regression, chapter 5.
    """
    bands = read_bands(lights, "test_lights", "p_from", "lights")
    rows = read_sample(bad, pd=pd)
    grouped = by_pd(rows, int(groups))
    spare = 2 if sample == "fitted" else 0
    if len(grouped.customers) <= spare:
        found = len(grouped.customers)
        raise CallError(
            "pd",
            Words(f"PDs that fall into {found} groups", f"只能分为 {found} 组的违约概率"),
            Words(
                f"PDs of at least {spare + 1} groups, given that sample is {sample}",
                f"至少可分为 {spare + 1} 组的违约概率（sample 为 {sample}）",
            ),
            code=errors.NUM,
        )
    fit = _Fit(grouped, len(grouped.customers) - spare)
    if out == "value":
        return Whole(fit.p)
    if out == "statistic":
        return Whole(fit.statistic)
    if out == "table":
        return Whole(fit.table(lang))
    return Whole(fit.reason(bands, lang) + rows.left_out.remark(lang))


def chi_squares(customers: FloatArray, defaults: FloatArray, expected: FloatArray) -> FloatArray:
    """The squared deviation of each group in units of its variance; infinite if it cannot be."""
    spread = expected * (1 - expected / customers)
    off = (defaults - expected) ** 2
    sure = np.where(off > 0, np.inf, 0.0)
    return np.divide(off, spread, out=sure, where=spread > 0)


def chi_square_p(statistic: float, freedom: int) -> float:
    """The chance of a chi-square at least as large."""
    from scipy.special import gammaincc  # noqa: PLC0415 - slow to import

    return float(gammaincc(freedom / 2, statistic / 2))


@record
class _Fit:
    """Groups of customers with the degrees of freedom of their test."""

    groups: PdGroups
    freedom: int

    @property
    def parts(self) -> FloatArray:
        groups = self.groups
        return chi_squares(groups.customers, groups.defaults, groups.expected)

    @property
    def statistic(self) -> float:
        return float(self.parts.sum())

    @property
    def p(self) -> float:
        return chi_square_p(self.statistic, self.freedom)

    def table(self, lang: str) -> pd.DataFrame:
        groups = self.groups
        columns = (
            np.arange(1, len(groups.customers) + 1),
            groups.lowest,
            groups.highest,
            groups.customers,
            groups.defaults,
            groups.expected,
            groups.defaults / groups.customers,
            groups.expected / groups.customers,
            self.parts,
        )
        return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)))

    def reason(self, bands: Bands, lang: str) -> str:
        groups, parts, p = self.groups, self.parts, self.p
        top = int(np.argmax(parts))
        label = bands.labels[lang][bands.place(p)]
        count, expected = groups.defaults.sum(), groups.expected.sum()
        if lang == "zh":
            return (
                f"卡方 {self.statistic:.2f}，自由度 {self.freedom}，{p_words(p, lang)}，{label}。"
                f"共违约 {count:.0f} 户，预期 {expected:.1f} 户。偏离最大的是第 {top + 1} 组（卡方 "
                f"{parts[top]:.2f}）：违约 {groups.defaults[top]:.0f} 户，"
                f"预期 {groups.expected[top]:.1f} 户。"
            )
        return (
            f"Chi-square {self.statistic:.2f} on {self.freedom} degrees of freedom, {p_words(p, lang)}: "
            f"{label}. {count:.0f} defaults in all against {expected:.1f} expected. The largest "
            f"part, {parts[top]:.2f}, is from group {top + 1}: {groups.defaults[top]:.0f} "
            f"defaults, {groups.expected[top]:.1f} expected."
        )
