"""Room under the limits on large exposures, by customer and group."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import Column, faulty
from udfs.errors import in_language
from udfs.keys import KeyColumn
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    Choice,
    FloatArray,
    Keys,
    Language,
    Number,
    Numbers,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, blank_nan
from udfs.limits.amounts import shown
from udfs.limits.large_exposure_rules import (
    Book,
    LargeExposures,
    Rooms,
    add_up,
    binding_limits,
    capital_words,
    read_limits,
)
from udfs.records import record

_OUTPUTS: Final = Choice(
    {
        "value": ("room", "值", "结果", "余量"),
        "excess": ("超限额",),
        "rule": ("binding", "约束限额"),
        "used": ("使用率",),
        "large": ("大额",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {
    "en": (
        "customer_exposure",
        "group_exposure",
        "share_of_tier1",
        "binding_limit",
        "limit_amount",
        "limit_used",
        "room",
        "excess",
        "large_exposure",
    ),
    "zh": (
        "客户风险暴露",
        "集团风险暴露",
        "占一级资本净额",
        "约束限额",
        "限额",
        "限额使用率",
        "余量",
        "超限额",
        "大额风险暴露",
    ),
}


@udf(
    "CR_EXPOSURE",
    family="limits",
    zh="""全体敞口：按客户与集团汇总，依《商业银行大额风险暴露管理办法》给出每行客户的限额余量、约束限额与是否大额。

    须传入全部敞口明细：同一客户、同一集团的各行相加后与限额比较。余量为各项限额中最小者，超限为 0。某行金额无法使用时，其客户与集团
    的各行均显示该错误。

    参数：
        customers: 每笔敞口的客户编号。
        amounts: 每笔敞口的风险暴露，万元。
        tier1: 本行一级资本净额，万元。
        capital: 本行资本净额，万元；省略则不检验单一客户贷款余额 10% 的限额，并在理由中注明。
        groups: 每笔敞口的集团（关联客户组）编号；空白为不属于集团。
        kinds: 客户种类：nonbank 非同业客户、interbank 同业客户、gsib、anonymous 匿名客户、exempt 豁免主体；空白为非同业客户。
        loans: 其中的贷款余额，万元；省略或空白则按风险暴露全额计。
        limits: 限额表；默认为内置表 large_exposures。
        out: "value" 余量；"excess" 超限额；"rule" 约束限额；"used" 限额使用率；"large" 是否大额（不低于 2.5%）；"why" 理由；"table" 明细。
        lang: 限额名称、理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个金额，万元；豁免主体为空白。
    错误：
        缺客户编号或金额为 #N/A；客户列在两个集团之下为 #VALUE!；客户或集团编号中有错误值时整个调用为该错误。
    来源：
        《商业银行大额风险暴露管理办法》（银保监会令 2018 年第 1 号）；《商业银行法》第三十九条。请核对法规原文，见 CR_POLICY("large_exposures","note","zh")。
    """,
)
def exposure_room(
    customers: Annotated[KeyColumn, Keys(series="exposures")],
    amounts: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="exposures")],
    tier1: Annotated[float, Number(bounds=POSITIVE)],
    capital: Annotated[float | None, Number(bounds=POSITIVE)] = None,
    groups: Annotated[KeyColumn, Keys(series="exposures")] | None = None,
    kinds: Annotated[Column, Texts(series="exposures")] | None = None,
    loans: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="exposures")] | None = None,
    limits: LargeExposures | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """All exposures together: the room that each row's customer has under the large-exposure limits.

    Pass every exposure: rows of one customer and of one group of connected customers are added up
    first. The room is the least that any limit leaves, 0 where one is exceeded. A row whose amount
    cannot be used makes its customer and its group that error.

    Args:
        customers: Customer number of each exposure.
        amounts: Exposure of each row, 10k yuan.
        tier1: The bank's net tier 1 capital, 10k yuan.
        capital: The bank's net capital, 10k yuan; left out, the limit of 10 % on single-customer
            loans is not tested and the reason says so.
        groups: Group of connected customers of each row; blank is none.
        kinds: nonbank, interbank, gsib, anonymous or exempt, in either language; blank is
            nonbank.
        loans: Loans in the exposure, 10k yuan; left out or blank, all of it counts as loans.
        limits: Table of limits; default the built-in large_exposures.
        out: "value" room; "excess" over the limit; "rule" the binding limit; "used" share of it;
            "large" whether a large exposure (2.5 % or more); "why" the reason; "table" all parts.
        lang: Language of limit, reason and headers, "en" or "zh".

    Returns:
        Amount in 10k yuan per row; blank for an exempt customer.

    Errors:
        #N/A where customer or amount is missing; #VALUE! where a customer stands in two groups;
        the whole call for an error cell among customers or groups.

    Example:
        =CR_EXPOSURE("C1",300,4200,5000) -> 200
        =CR_EXPOSURE({"C1";"C2";"C1"},{300;400;100},4200,5000,{"G";"G";"G"}) -> {40;40;40}

    Source:
        Rules on Large Exposures of Commercial Banks (CBIRC Order 2018 No. 1); Law on Commercial
        Banks, Article 39. Check against the regulation, see CR_POLICY("large_exposures","note").
    """
    table = read_limits(limits)
    book = add_up(customers, amounts, groups, kinds, loans, table)
    bases = {"tier1": tier1, "capital": np.nan if capital is None else capital}
    rooms = binding_limits(book, table, bases)
    if out == "why":
        return _reasons(book, rooms, table, bases, lang)
    parts = _Parts(rooms, table[f"label_{lang}"].to_numpy(dtype=object))
    if out == "table":
        exposure, group = (book.totals[scope, "exposure"] for scope in ("customer", "group"))
        columns = (
            exposure,
            group,
            exposure / tier1,
            *map(parts.of, ("rule", "limit", "used", "value", "excess", "large")),
        )
        return pd.DataFrame(
            {
                header: _finished(column, book)
                for header, column in zip(_HEADERS[lang], columns, strict=True)
            },
            dtype=object,
        )
    return _finished(parts.of(out), book)


@record
class _Parts:
    """The results by their names; NaN and "" where no limit applies."""

    rooms: Rooms
    labels: TextArray

    def of(self, name: str) -> FloatArray | TextArray:
        """One result: a column of the table."""
        if name == "rule":
            labels: TextArray = np.append(self.labels, "")[self.rooms.rule]
            return labels
        if name == "large":
            return self.rooms.large.astype(object)
        figures = self.rooms.limit
        if name == "used":
            figures = self.rooms.total / self.rooms.limit
        elif name in {"value", "excess"}:
            figures = np.maximum(self.rooms.room if name == "value" else -self.rooms.room, 0)
        unlimited = self.rooms.rule == NOWHERE
        return np.where(unlimited, np.nan, figures) if unlimited.any() else figures


def _finished(values: FloatArray | TextArray, book: Book) -> FloatArray | TextArray:
    """Figures as cells: blank where there are none, faulty rows as their error."""
    plain = values.dtype.kind == "f" and not np.isnan(values).any()
    if plain and not book.faults and not book.blank.any():
        return values
    numbers = values.dtype.kind == "f"
    cells = faulty(blank_nan(values.astype(np.float64)) if numbers else values, book.faults.items())
    cells[book.blank] = None
    return cells


_WORDS: Final = {
    "en": {
        "customer": "exposure {} ({:.2%} of tier 1 capital)",
        "group": ", group {} ({:.2%})",
        "within": "; {} binds: {} of {} ({:.4g}% of {} {}), room {}",
        "beyond": "; {} exceeded: {} of {} ({:.4g}% of {} {}), {} too much",
        "none": "; no limit applies",
        "large": "; a large exposure",
        "lacking": "; not tested, net capital not given: {}",
        "stop": ".",
    },
    "zh": {
        "customer": "风险暴露 {}（占一级资本净额 {:.2%}）",
        "group": "，集团 {}（{:.2%}）",
        "within": "；约束限额为{0}：{1}，限额 {2}（{4} {5} 的 {3:.4g}%），余量 {6}",
        "beyond": "；超过{0}：{1}，限额 {2}（{4} {5} 的 {3:.4g}%），超出 {6}",
        "none": "；不设限额",
        "large": "；属大额风险暴露",
        "lacking": "；未给出资本净额而未检验：{}",
        "stop": "。",
    },
}


def _reasons(
    book: Book, rooms: Rooms, limits: pd.DataFrame, bases: dict[str, float], lang: str
) -> TextArray:
    words = _WORDS[lang]
    labels = limits[f"label_{lang}"].tolist()
    joint = "、" if lang == "zh" else ", "
    untested = joint.join(dict.fromkeys(labels[at] for at in rooms.lacking))
    exposure, group = (book.totals[scope, "exposure"] for scope in ("customer", "group"))
    reasons = np.empty(len(book.customer), dtype=object)
    for i, rule in enumerate(rooms.rule.tolist()):
        if book.blank[i]:
            continue
        if i in book.faults:
            reasons[i] = book.faults[i].why(lang)
            continue
        text = words["customer"].format(shown(exposure[i]), exposure[i] / bases["tier1"])
        if not np.isnan(group[i]):
            text += words["group"].format(shown(group[i]), group[i] / bases["tier1"])
        text += words["none"] if rule == NOWHERE else _limit_words(rooms, i, limits, bases, lang)
        text += words["large"] if rooms.large[i] else ""
        text += words["lacking"].format(untested) if rooms.lacked[i] else ""
        reasons[i] = text + words["stop"]
    return reasons


def _limit_words(
    rooms: Rooms, i: int, limits: pd.DataFrame, bases: dict[str, float], lang: str
) -> str:
    row = limits.iloc[int(rooms.rule[i])]
    room = rooms.room[i]
    base = in_language(capital_words(row["capital_base"]), lang)
    return _WORDS[lang]["within" if room >= 0 else "beyond"].format(
        row[f"label_{lang}"],
        shown(rooms.total[i]),
        shown(rooms.limit[i]),
        100 * row["base_share"],
        base,
        shown(bases[row["capital_base"]]),
        shown(abs(room)),
    )
