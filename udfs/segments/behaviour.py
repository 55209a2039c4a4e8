"""Repayment behaviour of customers: good, watch or poor, and high risk against high potential."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CellError
from udfs.kinds import (
    NOT_NEGATIVE,
    PROBABILITY,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
)
from udfs.labels import NOWHERE, IndexArray, blank_nan
from udfs.records import record
from udfs.tables import builtin

BehaviourPolicy = Annotated[pd.DataFrame, Table(builtin="behaviour")]
Counts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "quadrant": ("象限",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)


@udf(
    "CR_BEHAVE",
    family="segments",
    zh="""按还款行为划分客户：良好、关注、较差；并按风险与潜力给出四象限。

    取政策表中全部条件都满足的第一类。

    参数：
        on_time_rate: 近 12 个月按期还款率，小数。
        max_overdue_days: 近 12 个月最长逾期天数。
        complaints: 近 12 个月投诉次数；空白为没有投诉记录。
        contacts: 近 12 个月与银行的互动次数，用于判断潜力；未知则不视为高潜力。
        policy: 政策表；默认为内置表 behaviour。
        out: "value" 类别（默认）；"quadrant" 象限：高潜力、稳定、高风险有潜力、高风险；"why" 理由；
            "table" 类别、象限与数值。
        lang: 名称与理由的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本：良好、关注、较差，或象限名称。
    错误：
        缺还款率或逾期天数为 #N/A；负数或还款率大于 1 为 #NUM!。
    来源：
        贷款客户分层中的还款习惯、互动与投诉；各项界限为 creditcells 默认，见 CR_POLICY("behaviour")。
    """,
)
def behaviour(
    on_time_rate: Annotated[FloatArray, Numbers(bounds=PROBABILITY)],
    max_overdue_days: Counts,
    complaints: Counts | None = None,
    contacts: Counts | None = None,
    policy: BehaviourPolicy | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Repayment behaviour, good, watch or poor, and the quadrant of risk against potential.

    The first class of the policy of which every limit holds.

    Args:
        on_time_rate: Share of instalments paid on time in the last 12 months, decimal.
        max_overdue_days: Longest overdue period in the last 12 months, days.
        complaints: Complaints in the last 12 months; blank if none is on record.
        contacts: Contacts with the bank in the last 12 months, for the potential; unknown counts
            as no high potential.
        policy: Policy table; default the built-in behaviour.
        out: "value" the class (default); "quadrant" high potential, stable, high risk with
            potential, or high risk; "why" the reason; "table" class, quadrant and figures.
        lang: Language of names and reason, "en" or "zh".

    Returns:
        Text in the common shape: good, watch or poor, or the quadrant.

    Errors:
        #N/A where rate or days are missing; #NUM! where negative or the rate is above 1.

    Example:
        =CR_BEHAVE({0.98;0.9;0.5},{0;20;95}) -> {"good";"watch";"poor"}
        =CR_BEHAVE(0.98,0,1,6,,"quadrant") -> "high potential"

    Source:
        Repayment habits, contacts and complaints in tiering loan customers; the limits are a
        creditcells default, see CR_POLICY("behaviour").
    """
    policy = builtin("behaviour").rows if policy is None else policy
    customers = _Customers(on_time_rate, max_overdue_days, complaints, contacts)
    place = _first_class(customers, policy)
    quadrant = _quadrants(customers, policy, place)
    faults = dict.fromkeys(np.flatnonzero(place == NOWHERE).tolist(), _NO_CLASS)
    classes = policy[f"label_{lang}"].to_numpy()[place]
    names = builtin("behaviour_quadrants").rows[f"label_{lang}"].to_numpy()[quadrant]
    if out == "value":
        return faulty(classes, faults.items())
    if out == "quadrant":
        return faulty(names, faults.items())
    if out == "table":
        return _parts(customers, classes, names, faults, lang)
    reasons = [
        faults[i] if i in faults else _reason(customers, i, policy, int(place[i]), names[i], lang)
        for i in range(len(place))
    ]
    return np.array(reasons, dtype=object)


_NO_CLASS: Final = CellError(
    errors.NA,
    "policy: no class fits this customer; leave the limits of the last class blank.",
    "policy：没有符合该客户的类别，请将最后一类的条件留空。",
)


@record
class _Customers:
    on_time_rate: FloatArray
    overdue_days: FloatArray
    complaints: FloatArray | None
    contacts: FloatArray | None


@record
class _Tests:
    """Which customers keep each limit of a class."""

    on_time_rate: BoolArray
    overdue_days: BoolArray
    complaints: BoolArray


def _tests(customers: _Customers, policy: pd.DataFrame, place: int) -> _Tests:
    row = policy.iloc[place]
    everyone = np.ones(len(customers.on_time_rate), dtype=bool)
    complaints = everyone
    if customers.complaints is not None and not np.isnan(row["complaints"]):
        # A complaint is an event that is recorded: a blank is none, as with a warning.
        complaints = ~(customers.complaints > row["complaints"])
    rate, days = row["on_time_rate"], row["overdue_days"]
    return _Tests(
        everyone if np.isnan(rate) else customers.on_time_rate >= rate,
        everyone if np.isnan(days) else customers.overdue_days <= days,
        complaints,
    )


