"""The credit limit as the least of several methods."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CellError
from udfs.grading.grade_order import grade_order
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Choice,
    FloatArray,
    Language,
    Numbers,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, unknown_rows
from udfs.limits.amounts import parts_table, shown
from udfs.limits.methods import (
    LimitMethods,
    LimitMultiples,
    active_methods,
    debt_capacity,
    leverage_cap,
    multiples_of,
    parameter,
)
from udfs.records import record
from udfs.tables import builtin

Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
AnyAmounts = Annotated[FloatArray, Numbers()]

_OUTPUTS: Final = Choice(
    {
        "value": ("limit", "值", "结果"),
        "method": ("binding", "方法"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_NEEDS: Final = {
    "working_capital": ("need",),
    "leverage": ("assets", "liabilities"),
    "cash_flow": ("cash_flow", "rate", "years"),
    "equity": ("equity", "grade", "existing"),
    "collateral": ("collateral_value", "max_ltv"),
    "regulatory": ("room",),
}
"""The arguments that each method needs."""

_NOTHING: Final = CellError(
    errors.NA,
    "no method can be computed: give the inputs of at least one, such as need, or assets and "
    "liabilities.",
    "没有一种方法可以测算：请至少给出一种方法的参数，如 need，或 assets 与 liabilities。",
)


@udf(
    "CR_LIMIT",
    family="limits",
    zh="""测算新增授信额度：取多种方法中的最小者，并指出起约束作用的方法；缺参数的方法列为未测算，不按零处理。

    各方法均为新增授信的空间。最小者为负时额度为 0 并说明原因。停用某方法请修改政策表。

    参数：
        need: 营运资金需求，即 CR_WCNEED 的结果，万元。
        assets: 资产总计，万元；与 liabilities 一起用于负债率上限。
        liabilities: 负债合计，万元。
        cash_flow: 每年可用于偿还新债的现金流，万元；与 rate、years 一起用于现金流偿债上限。
        rate: 年利率，小数。
        years: 还款年数。
        equity: 有效净资产，万元；与 grade、existing 一起用于净资产倍数。
        grade: 信用等级。
        existing: 各家银行现有授信，万元；没有填 0。
        collateral_value: 尚未抵质押的押品认定价值（扣除折扣后），万元；与 max_ltv 一起使用，均可取自 CR_LTV。
        max_ltv: 最高抵押率，小数。
        room: 监管限额余量，即 CR_EXPOSURE 的结果，万元。
        methods: 启用哪些方法及其参数；默认为内置表 limit_methods。
        multiples: 各等级的净资产倍数；默认为内置表 limit_multiples。
        out: "value" 额度；"method" 起约束作用的方法；"why" 理由；"table" 各方法的结果。
        lang: 方法、理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的额度，万元；没有任何参数的行为空白。
    错误：
        没有一种方法可以测算为 #N/A；等级无法识别为 #VALUE!；数值超出范围为 #NUM!。
    来源：
        各方法见 CR_WCNEED、CR_LEVERAGECAP、CR_DEBTCAPACITY、CR_EQUITYCAP、CR_LTV、CR_EXPOSURE；取最小者为 creditcells 默认。
    """,
)
def credit_limit(
    need: Amounts | None = None,
    assets: Amounts | None = None,
    liabilities: Amounts | None = None,
    cash_flow: AnyAmounts | None = None,
    rate: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)] | None = None,
    years: Annotated[FloatArray, Numbers(bounds=POSITIVE)] | None = None,
    equity: AnyAmounts | None = None,
    grade: Annotated[TextArray, Texts()] | None = None,
    existing: Amounts | None = None,
    collateral_value: Amounts | None = None,
    max_ltv: Annotated[FloatArray, Numbers(bounds=PROBABILITY)] | None = None,
    room: AnyAmounts | None = None,
    methods: LimitMethods | None = None,
    multiples: LimitMultiples | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Limit for new credit: the least of several methods, with the binding one named.

    A method whose inputs are missing is named as not computed and never counts as zero or as
    room. A least result below zero is a limit of 0 with the reason. Switch methods off in the
    policy.

    Args:
        need: Working-capital need, the result of CR_WCNEED, 10k yuan.
        assets: Total assets, 10k yuan; with liabilities for the leverage cap.
        liabilities: Total liabilities, 10k yuan.
        cash_flow: Cash flow a year for the service of new debt, 10k yuan; with rate and years
            for the cash-flow cap.
        rate: Interest rate per year, decimal.
        years: Years of repayment.
        equity: Effective net assets, 10k yuan; with grade and existing for the equity multiple.
        grade: Credit grade.
        existing: Credit in use at all banks, 10k yuan; 0 if none.
        collateral_value: Recognised value (after haircut) of collateral not yet pledged, 10k
            yuan; with max_ltv, both as CR_LTV gives them.
        max_ltv: Highest loan to value, decimal.
        room: Room under the large-exposure limits, the result of CR_EXPOSURE, 10k yuan.
        methods: Which methods are active, with parameters; default the built-in limit_methods.
        multiples: Equity multiple per grade; default the built-in limit_multiples.
        out: "value" the limit; "method" the binding method; "why" the reason; "table" the result
            of every method.
        lang: Language of method, reason and headers, "en" or "zh".

    Returns:
        Limit in 10k yuan, in the common shape; blank where nothing is given.

    Errors:
        #N/A where no method can be computed; #VALUE! where the grade is unknown; #NUM! where a
        figure is out of range.

    Example:
        =CR_LIMIT(2000,10000,6000,800,0.06,5,4000,"BBB",2500,3000,0.6) -> 1500
        =CR_LIMIT({2000;900},10000,{6000;""},,,,,,,,,,,,"method") -> {"working-capital need";"working-capital need"}

    Source:
        Methods: CR_WCNEED, CR_LEVERAGECAP, CR_DEBTCAPACITY, CR_EQUITYCAP, CR_LTV, CR_EXPOSURE;
        the least of them: creditcells default.
    """
    given = {
        "need": need,
        "assets": assets,
        "liabilities": liabilities,
        "cash_flow": cash_flow,
        "rate": rate,
        "years": years,
        "equity": equity,
        "existing": existing,
        "collateral_value": collateral_value,
        "max_ltv": max_ltv,
        "room": room,
    }
    table = active_methods(methods)
    scale = builtin("limit_multiples").rows if multiples is None else multiples
    inputs = _Inputs.of(given, grade, scale)
    amounts = [_amounts(code, inputs, methods) for code in table["method"]]
    faults: Faults = {}
    if grade is not None and "equity" in set(table["method"]):
        unreadable = np.where(np.isnan(inputs.figures["grade"]) & (grade != ""), NOWHERE, 0)
        faults = unknown_rows("grade", grade, unreadable, grade_order(scale).grades)
    limit = _Limit.of(table, amounts, inputs)
    for row in np.flatnonzero(np.isnan(limit.least) & ~limit.blank).tolist():
        faults.setdefault(row, _NOTHING)
    return _result(limit, faults, out, lang)


