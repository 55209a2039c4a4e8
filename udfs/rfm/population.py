"""The scores of a whole population, with the customers who cannot be scored told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import faulty
from udfs.errors import CallError, CellError, Words
from udfs.kinds import FloatArray, TextArray
from udfs.records import record
from udfs.rfm.scoring import Band, Groups, Measure, Scores, score, score_within

_ARGUMENTS: Final = ("recency", "frequency", "monetary")
_MOST_BINS: Final = 9
_NAMES: Final = {"en": ("Recency", "Frequency", "Monetary"), "zh": ("最近一次", "频率", "金额")}
_HEADERS: Final = {
    "en": ("measure", "within", "score", "lower", "upper", "rule", "customers"),
    "zh": ("指标", "范围", "分数", "下限", "上限", "规则", "客户数"),
}
_RULES: Final = {
    "en": {
        "left": "lower ≤ x < upper",
        "right": "lower < x ≤ upper",
        "both": "equal sizes, ties by row order",
    },
    "zh": {"left": "下限 ≤ x < 上限", "right": "下限 < x ≤ 上限", "both": "等分，同值按行序"},
}
_LIMITS: Final = {
    "en": {
        "left": ("at least {}", "below {}"),
        "right": ("above {}", "at most {}"),
        "both": ("from {}", "to {} in bands of equal size"),
    },
    "zh": {
        "left": ("不低于 {}", "低于 {}"),
        "right": ("高于 {}", "不高于 {}"),
        "both": ("自 {}", "至 {}，各档等量"),
    },
}
_NO_EVENT: Final = {
    "en": "No event up to the as-of date: not scored, RFM 0.",
    "zh": "截至基准日没有事件：不打分，RFM 为 0。",
}
_SENTENCE: Final = {
    "en": "Recency {} days ({}): R {}; frequency {} ({}): F {}; monetary {} ({}): M {}; RFM {}.",
    "zh": "最近一次 {} 天（{}）：R 为 {}；频率 {}（{}）：F 为 {}；金额 {}（{}）：M 为 {}；RFM 为 {}。",
}

CutLists = tuple[FloatArray | None, FloatArray | None, FloatArray | None]


@record
class Population:
    """The scores of all customers.

    Attributes:
        values: recency, frequency and monetary value of each customer.
        scores: R, F and M of each customer; 0 without events.
        code: 100R + 10F + M.
        bands: the bands of each measure.
        groups: the group within which each measure was scored; None for all customers together.
        faults: the error of each customer who cannot be scored.
    """

    values: tuple[FloatArray, FloatArray, FloatArray]
    scores: tuple[Scores, Scores, Scores]
    code: FloatArray
    bands: tuple[list[Band], ...]
    groups: tuple[Groups | None, ...]
    faults: Mapping[int, CellError]

    def with_faults(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A column with the error of each customer who cannot be scored in its place."""
        return faulty(values, self.faults.items()) if self.faults else values

    def band_table(self, lang: str) -> pd.DataFrame:
        """One row per measure and score: the cut-offs, the tie rule, and how many customers."""
        rows = [
            (
                _NAMES[lang][i],
                _group_name(i, band.group) if self.groups[i] is not None else None,
                band.score,
                band.lower if np.isfinite(band.lower) else None,
                band.upper if np.isfinite(band.upper) else None,
                _RULES[lang][band.closed],
                band.count,
            )
            for i in range(3)
            for band in self.bands[i]
        ]
        return pd.DataFrame(rows, columns=list(_HEADERS[lang]), dtype=object)

    def reasons(self, lang: str) -> TextArray:
        """One sentence per customer with the figures and the bands they fall into."""
        sentence = _SENTENCE[lang]
        columns: list[list[Any]] = []
        for i in range(3):
            texts = {(band.group, band.score): _in_words(band, lang) for band in self.bands[i]}
            groups = self.groups[i]
            group = [0] * len(self.code) if groups is None else groups.tolist()
            scores = self.scores[i].tolist()
            shown = [f"{value:.10g}" for value in self.values[i].tolist()]
            keys = zip(group, scores, strict=True)
            columns += [shown, [texts.get(key, "") for key in keys], scores]
        codes = self.code.astype(np.int64).tolist()
        reasons = np.empty(len(codes), dtype=object)
        reasons[:] = [
            sentence.format(*row) if row[-1] else _NO_EVENT[lang]
            for row in zip(*columns, codes, strict=True)
        ]
        return faulty(reasons, self.faults.items())


def _in_words(band: Band, lang: str) -> str:
    """A band as it stands in a reason: "above 2, at most 4"."""
    lower, upper = _LIMITS[lang][band.closed]
    parts = [
        text.format(f"{limit:.10g}")
        for text, limit in ((lower, band.lower), (upper, band.upper))
        if np.isfinite(limit)
    ]
    return {"en": ", ", "zh": "、"}[lang].join(parts)


