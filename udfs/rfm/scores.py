"""RFM: recency, frequency and monetary value of customers, and their scores."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, Words
from udfs.keys import unique_keys
from udfs.kinds import (
    ANY_NUMBER,
    NOT_NEGATIVE,
    Bounds,
    Choice,
    FloatArray,
    Language,
    Number,
    NumberList,
    Numbers,
    TextArray,
)
from udfs.rfm.base import (
    AsOf,
    EventAmounts,
    EventCounts,
    EventDates,
    EventFlags,
    EventKeys,
    Months,
    blank_where_missing,
    filled_counts,
    with_faults,
)
from udfs.rfm.events import Events, customer_totals
from udfs.rfm.population import Population, score_population

_SCORE_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "code"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "r": ("recency",),
        "f": ("frequency",),
        "m": ("monetary",),
        "cuts": ("bands", "分界", "分箱"),
    }
)
_METHODS: Final = Choice(
    {
        "quantile": ("percentile", "分位数"),
        "r_package": ("rfm", "R包"),
        "rank": ("排名",),
        "rank_average": ("平均排名",),
        "ntile": ("等分",),
        "mean": ("均值",),
        "custom": ("自定义",),
    }
)
_NESTING: Final = Choice({"independent": ("独立",), "nested": ("嵌套",)})
_BINS: Final = Bounds(lower=2, upper=9, whole=True)

Bins = Annotated[float, Number(bounds=_BINS)]
Cuts = Annotated[FloatArray, NumberList()]
Method = Annotated[str, _METHODS]
Nesting = Annotated[str, _NESTING]

_TABLE_HEADERS: Final = {
    "en": ("customer", "last_date", "recency", "frequency", "monetary", "r", "f", "m", "rfm"),
    "zh": ("客户", "最近日期", "最近一次（天）", "频率", "金额", "R", "F", "M", "RFM"),
}


@udf(
    "CR_RFM",
    family="rfm",
    zh="""全体客户：按最近一次、频率、金额打分，RFM 代码 = 100×R + 10×F + M，分数越高越好。

    全体客户一起打分，故须传入整个区域。没有事件的客户（最近一次空白、频率为 0）得 0 分，且不影响分界。
    规则决定等于分界的值归哪一档；除 ntile 外，相同的值得分相同。用 out="cuts" 查看分界。

    参数：
        recency: 距最近一次事件的天数，越小越好；没有事件者留空。
        frequency: 事件次数。
        monetary: 金额，单位自定。
        bins: 档数，2 至 9，默认 5。
        method: "quantile" 百分位数（默认，同 PERCENTILE.INC，等于分界归低档）；"r_package" 百分位数加 1（归高档）；
            "rank"、"rank_average" 排名；"ntile" 等分（同值按行序拆开）；"mean" 均值两档；"custom" 自定分界。
        recency_cuts: 最近一次的分界，升序；替代计算的分界，例如沿用上季度的。
        frequency_cuts: 频率的分界，升序。
        monetary_cuts: 金额的分界，升序。
        nesting: "independent" 各自分档（默认）；"nested" 在 R 档内分 F，再在 R×F 档内分 M。
        out: "value" 代码；"why" 理由；"table" R、F、M 与代码；"r"、"f"、"m" 单个分数；"cuts" 各档分界。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        每个客户一个代码；"cuts" 为一张表。
    错误：
        缺频率或金额为 #N/A；有次数却缺最近一次为 #N/A。
    来源：
        Hughes，Strategic Database Marketing；百分位数加 1：R 语言包 rfm 0.3.0；各规则见 method 参数。
    """,
)
def rfm_scores(
    recency: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE, blanks=True)],
    frequency: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    monetary: Annotated[FloatArray, Numbers(bounds=ANY_NUMBER)],
    bins: Bins = 5,
    method: Method = "quantile",
    recency_cuts: Cuts | None = None,
    frequency_cuts: Cuts | None = None,
    monetary_cuts: Cuts | None = None,
    nesting: Nesting = "independent",
    out: Annotated[str, _SCORE_OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame | Whole:
    """All customers together: RFM code 100R + 10F + M, each score from 1 (worst) to the bins.

    Scores compare the customers with each other, so pass the whole range. A customer without
    events (recency blank, frequency 0) scores 0 and does not move the cut-offs. The method says
    where a value equal to a cut-off goes; except for ntile, equal values get equal scores.
    out="cuts" shows the cut-offs.

    Args:
        recency: Days since the last event, few are good; blank for a customer without events.
        frequency: Number of events.
        monetary: Amount, in any unit.
        bins: Number of scores, 2 to 9; default 5.
        method: "quantile" PERCENTILE.INC, a tie goes down (default); "r_package" quantile plus 1,
            tie up; "rank" or "rank_average" by rank; "ntile" equal sizes, ties split by row;
            "mean" two scores; "custom" your cut-offs, tie up.
        recency_cuts: Cut-offs in ascending order that replace the computed ones, for instance
            those of last quarter.
        frequency_cuts: Cut-offs of the frequency, ascending.
        monetary_cuts: Cut-offs of the amount, ascending.
        nesting: "independent" each measure on its own (default); "nested" F within each R, M
            within each R and F.
        out: "value" the code; "why" the reason; "table" R, F, M and code; "r", "f" or "m" one
            score; "cuts" the cut-offs.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One code per customer; for "cuts" a table with a row per measure and score.

    Errors:
        #N/A where frequency or amount is missing, or recency although there were events.

    Example:
        =CR_RFM({5;40;200},{9;4;1},{90;40;10},3) -> {333;222;111}

    Source:
        Hughes, Strategic Database Marketing; quantile plus 1: R package rfm 0.3.0; the rule of
        each method: CR_RFM help.
    """
    population = score_population(
        (recency, frequency, monetary),
        bins=int(bins),
        method=method,
        cuts=(recency_cuts, frequency_cuts, monetary_cuts),
        nested=nesting == "nested",
    )
    return population_as_output(population, out, lang)


def population_as_output(
    population: Population, out: str, lang: str
) -> FloatArray | TextArray | pd.DataFrame | Whole:
    """What is asked for of a scored population."""
    if out == "cuts":
        return Whole(population.band_table(lang))
    if out == "why":
        return population.reasons(lang)
    if out == "table":
        return _score_table(population, lang)
    if out == "value":
        return population.with_faults(population.code)
    return population.with_faults(population.scores["rfm".index(out)].astype(np.float64))


def _score_table(population: Population, lang: str) -> pd.DataFrame:
    headers = _TABLE_HEADERS[lang][-4:]
    columns: list[npt.NDArray[Any]] = [*population.scores, population.code]
    return pd.DataFrame(
        {
            name: population.with_faults(column)
            for name, column in zip(headers, columns, strict=True)
        }
    )


@udf(
    "CR_RFMTABLE",
    family="rfm",
    zh="""由事件明细直接得到全体客户的 RFM 表：每个客户一行，按编号排序。

    等于 CR_RFMBASE 加 CR_RFM 一步完成，适合大量明细；定义与两者相同。

    参数：
        event_customers: 事件的客户编号，每行一个事件；空白行不属于任何人。
        event_dates: 事件日期。
        event_amounts: 事件金额，单位自定。
        as_of: 基准日；其后的事件不计。
        bins: 档数，2 至 9，默认 5。
        method: 打分规则，同 CR_RFM："quantile"（默认）、"r_package"、"rank"、"rank_average"、"ntile"、"mean"、"custom"。
        recency_cuts: 最近一次的分界，升序；替代计算的分界。
        frequency_cuts: 频率的分界，升序。
        monetary_cuts: 金额的分界，升序。
        event_counts: 每行代表的事件数，默认各为 1，空白亦为 1。
        positive: 是否为有效事件，TRUE 或 FALSE；空白不算有效；省略则全部有效。
        months: 频率与金额的窗口，月数，默认 0，即全部历史。
        lang: 表头语言，"en" 或 "zh"。
    结果：
        带表头的表：客户、最近日期、最近一次、频率、金额、R、F、M、RFM。
    错误：
        客户有无法使用的事件时，该客户的各列显示那个错误，且不参与分界。
    来源：
        R 语言包 rfm（rfm_table_order）；见 CR_RFMBASE 与 CR_RFM。
    """,
)
def rfm_table(
    event_customers: EventKeys,
    event_dates: EventDates,
    event_amounts: EventAmounts,
    as_of: AsOf,
    bins: Bins = 5,
    method: Method = "quantile",
    recency_cuts: Cuts | None = None,
    frequency_cuts: Cuts | None = None,
    monetary_cuts: Cuts | None = None,
    event_counts: EventCounts | None = None,
    positive: EventFlags | None = None,
    months: Months = 0,
    lang: Language = "en",
) -> Whole:
    """All customers together: the RFM table of a list of events, one row per customer.

    The same as CR_RFMBASE and CR_RFM in one step, for long lists; the definitions are theirs.
    The rows are in the order of the customer numbers.

    Args:
        event_customers: Customer number of each event; a blank one belongs to nobody.
        event_dates: Date of each event.
        event_amounts: Amount of each event, in any unit.
        as_of: Date of the analysis; later events are not counted.
        bins: Number of scores, 2 to 9; default 5.
        method: Scoring rule as in CR_RFM: "quantile" (default), "r_package", "rank",
            "rank_average", "ntile", "mean", "custom".
        recency_cuts: Cut-offs in ascending order that replace the computed ones.
        frequency_cuts: Cut-offs of the frequency, ascending.
        monetary_cuts: Cut-offs of the amount, ascending.
        event_counts: How many events each row stands for; default 1 each, and so is a blank.
        positive: TRUE if the event is positive; a blank is not; default all are.
        months: Window of frequency and monetary value in months; default 0, all history.
        lang: Language of the headers, "en" or "zh".

    Returns:
        A table with headers: customer, last date, recency, frequency, monetary, R, F, M, RFM.

    Errors:
        A customer with an event that cannot be used shows its error and moves no cut-off.

    Example:
        =CR_RFMTABLE({"B";"A"},{"2026-03-01";"2026-01-01"},{30;5},"2026-03-31",2) -> {"customer","last_date","recency","frequency","monetary","r","f","m","rfm";"A",46023,89,1,5,1,1,1,111;"B",46082,30,1,30,2,1,2,212}

    Source:
        R package rfm (rfm_table_order); see CR_RFMBASE and CR_RFM.
    """
    customers, lookup = unique_keys(event_customers, "event_customers")
    if not len(customers):
        nothing = Words("no customer", "没有客户")
        raise CallError("event_customers", nothing, Words("customer numbers", "客户编号"))
    events = Events(event_dates, event_amounts, filled_counts(event_counts), positive)
    totals = customer_totals(lookup, events, as_of, months)
    population = score_population(
        (totals.recency, totals.frequency, totals.monetary),
        bins=int(bins),
        method=method,
        cuts=(recency_cuts, frequency_cuts, monetary_cuts),
        known_faults=totals.faults,
    )
    columns = (
        customers,
        with_faults(totals.last, totals),
        blank_where_missing(totals.recency, totals),
        with_faults(totals.frequency, totals),
        with_faults(totals.monetary, totals),
        *(population.with_faults(scores) for scores in population.scores),
        population.with_faults(population.code),
    )
    frame = pd.DataFrame(dict(zip(_TABLE_HEADERS[lang], columns, strict=True)))
    return Whole(frame)
