"""The blended cost of a borrower's funding channels, such as loans, bonds and private debt."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, Faults, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words
from udfs.keys import KeyColumn, Lookup, locate
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Choice,
    FloatArray,
    Keys,
    Language,
    Number,
    Numbers,
    TextArray,
    Texts,
)
from udfs.records import record

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "marginal": ("边际渠道",),
        "marginal_cost": ("边际成本",),
    }
)


@udf(
    "CR_MIXCOST",
    family="pricing",
    zh="""多渠道融资（贷款、债券、私募等）的综合成本：各渠道全成本按金额加权。

    全成本 = 年利率 + 一次性费率 ÷ 年限；给出 tax 时再乘以（1 − 税率）。边际渠道为在用渠道中全成本最高者。

    参数：
        amounts: 各渠道金额，每行一个渠道，任一货币单位；空白为未使用。
        rates: 各渠道年利率，小数。
        fees: 各渠道一次性费用占金额的比例，小数；空白为 0。
        years: 各渠道年限，用于分摊一次性费用；有费用时必填。
        channels: 各渠道名称；省略则以第几行表示。
        customers: 客户编号；给出则每个客户一个结果，须同时给出 row_customers。
        row_customers: 各渠道行所属的客户编号。
        tax: 利息抵税的所得税率，小数；省略则不计抵税。
        out: "value" 综合成本；"marginal" 边际渠道；"marginal_cost" 其全成本；"why" 理由；
            "table" 逐渠道明细，按客户时为每个客户一行。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        一个年成本率，小数；给出 customers 时每个客户一个，没有渠道的客户为空白。
    错误：
        渠道缺利率、或有费用而缺年限为 #N/A；金额合计为 0 为 #DIV/0!；按客户时错误只在该客户。
    来源：
        加权平均资金成本；边际渠道为 creditcells 定义。
    """,
)
def blended_cost(
    amounts: Annotated[Column, Numbers(series="channels", bounds=NOT_NEGATIVE)],
    rates: Annotated[Column, Numbers(series="channels")],
    fees: Annotated[Column, Numbers(series="channels", bounds=NOT_NEGATIVE)] | None = None,
    years: Annotated[Column, Numbers(series="channels", bounds=POSITIVE)] | None = None,
    channels: Annotated[Column, Texts(series="channels")] | None = None,
    customers: Annotated[TextArray, Keys()] | None = None,
    row_customers: Annotated[KeyColumn, Keys(series="channels")] | None = None,
    tax: Annotated[float | None, Number(bounds=PROBABILITY)] = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole | FloatArray | TextArray | pd.DataFrame:
    """Blended cost of several funding channels (loan, bond, private debt), weighted by amount.

    All-in cost of a channel = rate + one-off fee / years, times (1 − tax) if tax is given. The
    marginal channel is the one in use with the highest all-in cost.

    Args:
        amounts: Amount of each channel, one row per channel, in any unit; blank if not used.
        rates: Rate of each channel per year, decimal.
        fees: One-off fee of each channel as a share of its amount, decimal; blank is 0.
        years: Term of each channel in years, over which its fee is spread; needed with a fee.
        channels: Name of each channel; left out: the number of its row.
        customers: Customer numbers, for one result per customer; needs row_customers.
        row_customers: Customer number of each channel row.
        tax: Income tax rate against which interest counts, decimal; left out: no tax shield.
        out: "value" the blended cost; "marginal" the marginal channel; "marginal_cost" its cost;
            "why" the reason; "table" the channels, or one row per customer.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        One cost per year, decimal; with customers one per customer, blank without channels.

    Errors:
        #N/A where a channel has no rate, or a fee and no years; #DIV/0! if all amounts are 0. With
        customers, an error stays with its customer.

    Example:
        =CR_MIXCOST({600;300;100},{4.5%;3.8%;9%}) -> 0.0474
        =CR_MIXCOST({600;300;100},{4.5%;3.8%;9%},,,{"loan";"bond";"private"},,,,"marginal") -> "private"
        =CR_MIXCOST({600;300;100},{4.5%;3.8%;9%},,,,{"C1";"C2"},{"C1";"C1";"C2"}) -> {0.0426666667;0.09}

    Source:
        Weighted average cost of funds; marginal channel as creditcells defines it.
    """
    if (customers is None) != (row_customers is None):
        raise CallError(
            Words("customers and row_customers", "customers 与 row_customers"),
            Words("one of them", "其中之一"),
            Words("given together", "同时给出"),
        )
    costs, row_faults = _all_in(amounts, rates, fees, years, tax or 0.0)
    used = ~np.isnan(costs)
    names = _names(channels, len(amounts), lang)
    if customers is None or row_customers is None:
        for row in sorted(row_faults):
            return Whole(_placed(row_faults[row], names[row], row))
        return Whole(_one_borrower(_Mix(amounts.values[used], costs[used], names[used]), out, lang))
    lookup = locate(np.asarray(customers), row_customers, "row_customers")
    return _by_customer(lookup, _Mix(amounts.values, costs, names), row_faults, out, lang)


def _all_in(
    amounts: Column, rates: Column, fees: Column | None, years: Column | None, tax: float
) -> tuple[FloatArray, Faults]:
    """The all-in cost of each channel, NaN where it is not used, and the faulty channels."""
    used = ~amounts.blank & (amounts.values > 0)
    fee = np.zeros(len(amounts)) if fees is None else np.nan_to_num(fees.values)
    term = np.full(len(amounts), np.nan) if years is None else years.values
    faults: Faults = {}
    for row in np.flatnonzero(used & np.isnan(rates.values)).tolist():
        faults[row] = CellError(errors.NA, "rates is missing.", "缺少 rates。")
    for row in np.flatnonzero(used & (fee > 0) & np.isnan(term)).tolist():
        faults[row] = CellError(
            errors.NA, "years is missing, and there is a fee.", "有 fees 而缺少 years。"
        )
    for column in (years, fees, rates, amounts):
        faults |= {} if column is None else column.faults
    yearly = np.divide(fee, term, out=np.zeros(len(fee)), where=fee > 0)
    costs = np.where(used, (rates.values + yearly) * (1 - tax), np.nan)
    costs[list(faults)] = np.nan
    return costs, faults


def _names(channels: Column | None, count: int, lang: str) -> TextArray:
    numbered = [f"第 {i} 行" if lang == "zh" else f"row {i}" for i in range(1, count + 1)]
    names = np.array(numbered, dtype=object)
    return names if channels is None else np.where(channels.blank, names, channels.values)


def _placed(error: CellError, name: str, row: int) -> CellError:
    """An error with the channel it belongs to."""
    numbered = name in (f"row {row + 1}", f"第 {row + 1} 行")
    english = f"row {row + 1}" if numbered else f"row {row + 1} ({name})"
    chinese = f"第 {row + 1} 行" if numbered else f"第 {row + 1} 行（{name}）"
    return CellError(error.code, f"{english}: {error.why()}", f"{chinese}：{error.why('zh')}")


@record
class _Mix:
    """Channels: their amounts, all-in costs (NaN if not used) and names."""

    amounts: FloatArray
    costs: FloatArray
    names: TextArray


_NOTHING: Final = CellError(
    errors.DIV0,
    "amounts add up to 0: there is no funding to cost.",
    "金额合计为 0，没有可计算成本的融资。",
)
_CHANNEL_HEADERS: Final = {
    "en": ("channel", "amount", "share", "cost", "weighted cost", "above blended cost"),
    "zh": ("渠道", "金额", "占比", "全成本", "加权成本", "高于综合成本"),
}
_CUSTOMER_HEADERS: Final = {
    "en": ("blended cost", "amount", "channels", "marginal channel", "marginal cost"),
    "zh": ("综合成本", "金额", "渠道数", "边际渠道", "边际成本"),
}


def _one_borrower(mix: _Mix, out: str, lang: str) -> Any:
    total = mix.amounts.sum()
    if not total > 0:
        return _NOTHING
    share = mix.amounts / total
    blended = float((share * mix.costs).sum())
    dearest = int(np.argmax(mix.costs))
    if out == "table":
        columns = (mix.names, mix.amounts, share, mix.costs, share * mix.costs, mix.costs - blended)
        return pd.DataFrame(dict(zip(_CHANNEL_HEADERS[lang], columns, strict=True)))
    answers: dict[str, Any] = {
        "value": blended,
        "marginal": str(mix.names[dearest]),
        "marginal_cost": float(mix.costs[dearest]),
    }
    if out in answers:
        return answers[out]
    rest = total - mix.amounts[dearest]
    without = (blended * total - mix.costs[dearest] * mix.amounts[dearest]) / rest if rest else None
    figures = (blended, len(share), str(mix.names[dearest]), float(mix.costs[dearest]), without)
    return _reason(*figures, lang)


def _reason(
    blended: float, count: int, dearest: str, cost: float, without: float | None, lang: str
) -> str:
    if lang == "zh":
        cost_of_all = f"{count} 个渠道的综合成本为 {blended:.4%}"
        text = joined(cost_of_all, "；边际渠道为", dearest, f"，全成本 {cost:.4%}")
        return f"{text}，不含该渠道为 {without:.4%}。" if without is not None else f"{text}。"
    number = "1 channel costs" if count == 1 else f"{count} channels cost"
    text = f"{number} {blended:.4%} blended; the marginal channel is {dearest} at {cost:.4%}"
    return f"{text}, without it {without:.4%}." if without is not None else f"{text}."


def _by_customer(
    lookup: Lookup, mix: _Mix, row_faults: Faults, out: str, lang: str
) -> FloatArray | TextArray | pd.DataFrame:
    used = ~np.isnan(mix.costs) & (lookup.place >= 0)
    place = lookup.place[used]
    own = _Mix(mix.amounts[used], mix.costs[used], mix.names[used])
    totals = np.bincount(place, weights=own.amounts, minlength=lookup.count)
    burden = np.bincount(place, weights=own.amounts * own.costs, minlength=lookup.count)
    counts = np.bincount(place, minlength=lookup.count)
    dearest = _dearest(place, own.costs, lookup.count)
    # Customers without channels are blank; the division leaves them alone.
    blended = np.divide(burden, totals, out=np.full(lookup.count, np.nan), where=totals > 0)
    names = np.append(own.names, "")[dearest]
    costs = np.append(own.costs, np.nan)[dearest]
    there = (totals > 0)[lookup.owner]
    faults = _customer_faults(lookup, mix.names, row_faults)

    def shown(values: npt.NDArray[Any]) -> TextArray:
        cells = values.astype(object)[lookup.owner]
        cells[~there] = None
        return faulty(cells, faults.items())

    if out == "table":
        columns = (blended, totals, counts.astype(np.float64), names, costs)
        headers = _CUSTOMER_HEADERS[lang]
        cells = {name: shown(column) for name, column in zip(headers, columns, strict=True)}
        return pd.DataFrame(cells, dtype=object)
    if out == "why":
        rest = totals - np.append(own.amounts, 0.0)[dearest]
        left = burden - np.append(own.amounts * own.costs, 0.0)[dearest]
        without = np.divide(left, rest, out=np.full(lookup.count, np.nan), where=counts > 1)
        rows = zip(blended.tolist(), counts.tolist(), names, costs.tolist(), without.tolist(), strict=True)  # fmt: skip
        texts = [_reason(b, n, name, c, None if n == 1 else w, lang) for b, n, name, c, w in rows]
        return shown(np.array(texts, dtype=object))
    return shown({"value": blended, "marginal": names, "marginal_cost": costs}[out])


def _dearest(place: npt.NDArray[np.intp], costs: FloatArray, count: int) -> npt.NDArray[np.intp]:
    """The channel with the highest cost at each place, the first of equals; -1 if there is none."""
    best = np.full(count, -1, dtype=np.intp)
    order = np.lexsort((-np.arange(len(costs)), costs))
    best[place[order]] = order
    return best


def _customer_faults(lookup: Lookup, names: TextArray, row_faults: Faults) -> Faults:
    """The first fault among the channels of each customer."""
    first: dict[int, CellError] = {}
    for row in sorted(row_faults):
        first.setdefault(int(lookup.place[row]), _placed(row_faults[row], str(names[row]), row))
    first.pop(-1, None)
    return (
        {i: first[int(o)] for i, o in enumerate(lookup.owner) if int(o) in first} if first else {}
    )
