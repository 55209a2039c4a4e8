"""Recency, frequency and monetary value per customer from a list of events."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import Column, among, faulty
from udfs.keys import KeyColumn, locate
from udfs.kinds import (
    NOT_NEGATIVE,
    Bounds,
    Choice,
    Date,
    Dates,
    Flags,
    FloatArray,
    Keys,
    Language,
    Number,
    Numbers,
    TextArray,
    TextList,
    Texts,
)
from udfs.rfm.events import Events, Totals, customer_totals

_BASE_OUTPUTS: Final = Choice(
    {
        "table": ("all", "表", "明细"),
        "recency": ("r", "最近一次"),
        "frequency": ("f", "频率"),
        "monetary": ("m", "金额"),
        "last": ("last_date", "最近日期"),
    }
)
_MONTHS: Final = Bounds(lower=0, upper=1200, whole=True)

EventKeys = Annotated[KeyColumn, Keys(series="events")]
EventDates = Annotated[Column, Dates(series="events")]
EventAmounts = Annotated[Column, Numbers(series="events")]
EventCounts = Annotated[Column, Numbers(series="events", bounds=NOT_NEGATIVE)]
EventFlags = Annotated[Column, Flags(series="events")]
AsOf = Annotated[np.datetime64, Date()]
Months = Annotated[float, Number(bounds=_MONTHS)]

_BASE_HEADERS: Final = {
    "en": ("recency", "frequency", "monetary"),
    "zh": ("最近一次（天）", "频率", "金额"),
}


@udf(
    "CR_RFMBASE",
    family="rfm",
    zh="""由事件明细（提款、还款、订单）汇总每个客户的最近一次、频率与金额。

    截至基准日。最近一次为距最近一次有效事件的天数，不限窗口；频率为窗口内有效事件数；金额为窗口内金额
    合计。逾期未付等事件不是有效事件：不计入最近一次与频率，其金额仍计入合计。

    参数：
        customers: 客户编号，单元格或区域，每行一个客户。
        event_customers: 事件的客户编号，每行一个事件；空白行不属于任何人。
        event_dates: 事件日期。
        event_amounts: 事件金额，单位自定；建议用利息加手续费收入，而非余额。
        as_of: 基准日；其后的事件不计。
        event_counts: 每行代表的事件数，默认各为 1，空白亦为 1。
        positive: 是否为有效事件，TRUE 或 FALSE；空白不算有效；省略则全部有效。
        months: 频率与金额的窗口，月数，默认 24；0 为全部历史。
        event_kinds: 事件类型，每行一个文本；与 excluded_kinds 同用，代替 positive。
        excluded_kinds: 不算有效事件的类型，如 "missed"，一个或多个。
        out: "table" 三列（默认）；"recency"、"frequency"、"monetary" 其中一列；"last" 最近日期。
        lang: 表头语言，"en" 或 "zh"。
    结果：
        每个客户一行；没有任何有效事件的客户：最近一次为空白，频率为 0。
    错误：
        客户有无法使用的事件时，该客户显示那个错误。
    来源：
        定义：R 语言包 rfm（rfm_table_order）；有效事件与窗口为 creditcells 对贷款业务的处理。
    """,
)
def rfm_base(
    customers: Annotated[TextArray, Keys()],
    event_customers: EventKeys,
    event_dates: EventDates,
    event_amounts: EventAmounts,
    as_of: AsOf,
    event_counts: EventCounts | None = None,
    positive: EventFlags | None = None,
    months: Months = 24,
    event_kinds: Annotated[Column, Texts(series="events")] | None = None,
    excluded_kinds: Annotated[list[str], TextList()] | None = None,
    out: Annotated[str, _BASE_OUTPUTS] = "table",
    lang: Language = "en",
) -> TextArray | FloatArray | pd.DataFrame:
    """Recency, frequency and monetary value per customer from a list of events.

    Events are drawdowns, payments, orders and the like, up to the as-of date. Recency is the days
    since the last positive event, however old; frequency the number of positive events in the
    window; monetary the sum of amounts in the window. A missed payment is not positive: it counts
    neither for recency nor for frequency, while its amount stays in the sum.

    Args:
        customers: Customer numbers, one cell or a range, one customer per row.
        event_customers: Customer number of each event; a blank one belongs to nobody.
        event_dates: Date of each event.
        event_amounts: Amount of each event, in any unit; best income (interest and fees), not the
            balance.
        as_of: Date of the analysis; later events are not counted.
        event_counts: How many events each row stands for; default 1 each, and so is a blank.
        positive: TRUE if the event is positive; a blank is not; default all are.
        months: Window of frequency and monetary value in months; default 24, 0 is all history.
        event_kinds: Kind of each event; with excluded_kinds, in place of positive.
        excluded_kinds: Kinds that are not positive, such as "missed"; one or more.
        out: "table" three columns (default); "recency", "frequency" or "monetary" one of them;
            "last" the date of the last positive event.
        lang: Language of the headers, "en" or "zh".

    Returns:
        One row per customer; a customer without any positive event has a blank recency and
        frequency 0.

    Errors:
        A customer with an event that cannot be used shows that event's error.

    Example:
        =CR_RFMBASE("C1",{"C1";"C2"},{"2026-03-01";"2026-01-01"},{30;5},"2026-03-31",,,,,,"recency") -> 30

    Source:
        Definitions: R package rfm (rfm_table_order); positive events and the window: creditcells
        reading for loans.
    """
    lookup = locate(np.asarray(customers), event_customers, "event_customers")
    if event_kinds is not None and excluded_kinds:
        positive = _not_among(event_kinds, excluded_kinds)
    events = Events(event_dates, event_amounts, filled_counts(event_counts), positive)
    totals = customer_totals(lookup, events, as_of, months)
    columns = {
        "recency": blank_where_missing(totals.recency, totals),
        "frequency": with_faults(totals.frequency, totals),
        "monetary": with_faults(totals.monetary, totals),
    }
    if out == "last":
        return with_faults(totals.last, totals)
    if out != "table":
        return columns[out]
    return pd.DataFrame(dict(zip(_BASE_HEADERS[lang], columns.values(), strict=True)))


def filled_counts(given: Column | None) -> Column | None:
    """The number of events of each row; a blank is one event."""
    if given is None or not given.blank.any():
        return given
    counts = np.where(given.blank, 1.0, given.values)
    return Column(counts, np.zeros_like(given.blank), given.faults, given.shape)


def _not_among(kinds: Column, excluded: list[str]) -> Column:
    """Whether each event is positive: all are whose kind is known and not excluded."""
    positive = ~among(kinds, excluded) & ~kinds.blank
    return Column(positive.astype(np.int8), kinds.blank, kinds.faults, kinds.shape)


def blank_where_missing(values: FloatArray, totals: Totals) -> FloatArray | TextArray:
    """Totals as cells: blank where a customer has none, the error of a faulty event in its place."""
    missing = np.isnan(values)
    if not missing.any() and not totals.faults:
        return values
    mixed = values.astype(object)
    mixed[missing] = None
    return faulty(mixed, totals.faults.items())


def with_faults(values: npt.NDArray[Any], totals: Totals) -> npt.NDArray[Any]:
    """Totals as cells, with the error of a faulty event in its customer's place."""
    return faulty(values, totals.faults.items()) if totals.faults else values
