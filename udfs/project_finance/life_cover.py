"""LLCR and PLCR: the value of the cash flow of loan or project life over the debt."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CellError
from udfs.kinds import NOT_NEGATIVE, Bounds, Choice, FloatArray, Language, Number, Numbers
from udfs.labels import blank_nan
from udfs.project_finance.covenants import RATIO, Covenants, Levels, levels_of
from udfs.project_finance.periods import (
    Cfads,
    Frequency,
    Names,
    PeriodNames,
    Rates,
    check_rates,
    every,
    life,
    per_period,
    period_names,
    present_values,
    shaped,
)
from udfs.records import record

Debt = Annotated[Column, Numbers(series="debt", bounds=NOT_NEGATIVE)]
Reserve = Annotated[Column, Numbers(series="reserve", bounds=NOT_NEGATIVE)]
LoanPeriods = Annotated[float | None, Number(bounds=Bounds(lower=1, whole=True))]

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "min": ("minimum", "最小", "最低"),
        "average": ("mean", "平均"),
        "level": ("covenant", "约束条款"),
    }
)
_DUST: Final = 1e-9
"""Debt below this share of the largest debt is what rounding left of a repaid loan."""


@udf(
    "CR_LLCR",
    family="project_finance",
    zh="""贷款期覆盖率（LLCR）：贷款剩余期限内现金流的现值除以期初债务余额。

    现金流按期末计，以贷款利率折现，每期利率 = 年利率 × 该期月数 ÷ 12。

    参数：
        cfads: 每期可用于偿债的现金流，一行或一列。
        rate: 贷款年利率，小数；一个数或每期一个。
        debt: 首期期初债务余额，或每期期初余额；后者给出各期的比率。
        loan_periods: 贷款期数；省略为全部期间，给出各期余额时为余额大于 0 的期间。
        reserve: 偿债准备金余额，加在现值上；一个数或每期一个；省略为 0。
        frequency: 每期长度："yearly" 年（默认）；"half-yearly" 半年；"quarterly" 季；"monthly" 月。
        periods: 各期名称或日期；省略为第几期。
        covenants: 约束条款表；默认为内置表 project_covenants。
        out: "value" 比率；"min" 最低；"average" 平均；"level" 触发的条款；"why" 一句话结论；"table" 逐期明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        一个倍数；给出各期余额时与 cfads 同形，没有债务的期间为空白。
    错误：
        任一数值缺失为 #N/A；没有债务为 #DIV/0!；loan_periods 超过期数为 #NUM!。
    来源：
        项目融资通行定义；条款水平见 CR_POLICY("project_covenants","source","zh")。
    """,
)
def loan_life_cover(
    cfads: Cfads,
    rate: Rates,
    debt: Debt,
    loan_periods: LoanPeriods = None,
    reserve: Reserve | None = None,
    frequency: Frequency = "yearly",
    periods: PeriodNames | None = None,
    covenants: Covenants | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """Loan life cover ratio (LLCR): value of the cash flow of the remaining loan life over debt.

    Cash flows come at the end of each period and are discounted at the loan rate; the rate of a
    period is the yearly rate times its months / 12.

    Args:
        cfads: Cash flow available for debt service of each period, a row or a column.
        rate: Loan rate per year, decimal; one, or one for each period.
        debt: Debt at the beginning of the first period, or of each period, which gives the ratio
            of each.
        loan_periods: Periods of the loan; left out: all, or with a debt for each period those in
            which there is debt.
        reserve: Balance of the debt service reserve, added to the value; one or one for each
            period; left out: 0.
        frequency: Length of a period: "yearly" (default), "half-yearly", "quarterly", "monthly".
        periods: Names or dates of the periods; left out: their numbers.
        covenants: Covenants with their levels; default the built-in project_covenants.
        out: "value" the ratio; "min", "average"; "level" the covenant breached; "why" the finding
            in a sentence; "table" all by period.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One multiple; with a debt for each period, one each in the shape of cfads, blank where
        there is no debt.

    Errors:
        #N/A if any figure is missing; #DIV/0! if there is no debt; #NUM! if loan_periods exceeds
        the periods.

    Example:
        =CR_LLCR({100,110,120,130,140},6%,400) -> 1.2514547
        =CR_LLCR({100;110;120;130;140;140;140;140},6%,{400;329.041;253.825;174.096;89.584;0;0;0}) -> {1.2514547;1.3087025;1.3649317;1.4201418;1.4743199;"";"";""}

    Source:
        Usual definition in project finance; levels: CR_POLICY("project_covenants","source").
    """
    count = len(cfads)
    owed = _Debt.of(debt, count)
    remaining = life(loan_periods, count)
    if loan_periods is None and owed.by_period:
        remaining = owed.last
    cash = every(cfads, "cfads", count)
    used = np.where(np.arange(count) < remaining, cash, 0.0)
    # After its life a loan has no debt to cover.
    debts = np.where(np.arange(count) < remaining, owed.amounts, 0.0)
    case = _Case("llcr", used, every(rate, "rate", count), debts, owed.by_period)
    return _answer(case, cfads, reserve, frequency, periods, covenants, out, lang)


@udf(
    "CR_PLCR",
    family="project_finance",
    zh="""项目期覆盖率（PLCR）：项目剩余寿命内现金流的现值除以期初债务余额。

    与 CR_LLCR 相同，但计入贷款到期之后的现金流。

    参数：
        cfads: 项目全部寿命内每期可用于偿债的现金流，一行或一列。
        rate: 贷款年利率，小数；一个数或每期一个。
        debt: 首期期初债务余额，或每期期初余额；后者给出各期的比率。
        reserve: 偿债准备金余额，加在现值上；一个数或每期一个；省略为 0。
        frequency: 每期长度："yearly" 年（默认）；"half-yearly" 半年；"quarterly" 季；"monthly" 月。
        periods: 各期名称或日期；省略为第几期。
        covenants: 约束条款表；默认为内置表 project_covenants。
        out: "value" 比率；"min" 最低；"average" 平均；"level" 触发的条款；"why" 一句话结论；"table" 逐期明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        一个倍数；给出各期余额时与 cfads 同形，没有债务的期间为空白。
    错误：
        任一数值缺失为 #N/A；没有债务为 #DIV/0!。
    来源：
        项目融资通行定义；条款水平见 CR_POLICY("project_covenants","source","zh")。
    """,
)
def project_life_cover(
    cfads: Cfads,
    rate: Rates,
    debt: Debt,
    reserve: Reserve | None = None,
    frequency: Frequency = "yearly",
    periods: PeriodNames | None = None,
    covenants: Covenants | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """Project life cover ratio (PLCR): value of the cash flow of the remaining project over debt.

    As CR_LLCR, with the cash flow after the end of the loan.

    Args:
        cfads: Cash flow available for debt service of each period of the project's life.
        rate: Loan rate per year, decimal; one, or one for each period.
        debt: Debt at the beginning of the first period, or of each period, which gives the ratio
            of each.
        reserve: Balance of the debt service reserve, added to the value; one or one for each
            period; left out: 0.
        frequency: Length of a period: "yearly" (default), "half-yearly", "quarterly", "monthly".
        periods: Names or dates of the periods; left out: their numbers.
        covenants: Covenants with their levels; default the built-in project_covenants.
        out: "value" the ratio; "min", "average"; "level" the covenant breached; "why" the finding
            in a sentence; "table" all by period.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One multiple; with a debt for each period, one each in the shape of cfads, blank where
        there is no debt.

    Errors:
        #N/A if any figure is missing; #DIV/0! if there is no debt.

    Example:
        =CR_PLCR({100,110,120,130,140,140,140,140},6%,400) -> 1.9505552
        =CR_PLCR({100,110,120,130,140,140,140,140},6%,400,,,,,"level") -> "lock-up"

    Source:
        Usual definition in project finance; levels: CR_POLICY("project_covenants","source").
    """
    count = len(cfads)
    owed = _Debt.of(debt, count)
    cash, rates = every(cfads, "cfads", count), every(rate, "rate", count)
    case = _Case("plcr", cash, rates, owed.amounts, owed.by_period)
    return _answer(case, cfads, reserve, frequency, periods, covenants, out, lang)


@record
class _Debt:
    """Opening debt of each period; where one number was given, of the first period only."""

    amounts: FloatArray
    by_period: bool

    @classmethod
    def of(cls, debt: Column, count: int) -> _Debt:
        given = every(debt, "debt", count)
        if len(debt) == 1:
            return cls(np.append(given[:1], np.zeros(count - 1)), by_period=False)
        return cls(np.where(given > _DUST * given.max(), given, 0.0), by_period=True)

    @property
    def last(self) -> int:
        """The number of periods up to the last one with debt."""
        there = np.flatnonzero(self.amounts > 0)
        return int(there[-1]) + 1 if len(there) else 0


@record
class _Case:
    """The cash flow that counts, the yearly rates and the debts it covers."""

    ratio: str
    cash: FloatArray
    rates: FloatArray
    debts: FloatArray
    by_period: bool


def _answer(
    case: _Case,
    cfads: Column,
    reserve: Column | None,
    frequency: str,
    periods: Column | None,
    covenants: pd.DataFrame | None,
    out: str,
    lang: str,
) -> Whole:
    count = len(case.cash)
    names = period_names(periods, count, lang)
    check_rates(case.rates)
    if not (case.debts > 0).any():
        return Whole(_NO_DEBT)
    spare = np.zeros(count) if reserve is None else every(reserve, "reserve", count)
    values = present_values(case.cash, per_period(case.rates, frequency))[:-1] + spare
    ratios = np.full(count, np.nan)
    np.divide(values, case.debts, out=ratios, where=case.debts > 0)
    levels = levels_of(case.ratio, covenants, lang)
    if out in ("value", "level"):
        cells = blank_nan(ratios) if out == "value" else levels.of(ratios)
        return shaped(cells, cfads.shape) if case.by_period else Whole(cells[0])
    if out == "table":
        headers = _HEADERS[lang]
        ratio = RATIO[case.ratio] if lang == "en" else _RATIO_ZH[case.ratio]
        columns = (
            names.column(), case.cash, values, case.debts, blank_nan(ratios), levels.of(ratios)
        )  # fmt: skip
        frame = pd.DataFrame(dict(zip((*headers[:4], ratio, headers[-1]), columns, strict=True)))
        return Whole(frame[~np.isnan(ratios)])
    if out == "why":
        return Whole(_reason(case.ratio, ratios, names, levels, lang))
    tested = ratios[~np.isnan(ratios)]
    return Whole(float(tested.min() if out == "min" else tested.mean()))


def _reason(ratio: str, ratios: FloatArray, names: Names, levels: Levels, lang: str) -> str:
    place = int(np.nanargmin(ratios))
    lowest, name = float(ratios[place]), RATIO[ratio]
    found = levels.words(ratios, names)
    several = np.count_nonzero(~np.isnan(ratios)) > 1
    if lang == "zh":
        where = f"最低为 {lowest:.3f}（{names.spans([place])}）" if several else f"为 {lowest:.3f}"
        return f"{name} {where}；{found}。"
    where = (
        f"is lowest in {names.spans([place])} at {lowest:.3f}" if several else f"is {lowest:.3f}"
    )
    return f"{name} {where}; {found}."


_HEADERS: Final = {
    "en": ("period", "CFADS", "value", "debt", "covenant"),
    "zh": ("期间", "可用于偿债的现金流", "现值", "债务余额", "约束条款"),
}
_RATIO_ZH: Final = {"llcr": "贷款期覆盖率", "plcr": "项目期覆盖率"}
_NO_DEBT: Final = CellError(
    errors.DIV0,
    "debt is 0 throughout: there is nothing to cover.",
    "债务余额全部为 0，无需计算覆盖率。",
)