@record
class _Inputs:
    """What a call states: figures by argument, NaN where missing; a grade as its multiple."""

    figures: dict[str, FloatArray]
    blank: BoolArray

    @staticmethod
    def of(
        given: dict[str, FloatArray | None], grade: TextArray | None, scale: pd.DataFrame
    ) -> _Inputs:
        lengths = [len(part) for part in (*given.values(), grade) if part is not None]
        count = lengths[0] if lengths else 1
        nothing = np.full(count, np.nan)
        figures = {name: nothing if part is None else part for name, part in given.items()}
        figures["grade"] = nothing if grade is None else multiples_of(grade, scale)
        blank = np.ones(count, dtype=bool) if grade is None else np.asarray(grade == "")
        for part in given.values():
            if part is not None and blank.any():
                blank &= np.isnan(part)
        return _Inputs(figures, blank)


@record
class _Limit:
    """The room by each active method, and the least of them."""

    table: pd.DataFrame
    amounts: list[FloatArray]
    least: FloatArray
    inputs: _Inputs

    @property
    def blank(self) -> BoolArray:
        """Rows without any input."""
        return self.inputs.blank

    @property
    def binding(self) -> npt.NDArray[np.intp]:
        """The method that gives the least room, of equals the first."""
        rooms = np.stack(self.amounts)
        binding: npt.NDArray[np.intp] = np.argmin(np.where(np.isnan(rooms), np.inf, rooms), axis=0)
        return binding

    @staticmethod
    def of(table: pd.DataFrame, amounts: list[FloatArray], inputs: _Inputs) -> _Limit:
        """The least room, NaN where no method has one."""
        least = amounts[0]
        for room in amounts[1:]:
            least = np.fmin(least, room)
        return _Limit(table, amounts, least, inputs)


