"""The spread of a loan over the loan prime rate, by grade and term, not below a floor."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CallError, CellError, Words, column_of
from udfs.grading.master_scales import check_unique, grade_key
from udfs.kinds import (
    POSITIVE,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import blank_nan, errors_at, once_each, unknown
from udfs.pricing.rate_checks import BASIS_POINTS, BP_DECIMALS
from udfs.records import record
from udfs.tables import builtin

GradeSpreads = Annotated[pd.DataFrame, Table(builtin="lpr_spreads")]
TermSpreads = Annotated[pd.DataFrame, Table(builtin="term_spreads")]
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "rate": ("利率",),
    }
)


@udf(
    "CR_SPREAD",
    family="pricing",
    zh="""按信用等级与期限给出 LPR 加点（基点）；合同利率 = LPR + 加点，不低于底线利率。

    低于底线利率时，加点提高到使合同利率达到底线的最小整数基点。加点在合同期内不变。

    参数：
        grade: 信用等级，单元格或区域。
        lpr: 贷款市场报价利率，小数，由使用者按期限给出（一年期或五年期以上）。
        years: 贷款期限，年；省略则一律按期限加点表的最后一行（最长期限）。
        floor: 底线利率，小数，如 CR_RATE 的结果；空白为没有底线。
        spreads: 各等级加点表；默认为内置表 lpr_spreads。
        terms: 期限加点表；默认为内置表 term_spreads。
        out: "value" 加点，基点；"rate" 合同利率；"why" 理由；"table" 各项构成。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的基点数；out 为 "rate" 时为年利率。
    错误：
        表中没有该等级为 #VALUE!；该等级不予定价，或期限超出期限加点表，为 #N/A。
    来源：
        合同利率 = LPR ± 基点，合同期内加点固定：中国人民银行公告〔2019〕第 16 号、第 30 号（请核对法规原
        文）；基点为 creditcells 默认，见 CR_POLICY("lpr_spreads")。
    """,
)
def spread_over_lpr(
    grade: Annotated[TextArray, Texts()],
    lpr: Annotated[FloatArray, Numbers()],
    years: Annotated[FloatArray, Numbers(bounds=POSITIVE)] | None = None,
    floor: Annotated[FloatArray, Numbers()] | None = None,
    spreads: GradeSpreads | None = None,
    terms: TermSpreads | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Spread over the loan prime rate in basis points, by grade and term, not below a floor rate.

    Contract rate = LPR + spread. Below the floor, the spread is raised to the next whole basis
    point at which the contract rate reaches it. The spread then holds for the whole contract.

    Args:
        grade: Credit grade, one cell or a range.
        lpr: Loan prime rate, decimal, as published for the term (one year, or over five years).
        years: Term of the loan in years; left out: the last row of terms (the longest term).
        floor: Floor rate, decimal, such as the result of CR_RATE; blank if there is none.
        spreads: Basis points by grade; default the built-in lpr_spreads.
        terms: Basis points by term; default the built-in term_spreads.
        out: "value" the spread in bp; "rate" the contract rate; "why" the reason; "table" all
            parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Basis points in the common shape; rates per year with out "rate".

    Errors:
        #VALUE! where the grade is not in the table; #N/A where the grade is not lent to at any
        price, or the term is blank or beyond the table of terms.

    Example:
        =CR_SPREAD("BBB",3%,1) -> 75
        =CR_SPREAD({"AAA";"BBB";"BB"},3.5%,{1;5;10},,,,"rate") -> {0.032;0.0445;0.0565}
        =CR_SPREAD("BBB",3%,1,5.34%,,,"why") -> "LPR 3.0000% + 234 bp = 5.3400%: grade BBB gives 75 bp and 1 year 0 bp, raised to reach the floor of 5.3400%."

    Source:
        Contract rate = LPR ± basis points, fixed for the contract: PBOC announcements 2019 No. 16
        and 30 (check against the regulation); the figures are a creditcells default, see
        CR_POLICY("lpr_spreads").
    """
    by_grade, faults = _grade_points(grade, builtin("lpr_spreads").rows if spreads is None else spreads)  # fmt: skip
    by_term, beyond = _term_points(
        years, len(grade), builtin("term_spreads").rows if terms is None else terms
    )
    faults = beyond | faults
    listed = by_grade + by_term
    least = np.full(len(grade), np.nan) if floor is None else floor
    # Rounded first, so that a floor of LPR + 234 bp does not become 235 by the last binary digit.
    needed = np.ceil(np.round((least - lpr) * BASIS_POINTS, BP_DECIMALS))
    spread = np.fmax(listed, needed)
    rate = lpr + spread / BASIS_POINTS
    if out in ("value", "rate"):
        return faulty(spread if out == "value" else rate, faults.items())
    parts = _Parts(grade, lpr, years, by_grade, by_term, least, spread, rate)
    if out == "table":
        return parts.table(faults, lang)
    return faulty(parts.reasons(lang), faults.items())


