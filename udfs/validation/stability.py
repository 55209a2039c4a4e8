"""Population stability: how far a distribution has moved from the one expected."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Mixed
from udfs.errors import CallError, Words
from udfs.kinds import (
    Bounds,
    Choice,
    FloatArray,
    Grid,
    Language,
    Number,
    NumberList,
    TextList,
)
from udfs.validation.bands import Bands, PsiBands, read_bands
from udfs.validation.populations import BinCounts, of_categories, of_numbers, of_shares

_OF: Final = Choice(
    {
        "shares": ("counts", "占比", "数量"),
        "numbers": ("values", "数值"),
        "categories": ("grades", "类别", "等级"),
    }
)
_MISSING: Final = Choice({"bin": ("own", "单独一箱"), "leave_out": ("skip", "不计入")})
_OUTPUTS: Final = Choice(
    {
        "value": ("psi", "值", "结果"),
        "rating": ("band", "评价"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_BINS: Final = Bounds(lower=2, upper=1000, whole=True)
_FLOOR: Final = Bounds(lower=0, upper=0.1, lower_open=True, upper_open=True)
_HEADERS: Final = {
    "en": ("bin", "lower", "upper", "expected", "actual", "expected_share", "actual_share", "psi"),
    "zh": ("分箱", "下限", "上限", "基准数量", "实际数量", "基准占比", "实际占比", "PSI"),
}
_WITHOUT_VALUE: Final = {"en": "missing", "zh": "缺失"}
_TOTAL: Final = {"en": "total", "zh": "合计"}


@udf(
    "CR_PSI",
    family="validation",
    zh="""两个总体：群体稳定性指标 PSI，即客户分布相对基准的变化；用于单个变量时即 CSI。

    PSI = Σ（实际占比 - 基准占比）× ln（实际占比 ÷ 基准占比）。某一箱占比为 0 时按 floor 计算；两边都没有客户的
    箱不计。分箱左闭右开；数值默认按基准的分位数分箱，相同的值同箱。

    参数：
        expected: 基准（开发样本）：每箱的占比或数量，或每个客户的数值、类别，见 of。
        actual: 实际（当前样本），写法与基准相同；数值与类别的行数可以不同。
        of: 传入的内容："shares" 每箱的占比或数量（默认）；"numbers" 每个客户的数值，如得分；"categories" 每个客户的类别，如等级。
        cuts: "numbers" 的分界，由小到大；默认为基准的分位数。
        bins: 分位数分箱的箱数，默认 10。
        categories: "categories" 的全部类别，按表中顺序；默认为两边出现的类别。
        missing: 空白："bin" 单独一箱（默认）；"leave_out" 不计入。
        floor: 占比为 0 时代替的小数，默认 0.0001。
        rules: PSI 评价表；默认为内置表 psi_bands。
        out: "value" PSI；"rating" 评价；"why" 结论；"table" 各箱明细。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        一个数、一个文本或一张表。
    错误：
        占比或数量为负、两边箱数不同、基准的数值没有变化、出现未列出的类别，或有错误单元格，整个调用报错并指明位置。
    来源：
        信用评分监测的通行做法；界限见 CR_POLICY("psi_bands","source","zh")。
    """,
)
def stability(
    expected: Annotated[list[Mixed], Grid(series="expected")],
    actual: Annotated[list[Mixed], Grid(series="actual")],
    of: Annotated[str, _OF] = "shares",
    cuts: Annotated[FloatArray | None, NumberList(ascending=True)] = None,
    bins: Annotated[float, Number(bounds=_BINS)] = 10,
    categories: Annotated[list[str] | None, TextList()] = None,
    missing: Annotated[str, _MISSING] = "bin",
    floor: Annotated[float, Number(bounds=_FLOOR)] = 0.0001,
    rules: PsiBands | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """Two populations: PSI, how far customers have moved from the expected distribution; for a factor, CSI.

    PSI = sum of (actual share - expected share) x ln(actual share / expected share). A share of 0
    counts as floor; a bin without customers on both sides does not count. Bins are lower <= x <
    upper; numbers are by default cut at the quantiles of the expected ones, equal values together.

    Args:
        expected: The expected (development) population: share or number per bin, or a number or
            category per customer, see of.
        actual: The actual (current) population, in the same form; numbers and categories may have
            another number of rows.
        of: What is passed: "shares" share or number of customers per bin (default); "numbers" one
            per customer, such as a score; "categories" one per customer, such as a grade.
        cuts: Cut-offs for "numbers", ascending; default the quantiles of expected.
        bins: Number of quantile bins; default 10.
        categories: All categories for "categories", in the order of the table; default those
            that occur.
        missing: What becomes of blanks: "bin" a bin of their own (default); "leave_out" not
            counted.
        floor: What a share of 0 counts as, decimal; default 0.0001.
        rules: Ratings of the PSI; default the built-in psi_bands.
        out: "value" PSI; "rating" such as stable, watch, shift; "why" the verdict; "table" bin by
            bin.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One number, one text, or a table.

    Errors:
        One error, with the place named, if a share is negative, the bins are not as many, expected
        numbers do not vary, a category is not listed, or a cell holds an error.

    Example:
        =CR_PSI({0.1;0.2;0.4;0.2;0.1},{0.08;0.18;0.38;0.24;0.12}) -> 0.01853524063482901
        =CR_PSI({120;340;540},{30;90;280},,,,,,,,"why") -> "PSI 0.1101 is at least 0.1: watch. The largest part, 0.0475, is from bin 2: 34.0% expected, 22.5% actual."
        =CR_PSI({"A";"A";"B";"C"},{"A";"B";"B";"C";"C"},"categories",,,,,,,"rating") -> "shift"

    Source:
        Monitoring of credit scoring as usually practised; limits see
        CR_POLICY("psi_bands","source").
    """
    ratings = read_bands(rules, "psi_bands", "psi_from", "rules")
    _check_options(of, cuts, categories)
    if of == "shares":
        table = of_shares(expected, actual)
    elif of == "numbers":
        table = of_numbers(expected, actual, cuts, int(bins))
    else:
        table = of_categories(expected, actual, categories)
    stable = _Stability(table.without_missing() if missing == "leave_out" else table, floor)
    if out == "value":
        return Whole(stable.psi)
    if out == "rating":
        return Whole(ratings.labels[lang][ratings.place(stable.psi)])
    return Whole(stable.rows(lang) if out == "table" else stable.reason(ratings, lang))


class _Stability:
    """The PSI of two populations, bin by bin."""

    def __init__(self, counts: BinCounts, floor: float) -> None:
        for argument, column in (("expected", counts.expected), ("actual", counts.actual)):
            if not column.sum() > 0:
                raise CallError(
                    argument,
                    Words("nothing that counts", "没有可计入的值"),
                    Words(
                        "at least one customer or a share above 0", "至少一名客户或大于 0 的占比"
                    ),
                    code=errors.NUM,
                )
        self.counts = counts
        self.expected = counts.expected / counts.expected.sum()
        self.actual = counts.actual / counts.actual.sum()
        low, high = (np.where(s == 0, floor, s) for s in (self.expected, self.actual))
        empty = (self.expected == 0) & (self.actual == 0)
        self.parts = np.where(empty, 0.0, (high - low) * np.log(high / low))
        self.psi = float(self.parts.sum())

    def rows(self, lang: str) -> pd.DataFrame:
        counts = self.counts
        names = [name or _WITHOUT_VALUE[lang] for name in counts.names]
        edges = counts.edges or [(None, None)] * len(names)
        rows: list[tuple[object, ...]] = list(
            zip(
                names,
                *zip(*edges, strict=True),
                counts.expected.tolist(),
                counts.actual.tolist(),
                self.expected.tolist(),
                self.actual.tolist(),
                self.parts.tolist(),
                strict=True,
            )
        )
        sums = (float(counts.expected.sum()), float(counts.actual.sum()), 1.0, 1.0, self.psi)
        rows.append((_TOTAL[lang], None, None, *sums))
        return pd.DataFrame(rows, columns=list(_HEADERS[lang]), dtype=object)

    def reason(self, ratings: Bands, lang: str) -> str:
        place = ratings.place(self.psi)
        label = ratings.labels[lang][place]
        limit = ratings.limit_words(place, lang)
        top = int(np.argmax(self.parts))
        name = self._bin_words(top, lang)
        shares = f"{self.expected[top]:.1%}", f"{self.actual[top]:.1%}"
        if lang == "zh":
            return (
                f"PSI 为 {self.psi:.4f}，{limit}，评价：{label}。变化最大的是分箱 {name}："
                f"基准 {shares[0]}，实际 {shares[1]}，贡献 {self.parts[top]:.4f}。"
            )
        return (
            f"PSI {self.psi:.4f} is {limit}: {label}. The largest part, {self.parts[top]:.4f}, is "
            f"from bin {name}: {shares[0]} expected, {shares[1]} actual."
        )

    def _bin_words(self, place: int, lang: str) -> str:
        """The name of a bin, with the numbers it holds."""
        name = self.counts.names[place]
        if not name or self.counts.edges is None:
            return name or _WITHOUT_VALUE[lang]
        low, high = self.counts.edges[place]
        if low is None:
            return f"{name}（低于 {high:.4g}）" if lang == "zh" else f"{name} (below {high:.4g})"
        if high is None:
            return f"{name}（不低于 {low:.4g}）" if lang == "zh" else f"{name} (from {low:.4g})"
        if lang == "zh":
            return f"{name}（{low:.4g} 至 {high:.4g}）"
        return f"{name} ({low:.4g} to {high:.4g})"


def _check_options(of: str, cuts: FloatArray | None, categories: list[str] | None) -> None:
    """Cut-offs go with numbers, a list of categories with categories."""
    for argument, given, needed in (
        ("cuts", cuts, "numbers"),
        ("categories", categories, "categories"),
    ):
        if given is not None and of != needed:
            raise CallError(
                "of",
                of,
                Words(f"{needed} when {argument} is given", f"{needed}（已给出 {argument}）"),
            )
    if cuts is not None and not len(cuts):
        raise CallError(
            "cuts", Words("no number", "没有数字"), Words("at least one", "至少一个数字")
        )