def _first_class(customers: _Customers, policy: pd.DataFrame) -> IndexArray:
    place = np.full(len(customers.on_time_rate), NOWHERE, dtype=np.intp)
    for row in reversed(range(len(policy))):
        tests = _tests(customers, policy, row)
        place[tests.on_time_rate & tests.overdue_days & tests.complaints] = row
    return place


def _quadrants(customers: _Customers, policy: pd.DataFrame, place: IndexArray) -> IndexArray:
    """The row of behaviour_quadrants of each customer."""
    risk = policy["high_risk"].to_numpy()[place] == 1
    potential = np.zeros(len(place), dtype=bool)
    if customers.contacts is not None:
        potential = customers.contacts >= policy["contacts"].to_numpy()[place]
    table = builtin("behaviour_quadrants").rows
    grid = np.zeros((2, 2), dtype=np.intp)
    grid[table["high_risk"].to_numpy(), table["high_potential"].to_numpy()] = range(len(table))
    rows: IndexArray = grid[risk.astype(np.intp), potential.astype(np.intp)]
    return rows


def _parts(
    customers: _Customers,
    classes: TextArray,
    quadrants: TextArray,
    faults: Faults,
    lang: str,
) -> pd.DataFrame:
    headers = {
        "en": ("class", "quadrant", "on_time_rate", "max_overdue_days", "complaints", "contacts"),
        "zh": ("类别", "象限", "按期还款率", "最长逾期天数", "投诉次数", "互动次数"),
    }[lang]
    nothing = np.full(len(classes), np.nan)
    figures = (
        customers.on_time_rate,
        customers.overdue_days,
        nothing if customers.complaints is None else customers.complaints,
        nothing if customers.contacts is None else customers.contacts,
    )
    columns = [classes, quadrants, *(blank_nan(values) for values in figures)]
    return pd.DataFrame(
        {
            header: faulty(column, faults.items())
            for header, column in zip(headers, columns, strict=True)
        }
    )


def _reason(
    customers: _Customers, i: int, policy: pd.DataFrame, place: int, quadrant: str, lang: str
) -> str:
    words = _WORDS[lang]
    facts = [
        words["on_time_rate"].format(customers.on_time_rate[i]),
        words["overdue_days"].format(customers.overdue_days[i]),
        _count("complaints", customers.complaints, i, words),
        _count("contacts", customers.contacts, i, words),
    ]
    text = words["joint"].join(facts)
    label = policy[f"label_{lang}"].iloc[place]
    if place == 0:
        return words["best"].format(text, label, quadrant)
    better = policy.iloc[place - 1]
    one = _one(customers, i)
    failed = _tests(one, policy, place - 1)
    obstacles = [
        words[f"needs_{name}"].format(better[name])
        for name in ("on_time_rate", "overdue_days", "complaints")
        if not getattr(failed, name)[0]
    ]
    return words["lower"].format(
        text, label, quadrant, better[f"label_{lang}"], words["joint"].join(obstacles)
    )


def _one(customers: _Customers, i: int) -> _Customers:
    row = slice(i, i + 1)
    return _Customers(
        customers.on_time_rate[row],
        customers.overdue_days[row],
        None if customers.complaints is None else customers.complaints[row],
        None if customers.contacts is None else customers.contacts[row],
    )


def _count(name: str, values: FloatArray | None, i: int, words: dict[str, str]) -> str:
    if values is None or np.isnan(values[i]):
        return words[f"no_{name}"]
    return words[name].format(values[i])


_WORDS: Final = {
    "en": {
        "on_time_rate": "{:.1%} paid on time",
        "overdue_days": "at most {:g} days overdue",
        "complaints": "complaints {:g}",
        "no_complaints": "no complaints on record",
        "contacts": "contacts {:g}",
        "no_contacts": "contacts unknown",
        "joint": ", ",
        "best": "{}: {}, {}.",
        "lower": "{}: {}, {}; {} needs {}.",
        "needs_on_time_rate": "at least {:.1%} on time",
        "needs_overdue_days": "at most {:g} days overdue",
        "needs_complaints": "at most {:g} complaints",
    },
    "zh": {
        "on_time_rate": "按期还款率 {:.1%}",
        "overdue_days": "最长逾期 {:g} 天",
        "complaints": "投诉 {:g} 次",
        "no_complaints": "没有投诉记录",
        "contacts": "互动 {:g} 次",
        "no_contacts": "互动次数未知",
        "joint": "、",
        "best": "{}：{}，{}。",
        "lower": "{}：{}，{}；{}须{}。",
        "needs_on_time_rate": "按期还款率不低于 {:.1%}",
        "needs_overdue_days": "逾期不超过 {:g} 天",
        "needs_complaints": "投诉不超过 {:g} 次",
    },
}