def _grade_points(grades: TextArray, table: pd.DataFrame) -> tuple[FloatArray, Faults]:
    """The basis points of each grade; NaN and the error where there are none."""
    listed = table["grade"].to_numpy()
    check_unique(listed, "spreads", "grade", "等级")
    points = dict(zip(map(grade_key, listed), table["spread_bp"].tolist(), strict=True))
    codes, keys = once_each(grades, grade_key)
    _, texts = once_each(grades, str)
    values = np.array([points.get(key, np.nan) for key in keys], dtype=np.float64)[codes]
    read: list[CellError | None] = []
    for key, text in zip(keys, texts, strict=True):
        if key not in points:
            read.append(unknown("grade", text, listed))
        else:
            read.append(_not_priced(text) if np.isnan(points[key]) else None)
    return values, errors_at(codes, read)


def _not_priced(grade: str) -> CellError:
    return CellError(
        errors.NA,
        f"grade {grade} has no spread in the table spreads: it is not lent to at any price.",
        f"等级 {grade} 在加点表中没有基点：该等级不予定价、不予授信。",
    )


def _term_points(
    years: FloatArray | None, count: int, table: pd.DataFrame
) -> tuple[FloatArray, Faults]:
    """The basis points of each term; the last row's where no term is given at all."""
    limits = table["years"].fillna(np.inf).to_numpy(dtype=np.float64)
    points = table["spread_bp"].to_numpy(dtype=np.float64)
    if (np.diff(limits) <= 0).any():
        shown = ", ".join(f"{limit:g}" for limit in limits)
        allowed = Words("terms in ascending order, a blank one last", "由短到长的期限，空白在最后")
        raise CallError(column_of("terms", "years", "期限（年）"), shown, allowed)
    if years is None:
        return np.full(count, points[-1]), {}
    place = np.searchsorted(limits, years, side="left")
    faults: Faults = {}
    for row in np.flatnonzero(np.isnan(years) | (place == len(limits))).tolist():
        faults[row] = _no_term(float(years[row]))
    return np.append(points, np.nan)[np.minimum(place, len(points))], faults


def _no_term(years: float) -> CellError:
    if np.isnan(years):
        return CellError(errors.NA, "years is missing.", "缺少 years。")
    return CellError(
        errors.NA,
        f"no row of the table terms reaches {years:g} years; end it with a row whose years are "
        "blank.",
        f"期限加点表中没有适用于 {years:g} 年的行；请以期限留空的一行结尾。",
    )


@record
class _Parts:
    grade: TextArray
    lpr: FloatArray
    years: FloatArray | None
    by_grade: FloatArray
    by_term: FloatArray
    floor: FloatArray
    spread: FloatArray
    rate: FloatArray

    def table(self, faults: Faults, lang: str) -> pd.DataFrame:
        raised = self.spread - self.by_grade - self.by_term
        columns = (
            self.grade,
            self.lpr,
            faulty(self.by_grade, faults.items()),
            faulty(self.by_term, faults.items()),
            faulty(raised, faults.items()),
            faulty(self.spread, faults.items()),
            faulty(self.rate, faults.items()),
            blank_nan(self.floor),
        )
        return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)))

    def reasons(self, lang: str) -> TextArray:
        years = np.full(len(self.lpr), np.nan) if self.years is None else self.years
        figures = (self.lpr, years, self.by_grade, self.by_term, self.floor, self.spread, self.rate)
        columns = (self.grade.tolist(), *(column.tolist() for column in figures))
        one = _reason_zh if lang == "zh" else _reason_en
        return np.array([one(*row) for row in zip(*columns, strict=True)], dtype=object)


_HEADERS: Final = {
    "en": ("grade", "LPR", "grade bp", "term bp", "raised bp", "spread bp", "rate", "floor"),
    "zh": ("等级", "LPR", "等级加点", "期限加点", "底线加点", "利差（基点）", "利率", "底线利率"),
}


def _reason_en(
    grade: str, lpr: float, years: float, by_grade: float, by_term: float, floor: float,
    spread: float, rate: float,
) -> str:  # fmt: skip
    term = "the longest term" if np.isnan(years) else f"{years:g} year{'' if years == 1 else 's'}"
    text = f"LPR {lpr:.4%} {_points(spread)} bp = {rate:.4%}: grade {grade} gives {by_grade:g} bp and {term} {by_term:g} bp"  # fmt: skip
    if np.isnan(floor):
        return f"{text}."
    if spread > by_grade + by_term:
        return f"{text}, raised to reach the floor of {floor:.4%}."
    return f"{text}; the floor of {floor:.4%} does not bind."


def _reason_zh(
    grade: str, lpr: float, years: float, by_grade: float, by_term: float, floor: float,
    spread: float, rate: float,
) -> str:  # fmt: skip
    term = "最长期限" if np.isnan(years) else f"{years:g} 年期"
    text = f"LPR {lpr:.4%} {_points(spread)} 基点 = {rate:.4%}：等级 {grade} 加 {by_grade:g} 基点，{term}加 {by_term:g} 基点"  # fmt: skip
    if np.isnan(floor):
        return f"{text}。"
    if spread > by_grade + by_term:
        return f"{text}，并提高至底线利率 {floor:.4%}。"
    return f"{text}；底线利率 {floor:.4%} 未起作用。"


def _points(spread: float) -> str:
    return f"+ {spread:g}" if spread >= 0 else f"− {-spread:g}"