def _amounts(code: str, inputs: _Inputs, methods: pd.DataFrame | None) -> FloatArray:
    """The room by one method; NaN where an input is missing."""
    of = inputs.figures
    if code == "working_capital":
        return of["need"]
    if code == "regulatory":
        return of["room"]
    if code == "leverage":
        return leverage_cap(of["assets"], of["liabilities"], parameter(methods, code))
    if code == "cash_flow":
        least = parameter(methods, code)
        return debt_capacity(of["cash_flow"], of["rate"], of["years"], least)
    if code == "equity":
        return of["equity"] * of["grade"] - of["existing"]
    return of["collateral_value"] * of["max_ltv"]


def _result(
    limit: _Limit, faults: Faults, out: str, lang: str
) -> FloatArray | TextArray | pd.DataFrame:
    labels = limit.table[f"label_{lang}"].to_numpy(dtype=object)
    rooms = np.maximum(limit.least, 0)
    if out == "table":
        return _table(limit, rooms, labels, faults, lang)
    if out == "why":
        return faulty(_reasons(limit, labels, lang), faults.items())
    values = labels[limit.binding] if out == "method" else rooms
    if not (faults or limit.blank.any()):
        return values
    mixed = values.astype(object)
    mixed[limit.blank] = None
    return faulty(mixed, faults.items())


def _table(
    limit: _Limit, rooms: FloatArray, labels: TextArray, faults: Faults, lang: str
) -> pd.DataFrame:
    headers = {
        "en": ("new_credit", "binding_method", "not_computed"),
        "zh": ("新增授信", "约束方法", "未测算"),
    }[lang]
    binding = labels[limit.binding]
    binding[limit.blank] = None
    lacking = np.empty(len(rooms), dtype=object)
    lacking[:] = [
        None if limit.blank[i] else _lacking(limit, i, labels, lang) for i in range(len(rooms))
    ]
    columns = (rooms, binding, *limit.amounts, lacking)
    names = (headers[0], headers[1], *labels, headers[2])
    return parts_table(names, columns, faults)


_WORDS: Final = {
    "en": {
        "limit": "Limit {}: bound by {}",
        "none": "Limit 0: {} gives {}, no room for new credit",
        "others": "; others: {}",
        "lacking": "; not computed: {}",
        "lacks": "{} ({} missing)",
        "joint": ", ",
        "stop": ".",
    },
    "zh": {
        "limit": "额度 {}：由{}决定",
        "none": "额度 0：{}为 {}，没有新增授信空间",
        "others": "；其余：{}",
        "lacking": "；未测算：{}",
        "lacks": "{}（缺 {}）",
        "joint": "、",
        "stop": "。",
    },
}


def _reasons(limit: _Limit, labels: TextArray, lang: str) -> TextArray:
    words = _WORDS[lang]
    binding = limit.binding
    reasons = np.empty(len(limit.least), dtype=object)
    for i, least in enumerate(limit.least.tolist()):
        if limit.blank[i] or np.isnan(least):
            continue
        bound = labels[binding[i]]
        sentence = (
            words["limit"].format(shown(least), bound)
            if least > 0
            else words["none"].format(bound, shown(least))
        )
        others = [
            f"{label} {shown(limit.amounts[j][i])}"
            for j, label in enumerate(labels)
            if not np.isnan(limit.amounts[j][i]) and j != binding[i]
        ]
        lacking = _lacking(limit, i, labels, lang)
        sentence += words["others"].format(words["joint"].join(others)) if others else ""
        sentence += words["lacking"].format(lacking) if lacking else ""
        reasons[i] = sentence + words["stop"]
    return reasons


def _lacking(limit: _Limit, i: int, labels: TextArray, lang: str) -> str:
    """The active methods without a result in a row, each with the inputs it lacks."""
    words = _WORDS[lang]
    texts = []
    for j, code in enumerate(limit.table["method"]):
        if np.isnan(limit.amounts[j][i]):
            missing = [name for name in _NEEDS[code] if np.isnan(limit.inputs.figures[name][i])]
            texts.append(words["lacks"].format(labels[j], words["joint"].join(missing)))
    return words["joint"].join(texts)
