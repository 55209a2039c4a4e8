"""What follows from a warning: change of limit, price, collateral and review."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, column_of
from udfs.kinds import (
    NOT_NEGATIVE,
    Bounds,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import IndexArray, blank_nan, once_each, places, unknown_rows
from udfs.records import record
from udfs.segments.account_tiers import WARNINGS
from udfs.tables import builtin

Actions = Annotated[pd.DataFrame, Table(builtin="warning_actions")]
Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
Rates = Annotated[FloatArray, Numbers(bounds=Bounds(lower=0, upper=1))]

_OUTPUTS: Final = Choice(
    {
        "value": ("actions", "值", "措施"),
        "limit": ("授信额度",),
        "rate": ("利率",),
        "excess": ("超额",),
        "collateral": ("担保",),
        "review": ("months", "复评"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_NEEDS: Final = {"limit": "limit", "rate": "rate", "excess": "limit"}
_BASIS_POINT: Final = 10_000
_DECIMALS: Final = 10
"""Limits and rates are rounded here, so that 0.05 + 0.0025 in binary shows as 0.0525."""
_HEADERS: Final = {
    "en": ("warning", "limit change", "limit", "excess", "spread change bp", "rate", "collateral", "review months", "actions"),
    "zh": ("预警", "授信额度调整", "授信额度", "超额", "利差调整（基点）", "利率", "担保要求", "复评间隔月数", "管理措施"),
}  # fmt: skip


@udf(
    "CR_ADJUST",
    family="monitoring",
    zh="""按预警颜色给出授信调整建议：额度、利率、担保、复评间隔与管理措施，并算出调整后的额度与利率。

    参数：
        warning: 预警颜色或代码，如 CR_EWS 的结果；空白行不计算。
        limit: 现有授信额度。
        rate: 现有年利率，小数。
        balance: 已用余额；调整后额度不足以覆盖时给出须压降的超额。
        policy: 调整政策表；默认为内置表 warning_actions。
        out: "value" 管理措施（默认）；"limit" 调整后额度；"rate" 调整后利率；"excess" 须压降的超额；"collateral" 担保要求；"review" 复评间隔月数；"why" 理由；"table" 全部。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本或数字。
    错误：
        政策表中没有的颜色为 #VALUE!；所需的额度、利率或余额空白为 #N/A。
    来源：
        高风险客户的管理策略；各项幅度为 creditcells 默认，见 CR_POLICY("warning_actions")。
    """,
)
def adjust(
    warning: Annotated[TextArray, Texts()],
    limit: Amounts | None = None,
    rate: Rates | None = None,
    balance: Amounts | None = None,
    policy: Actions | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | FloatArray | pd.DataFrame:
    """What to do under an early warning: change of limit and price, collateral, review, actions.

    Args:
        warning: Colour of the early warning, such as the result of CR_EWS.
        limit: Present limit, in any unit.
        rate: Present interest rate per year, decimal.
        balance: Amount drawn; what it exceeds the new limit by has to be paid down.
        policy: Adjustments by colour; default the built-in warning_actions.
        out: "value" the actions (default); "limit" the new limit; "rate" the new rate; "excess"
            to be paid down; "collateral" what is asked for; "review" months to the next review;
            "why" the reason; "table" all of it.
        lang: Language of words and headers, "en" or "zh".

    Returns:
        Text or numbers in the common shape.

    Errors:
        #VALUE! for a colour that the policy does not have; #N/A where the limit, rate or balance
        needed is blank.

    Example:
        =CR_ADJUST({"green";"橙色"},1000,,,,"limit") -> {1000;800}
        =CR_ADJUST("orange",1000,0.0435,900,,"why") -> "Orange: limit 1,000 to 800 (-20%), of which 900 is drawn: pay down 100; rate 4.35% to 5.10% (+75 bp); review within 1 month."

    Source:
        Management of high-risk customers; the sizes are a creditcells default, see
        CR_POLICY("warning_actions").
    """
    policy = builtin("warning_actions").rows if policy is None else policy
    _check(policy)
    missing = _NEEDS.get(out)
    if missing and {"limit": limit, "rate": rate}[missing] is None:
        allowed = Words(f"given for out {out}", f"已给出（out 为 {out} 时必需）")
        raise CallError(missing, Words("nothing", "空"), allowed, code=errors.NA)
    if out == "excess" and balance is None:
        allowed = Words("given for out excess", "已给出（out 为 excess 时必需）")
        raise CallError("balance", Words("nothing", "空"), allowed, code=errors.NA)
    place = _places(warning, policy)
    faults = unknown_rows("warning", warning, place, policy["warning"])
    book = _Adjusted.of(policy, place, limit, rate, balance)
    if out in ("value", "collateral"):
        column = f"actions_{lang}" if out == "value" else f"collateral_{lang}"
        return faulty(policy[column].to_numpy()[place], faults.items())
    if out == "review":
        months = policy["review_months"].to_numpy(dtype=np.float64)[place]
        return faulty(months, faults.items()) if faults else months
    if out == "table":
        return _table(policy, place, book, faults, lang)
    if out == "why":
        texts = [faults.get(row) or book.sentence(row, lang) for row in range(len(place))]
        return np.array(texts, dtype=object)
    values = {"limit": book.new_limit, "rate": book.new_rate, "excess": book.excess}[out]
    for row in np.flatnonzero(np.isnan(values)).tolist():
        faults.setdefault(row, _blank_input(out))
    return faulty(values, faults.items()) if faults else values


def _places(warning: TextArray, policy: pd.DataFrame) -> IndexArray:
    """The row of the policy of each warning, in any of the words for its colour."""
    codes, texts = once_each(warning, lambda text: WARNINGS.find(text) or text)
    found = places(np.array(texts, dtype=object), policy, "warning", "label_en", "label_zh")
    return found[codes]


def _check(policy: pd.DataFrame) -> None:
    """A limit cannot be lowered by more than all of it."""
    changes = policy["limit_change"].to_numpy(dtype=np.float64)
    if (changes < -1).any():
        allowed = Words("a share of at least -1", "不小于 -1 的比例")
        where = column_of("policy", "limit_change", "授信额度调整")
        raise CallError(where, float(changes[changes < -1][0]), allowed, code=errors.NUM)


def _known(values: FloatArray | None, place: IndexArray) -> FloatArray:
    return np.full(len(place), np.nan) if values is None else values


def _blank_input(out: str) -> CellError:
    names = {"limit": "limit", "rate": "rate", "excess": "limit or balance"}[out]
    chinese = {"limit": "limit", "rate": "rate", "excess": "limit 或 balance"}[out]
    return CellError(errors.NA, f"{names} is missing.", joined("缺少", chinese, "。"))


@record
class _Adjusted:
    """The adjustments of a call; NaN where an amount is not known."""

    labels: dict[str, TextArray]
    limit: FloatArray
    limit_change: FloatArray
    rate: FloatArray
    spread_change: FloatArray
    balance: FloatArray
    months: FloatArray
    has_balance: bool

    @classmethod
    def of(
        cls,
        policy: pd.DataFrame,
        place: IndexArray,
        limit: FloatArray | None,
        rate: FloatArray | None,
        balance: FloatArray | None,
    ) -> _Adjusted:
        """The adjustments of the policy's rows."""
        numbers = [
            policy[name].to_numpy(dtype=np.float64)[place]
            for name in ("limit_change", "spread_change_bp", "review_months")
        ]
        labels = {lang: policy[f"label_{lang}"].to_numpy()[place] for lang in ("en", "zh")}
        known = [_known(values, place) for values in (limit, rate, balance)]
        change, points, months = numbers
        return cls(
            labels, known[0], change, known[1], points, known[2], months, balance is not None
        )

    @property
    def new_limit(self) -> FloatArray:
        return np.round(self.limit * (1 + self.limit_change), _DECIMALS)

    @property
    def new_rate(self) -> FloatArray:
        return np.round(self.rate + self.spread_change / _BASIS_POINT, _DECIMALS)

    @property
    def excess(self) -> FloatArray:
        """What is drawn beyond the new limit; zero where there is room."""
        return np.maximum(self.balance - self.new_limit, 0.0)

    def sentence(self, row: int, lang: str) -> str:
        """The adjustments of one row with their figures."""
        zh = lang == "zh"
        label = str(self.labels[lang][row])
        months = self.months[row]
        if zh:
            parts = [self._limit_zh(row), self._rate_zh(row), f"{months:g} 个月内复评"]
            return f"{label}：{'；'.join(parts)}。"
        span = "1 month" if months == 1 else f"{months:g} months"
        parts = [self._limit_en(row), self._rate_en(row), f"review within {span}"]
        return f"{label[:1].upper()}{label[1:]}: {'; '.join(parts)}."

    def _limit_en(self, row: int) -> str:
        change = self.limit_change[row]
        if np.isnan(self.limit[row]):
            return f"limit not known ({change:+.0%})" if change else "limit not known"
        old, new = f"{self.limit[row]:,.10g}", f"{self.new_limit[row]:,.10g}"
        text = f"limit {old} to {new} ({change:+.0%})" if change else f"limit {old} unchanged"
        if self.excess[row] > 0:
            drawn, excess = f"{self.balance[row]:,.10g}", f"{self.excess[row]:,.10g}"
            text += f", of which {drawn} is drawn: pay down {excess}"
        return f"{text}, balance not known" if self._unknown_balance(row) else text

    def _limit_zh(self, row: int) -> str:
        change = self.limit_change[row]
        if np.isnan(self.limit[row]):
            return f"授信额度未知（{change:+.0%}）" if change else "授信额度未知"
        old, new = f"{self.limit[row]:,.10g}", f"{self.new_limit[row]:,.10g}"
        text = f"授信额度由 {old} 调至 {new}（{change:+.0%}）" if change else f"授信额度 {old} 不变"
        if self.excess[row] > 0:
            drawn, excess = f"{self.balance[row]:,.10g}", f"{self.excess[row]:,.10g}"
            text += f"，已用 {drawn}，须压降 {excess}"
        return f"{text}，余额未知" if self._unknown_balance(row) else text

    def _unknown_balance(self, row: int) -> bool:
        """Whether the balance is asked about but blank, where the limit is lowered."""
        return self.has_balance and bool(np.isnan(self.balance[row]) and self.limit_change[row] < 0)

    def _rate_en(self, row: int) -> str:
        points = self.spread_change[row]
        if np.isnan(self.rate[row]):
            return f"rate {points:+g} bp" if points else "rate unchanged"
        if not points:
            return f"rate {self.rate[row]:.2%} unchanged"
        return f"rate {self.rate[row]:.2%} to {self.new_rate[row]:.2%} ({points:+g} bp)"

    def _rate_zh(self, row: int) -> str:
        points = self.spread_change[row]
        if np.isnan(self.rate[row]):
            return f"利率 {points:+g} 个基点" if points else "利率不变"
        if not points:
            return f"利率 {self.rate[row]:.2%} 不变"
        return f"利率由 {self.rate[row]:.2%} 调至 {self.new_rate[row]:.2%}（{points:+g} 个基点）"


def _table(
    policy: pd.DataFrame, place: IndexArray, book: _Adjusted, faults: Faults, lang: str
) -> pd.DataFrame:
    parts = (
        book.labels[lang],
        book.limit_change,
        blank_nan(book.new_limit),
        blank_nan(book.excess),
        book.spread_change,
        blank_nan(book.new_rate),
        policy[f"collateral_{lang}"].to_numpy()[place],
        book.months,
        policy[f"actions_{lang}"].to_numpy()[place],
    )
    return pd.DataFrame(
        {
            name: faulty(part, faults.items()) if faults else part
            for name, part in zip(_HEADERS[lang], parts, strict=True)
        }
    )
