"""How much debt a project carries, by several criteria, and how far its cash flow may fall."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, column_of, one_of
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    Choice,
    FloatArray,
    Language,
    Number,
    Numbers,
    Table,
)
from udfs.labels import blank_nan
from udfs.project_finance.life_cover import LoanPeriods
from udfs.project_finance.periods import (
    Cfads,
    DebtService,
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
from udfs.tables import builtin

Criteria = Annotated[pd.DataFrame, Table(builtin="debt_sizing")]
Revenue = Annotated[Column, Numbers(series="revenue", bounds=NOT_NEGATIVE)]

REPAYMENT: Final = Choice(
    {
        "sculpted": ("量身定制", "sculpt"),
        "annuity": ("等额本息",),
        "equal principal": ("等额本金", "linear"),
    }
)
_SIZE_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "binding": ("决定标准",),
    }
)
_FALL_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "periods": ("各期",),
    }
)
_KNOWN: Final = ("dscr", "llcr", "plcr", "gearing")


@udf(
    "CR_DEBTSIZE",
    family="project_finance",
    zh="""项目可承受的债务规模：按 DSCR、LLCR、PLCR 与负债比例分别计算，取最小者并指明决定标准。

    参数：
        cfads: 每期可用于偿债的现金流，一行或一列，可长于贷款期限。
        rate: 贷款年利率，小数；一个数或每期一个。
        project_cost: 项目总投资，与现金流同一货币单位。
        loan_periods: 贷款期数；省略为全部期间。
        method: 还款方式，用于 DSCR 标准："sculpted" 量身定制（默认）；"annuity" 等额本息；"equal principal" 等额本金。
        criteria: 判断标准表：标准与要求，可删除不适用的行；默认为内置表 debt_sizing。
        frequency: 每期长度："yearly" 年（默认）；"half-yearly" 半年；"quarterly" 季；"monthly" 月。
        out: "value" 债务规模；"binding" 决定标准；"why" 一句话结论；"table" 各标准下的规模。
        lang: 名称、理由与表头的语言，"en" 或 "zh"。
    结果：
        一个金额，与现金流同一货币单位。
    错误：
        任一数值缺失为 #N/A；标准无法识别为 #VALUE!；要求不大于 0 或 loan_periods 超过期数为 #NUM!。
    来源：
        项目融资债务规模测算的通行做法；水平见 CR_POLICY("debt_sizing","source","zh")，资本金比例请核对法规原文。
    """,
)
def debt_capacity(
    cfads: Cfads,
    rate: Rates,
    project_cost: Annotated[float, Number(bounds=POSITIVE)],
    loan_periods: LoanPeriods = None,
    method: Annotated[str, REPAYMENT] = "sculpted",
    criteria: Criteria | None = None,
    frequency: Frequency = "yearly",
    out: Annotated[str, _SIZE_OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """Debt capacity of a project: the least by DSCR, LLCR, PLCR and gearing, the binding one named.

    Args:
        cfads: Cash flow available for debt service of each period, also after the loan.
        rate: Loan rate per year, decimal; one, or one for each period.
        project_cost: Total investment, in the unit of the cash flow.
        loan_periods: Periods of the loan; left out: all.
        method: Repayment that must meet the DSCR: "sculpted" (default), "annuity" or
            "equal principal".
        criteria: Criteria with what they require; delete rows that do not apply; default the built-in
            debt_sizing.
        frequency: Length of a period: "yearly" (default), "half-yearly", "quarterly", "monthly".
        out: "value" the debt; "binding" the criterion that sets it; "why" the finding in a
            sentence; "table" the debt by each criterion.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One amount in the unit of the cash flow.

    Errors:
        #N/A if any figure is missing; #VALUE! if a criterion is not known; #NUM! if a requirement is not
        above 0 or loan_periods exceeds the periods.

    Example:
        =CR_DEBTSIZE({100,110,120,130,140,140,140,140},6%,600,5) -> 357.558476
        =CR_DEBTSIZE({100,110,120,130,140,140,140,140},6%,600,5,,,,"binding") -> "LLCR"
        =CR_DEBTSIZE({100,110,120,130,140,140,140,140},6%,600,5,"annuity") -> 324.0279829

    Source:
        Debt sizing as usual in project finance; levels: CR_POLICY("debt_sizing","source"); check
        minimum capital against the regulation.
    """
    count = len(cfads)
    length = life(loan_periods, count)
    cash = every(cfads, "cfads", count)
    yearly = every(rate, "rate", count)
    check_rates(yearly)
    rates = per_period(yearly, frequency)
    table = builtin("debt_sizing").rows if criteria is None else criteria
    sizes = [
        _size(code, level, cash, rates, length, method, project_cost)
        for code, level in zip(*_criteria(table), strict=True)
    ]
    labels = table[f"label_{lang}"].tolist()
    binding = int(np.argmin(sizes))
    if out == "value":
        return Whole(sizes[binding])
    if out == "binding":
        return Whole(labels[binding])
    if out == "why":
        return Whole(_size_reason(labels, table["requirement"].tolist(), sizes, binding, lang))
    marks = {"en": "binding", "zh": "决定标准"}[lang]
    chosen = np.full(len(sizes), "", dtype=object)
    chosen[binding] = marks
    columns = (labels, table["requirement"].to_numpy(), sizes, chosen)
    return Whole(pd.DataFrame(dict(zip(_SIZE_HEADERS[lang], columns, strict=True))))


def _criteria(table: pd.DataFrame) -> tuple[list[str], list[float]]:
    codes = [str(code).casefold() for code in table["criterion"]]
    for place, code in enumerate(codes):
        where = column_of("criteria", "criterion", "标准", place + 1)
        if code not in _KNOWN:
            raise CallError(where, code, one_of(_KNOWN))
        if code in codes[:place]:
            once = Words("each criterion once", "每个标准只出现一次")
            raise CallError(where, Words(f"{code} twice", f"{code} 出现两次"), once)
    levels = table["requirement"].tolist()
    for place, level in enumerate(levels):
        if not level > 0:
            where = column_of("criteria", "requirement", "要求", place + 1)
            raise CallError(where, f"{level:g}", POSITIVE.describe(), code=errors.NUM)
    return codes, levels


def _size(
    code: str,
    level: float,
    cash: FloatArray,
    rates: FloatArray,
    length: int,
    method: str,
    cost: float,
) -> float:
    """The debt that one criterion allows, not below 0."""
    if code == "gearing":
        return level * cost
    if code == "plcr":
        return max(float(present_values(cash, rates)[0]) / level, 0.0)
    own_cash, own_rates = cash[:length], rates[:length]
    if code == "llcr":
        return max(float(present_values(own_cash, own_rates)[0]) / level, 0.0)
    if method == "sculpted":
        return float(present_values(np.maximum(own_cash, 0.0) / level, own_rates)[0])
    service = unit_service(own_rates, method)
    return max(float((own_cash / service).min()) / level, 0.0)


def unit_service(rates: FloatArray, method: str) -> FloatArray:
    """The debt service of each period of a loan of 1, as an annuity or with equal principal."""
    count = len(rates)
    if method == "annuity":
        return np.full(count, 1 / present_values(np.ones(count), rates)[0])
    return 1 / count + rates * (1 - np.arange(count) / count)


def _size_reason(
    labels: list[str], levels: list[float], sizes: list[float], binding: int, lang: str
) -> str:
    others = [
        f"{label} {level:g}: {size:,.2f}"
        for i, (label, level, size) in enumerate(zip(labels, levels, sizes, strict=True))
        if i != binding
    ]
    label, level, size = labels[binding], levels[binding], sizes[binding]
    if lang == "zh":
        text = joined(f"可承受债务 {size:,.2f}，由", label, f"{level:g} 决定")
        rest = "、".join(other.replace(": ", " 为 ") for other in others)
        return joined(text, f"；其余：{rest}。") if others else f"{text}。"
    text = f"The project carries {size:,.2f}, set by {label} {level:g}"
    return f"{text}; {', '.join(others)}." if others else f"{text}."


_SIZE_HEADERS: Final = {
    "en": ("criterion", "requirement", "debt", "binding"),
    "zh": ("标准", "要求", "债务规模", "是否决定"),
}


@udf(
    "CR_BREAKEVEN",
    family="project_finance",
    zh="""盈亏平衡：现金流（或收入）最多可下降多少，偿债备付率才降至要求水平。

    各期按同一比例下降；结果由最薄弱的一期决定。负数表示现在就未达到要求。

    参数：
        cfads: 每期可用于偿债的现金流，一行或一列。
        debt_service: 每期还本付息额，没有则填 0；一个数则各期相同。
        dscr: 要求的偿债备付率；默认 1，即刚好够还本付息。
        revenue: 每期收入；给出则计算收入可下降的比例，成本与税费视为不变；一个数或每期一个。
        periods: 各期名称或日期；省略为第几期。
        out: "value" 可下降的比例；"periods" 各期的比例；"why" 一句话结论；"table" 逐期明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        一个比例，小数；"periods" 与 cfads 同形，没有还本付息的期间为空白。
    错误：
        任一数值缺失为 #N/A；有还本付息的期间现金流（或收入）不大于 0 为 #NUM!；各期均无还本付息为 #DIV/0!。
    来源：
        项目评价中的临界点分析：《建设项目经济评价方法与参数》。
    """,
)
def break_even(
    cfads: Cfads,
    debt_service: DebtService,
    dscr: Annotated[float, Number(bounds=NOT_NEGATIVE)] = 1.0,
    revenue: Revenue | None = None,
    periods: PeriodNames | None = None,
    out: Annotated[str, _FALL_OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """Break-even: by how much cash flow (or revenue) may fall until DSCR reaches a level.

    All periods fall by one share; the weakest sets the result. A negative share says that the
    level is missed already.

    Args:
        cfads: Cash flow available for debt service of each period, a row or a column.
        debt_service: Principal and interest of each period, 0 if none; one number holds for all.
        dscr: DSCR to keep; default 1, which just pays the debt service.
        revenue: Revenue of each period, one or one each; gives the fall of revenue with costs and
            taxes unchanged.
        periods: Names or dates of the periods; left out: their numbers.
        out: "value" the share; "periods" that of each period; "why" the finding in a sentence;
            "table" all by period.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One share, decimal; with "periods" one each in the shape of cfads, blank without debt
        service.

    Errors:
        #N/A if any figure is missing; #NUM! if cash flow (or revenue) is not above 0 in a period
        with debt service; #DIV/0! if no period has debt service.

    Example:
        =CR_BREAKEVEN({100,110,120,130,140},94.95856) -> 0.0504144
        =CR_BREAKEVEN({100,110,120,130,140},80,1.1,{160,170,180,190,200}) -> 0.075

    Source:
        Break-even analysis of project appraisal: Methods and Parameters for the Economic
        Evaluation of Construction Projects (NDRC).
    """
    count = len(cfads)
    names = period_names(periods, count, lang)
    cash, service = every(cfads, "cfads", count), every(debt_service, "debt_service", count)
    base = cash if revenue is None else every(revenue, "revenue", count)
    owed = service > 0
    if not owed.any():
        return Whole(_NO_SERVICE)
    empty = np.flatnonzero(owed & ~(base > 0))
    if len(empty):
        argument = "cfads" if revenue is None else "revenue"
        where = Words(
            f"{argument}, {names.texts[empty[0]]}", joined(argument, f"（{names.texts[empty[0]]}）")
        )
        raise CallError(where, f"{base[empty[0]]:g}", POSITIVE.describe(), code=errors.NUM)
    falls = np.full(count, np.nan)
    np.divide(cash - dscr * service, base, out=falls, where=owed)
    if out == "periods":
        return shaped(blank_nan(falls), cfads.shape)
    if out == "table":
        ratios = np.full(count, np.nan)
        np.divide(cash, service, out=ratios, where=owed)
        columns = (names.column(), cash, service, blank_nan(ratios), blank_nan(falls))
        return Whole(pd.DataFrame(dict(zip(_FALL_HEADERS[lang], columns, strict=True))))
    weakest = int(np.nanargmin(falls))
    if out == "value":
        return Whole(float(falls[weakest]))
    fall = _Fall(float(falls[weakest]), dscr, names, weakest, by_revenue=revenue is not None)
    return Whole(fall.reason(lang))


@record
class _Fall:
    share: float
    dscr: float
    names: Names
    weakest: int
    by_revenue: bool

    def reason(self, lang: str) -> str:
        when = self.names.spans([self.weakest])
        share, missed = f"{abs(self.share):.2%}", self.share < 0
        if lang == "zh":
            what = "收入" if self.by_revenue else "现金流"
            if missed:
                return (
                    f"{what}须增加 {share}，DSCR 才达到 {self.dscr:g}；最薄弱的是{_spaced(when)}。"
                )
            return f"{what}最多可下降 {share}，DSCR 降至 {self.dscr:g}；最薄弱的是{_spaced(when)}。"
        what = "Revenue" if self.by_revenue else "Cash flow"
        if missed:
            return (
                f"{what} must rise by {share} for a DSCR of {self.dscr:g}; the weakest is {when}."
            )
        return f"{what} may fall by {share} until DSCR is {self.dscr:g}; the weakest is {when}."


def _spaced(when: str) -> str:
    return joined("是", when).removeprefix("是")


_FALL_HEADERS: Final = {
    "en": ("period", "CFADS", "debt service", "DSCR", "possible fall"),
    "zh": ("期间", "可用于偿债的现金流", "还本付息额", "偿债备付率", "可下降比例"),
}
_NO_SERVICE: Final = CellError(
    errors.DIV0,
    "no period has debt service: there is nothing to break even with.",
    "各期均没有还本付息，无需计算临界点。",
)