def score_population(
    values: tuple[FloatArray, FloatArray, FloatArray],
    *,
    bins: int,
    method: str,
    cuts: CutLists = (None, None, None),
    nested: bool = False,
    known_faults: Mapping[int, CellError] | None = None,
    fitted: bool = False,
) -> Population:
    """Score recency, frequency and monetary value of all customers.

    Args:
        values: recency (days; NaN without events), frequency and monetary value.
        bins: number of scores.
        method: one of ``rfm_scoring.RULES``.
        cuts: cut-offs to use in place of computed ones.
        nested: score F within each R, and M within each R and F.
        known_faults: customers who are left out because of an error.
        fitted: whether the cut-offs are those that the method gave for a whole population, of
            which these customers are a part.

    Raises:
        CallError: the cut-offs do not fit the method.
    """
    if not fitted:
        check_cuts(cuts, method, nested=nested)
    recency, frequency, _ = values
    faults = dict(known_faults or {})
    inactive = np.isnan(recency)
    for i in np.flatnonzero(inactive & (frequency > 0)).tolist():
        faults.setdefault(i, _no_recency(frequency[i]))
    left_out = inactive
    if faults:
        left_out = inactive.copy()
        left_out[list(faults)] = True
    rows = np.flatnonzero(~left_out) if left_out.any() else None
    used = values if rows is None else tuple(column[rows] for column in values)
    scores, bands, groups = _score_three(used, bins, method, cuts, nested=nested)
    if rows is not None:
        count = len(recency)
        scores = [_spread(column, rows, count) for column in scores]
        groups = [None if group is None else _spread(group, rows, count) for group in groups]
    r, f, m = scores
    code = r * np.float64(100) + f * np.float64(10) + m
    return Population(values, (r, f, m), code, tuple(bands), tuple(groups), faults)


def _score_three(
    values: tuple[FloatArray, ...], bins: int, method: str, cuts: CutLists, *, nested: bool
) -> tuple[list[Scores], list[list[Band]], list[Groups | None]]:
    scores: list[Scores] = []
    bands: list[list[Band]] = []
    groups: list[Groups | None] = []
    for i, column in enumerate(values):
        measure = Measure(column, low_is_good=i == 0, cuts=cuts[i])
        if not len(column):
            found: tuple[Scores, list[Band]] = np.zeros(0, dtype=np.int8), []
            group = None
        elif nested and i:
            group = sum(
                (s.astype(np.int32) * 10 ** (i - 1 - j) for j, s in enumerate(scores)),
                start=np.zeros(len(column), dtype=np.int32),
            )
            found = score_within(measure, bins, method, group)
        else:
            group = None
            found = score(measure, bins, method)
        scores.append(found[0])
        bands.append(found[1])
        groups.append(group)
    return scores, bands, groups


def check_cuts(cuts: CutLists, method: str, *, nested: bool) -> None:
    """Refuse cut-offs that do not fit the method.

    Raises:
        CallError: they do not.
    """
    for name, given in zip(_ARGUMENTS, cuts, strict=True):
        argument = f"{name}_cuts"
        if given is None:
            if method == "custom":
                raise CallError(
                    argument,
                    Words("nothing", "空"),
                    Words('cut-offs, since method is "custom"', "分界（method 为 custom）"),
                    code=errors.NA,
                )
            continue
        if method in {"rank", "rank_average", "ntile"}:
            allowed = Words(f'left out with method "{method}"', f"留空（method 为 {method}）")
            raise CallError(argument, given.tolist(), allowed)
        if nested:
            raise CallError(
                argument, given.tolist(), Words("left out when nested", "留空（嵌套时）")
            )
        if not 1 <= len(given) < _MOST_BINS or (np.diff(given) < 0).any():
            allowed = Words("1 to 8 numbers in ascending order", "1 至 8 个升序的数")
            raise CallError(argument, given.tolist(), allowed, code=errors.NUM)
    if nested and method == "custom":
        raise CallError("method", method, Words("another one when nested", "其他规则（嵌套时）"))


def _no_recency(frequency: float) -> CellError:
    return CellError(
        errors.NA,
        f"recency is missing although frequency is {frequency:.15g}.",
        f"频率为 {frequency:.15g}，却缺少 recency（最近一次）。",
    )


def _spread(values: npt.NDArray[Any], rows: npt.NDArray[np.intp], count: int) -> npt.NDArray[Any]:
    spread = np.zeros(count, dtype=values.dtype)
    spread[rows] = values
    return spread


def _group_name(measure: int, group: int) -> str:
    return " ".join(
        f"{letter}{digit}" for letter, digit in zip("RF"[:measure], str(group), strict=True)
    )
