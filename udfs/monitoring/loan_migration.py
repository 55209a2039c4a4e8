"""Downward migration of loan classes by the Chinese core indicators (迁徙率)."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, Faults, faulty
from udfs.errors import CallError, CellError, Words, column_of, one_of
from udfs.kinds import (
    NOT_NEGATIVE,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, blank_nan
from udfs.loans.five_tier import FiveTier, five_tier
from udfs.monitoring.series_columns import refuse_empty, refuse_faults, row_of
from udfs.monitoring.shares import share_of
from udfs.records import record
from udfs.tables import builtin

Classes = Annotated[Column, Texts(series="loans")]
Balances = Annotated[Column, Numbers(series="loans", bounds=NOT_NEGATIVE)]
Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
Ceilings = Annotated[pd.DataFrame, Table(builtin="loan_migration_ceilings")]

_OUTPUTS: Final = Choice(
    {
        "value": ("table", "值", "表"),
        "matrix": ("矩阵",),
        "why": ("reason", "原因", "理由"),
    }
)
_RATE_OUTPUTS: Final = Choice({"value": ("值", "结果"), "why": ("reason", "原因", "理由")})
_PERFORMING: Final = "performing"
_PERFORMING_LABEL: Final = {"en": "performing loans", "zh": "正常贷款"}
_HEADERS: Final = {
    "en": ("class", "balance at the beginning", "reduced", "moved down", "migration rate", "ceiling", "within ceiling"),
    "zh": ("类别", "期初余额", "期间减少", "向下迁徙", "迁徙率", "迁徙率上限", "是否达标"),
}  # fmt: skip


@udf(
    "CR_MIGRATIONRATE",
    family="monitoring",
    zh="""由合计数计算迁徙率：期初某类贷款向下迁徙的金额，除以期初余额减期间减少后的余额。

    参数：
        balance_begin: 期初该类贷款余额。
        moved_down: 其中期末已降至更差类别的余额。
        reduced: 其中期间因收回、处置或核销减少的金额，默认 0。
        out: "value" 迁徙率（默认）；"why" 算式。
        lang: 文字的语言，"en" 或 "zh"。
    结果：
        与各参数同形的小数。
    错误：
        期初余额已全部减少为 #DIV/0!；迁徙金额大于剩余余额为 #NUM!。
    来源：
        《商业银行风险监管核心指标（试行）》，银监会，2005。
    """,
)
def migration_rate(
    balance_begin: Amounts,
    moved_down: Amounts,
    reduced: Amounts | float = 0.0,
    out: Annotated[str, _RATE_OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray:
    """Migration rate of a loan class from totals: moved down / (balance at the beginning - reduced).

    Args:
        balance_begin: Balance of the class at the beginning.
        moved_down: Balance of these loans that is in a worse class at the end.
        reduced: What these loans were reduced by in between: collected, sold or written off;
            default 0.
        out: "value" the rate (default); "why" the calculation.
        lang: Language of the words, "en" or "zh".

    Returns:
        Decimals in the common shape.

    Errors:
        #DIV/0! where nothing is left of the balance; #NUM! where more moved than is left.

    Example:
        =CR_MIGRATIONRATE(5000,500,1000) -> 0.125
        =CR_MIGRATIONRATE({10000;1000},{1000;600},{500;200}) -> {0.105263157895;0.75}

    Source:
        Core Indicators for the Risk Supervision of Commercial Banks (trial), CBRC, 2005.
    """
    left = balance_begin - reduced
    taken = np.broadcast_to(np.asarray(reduced, dtype=np.float64), left.shape)
    faults: Faults = dict.fromkeys(np.flatnonzero(left <= 0).tolist(), _NOTHING_LEFT)
    for i in np.flatnonzero((moved_down > left) & (left > 0)).tolist():
        faults[i] = _too_much(moved_down[i], left[i])
    rates = np.divide(moved_down, left, out=np.zeros(len(left)), where=left > 0)
    if out == "value":
        return faulty(rates, faults.items()) if faults else rates
    rows = zip(rates, moved_down, balance_begin, taken, strict=True)
    texts = np.array([_calculation(*row, lang) for row in rows], dtype=object)
    return faulty(texts, faults.items())


_NOTHING_LEFT: Final = CellError(
    errors.DIV0,
    "nothing is left of balance_begin after reduced: there is no rate.",
    "balance_begin 减 reduced 后没有余额，无法计算迁徙率。",
)


def _too_much(moved: float, left: float) -> CellError:
    return CellError(
        errors.NUM,
        f"moved_down must be at most what is left of balance_begin ({left:,.10g}); got {moved:,.10g}.",
        f"moved_down 应不大于期初余额减期间减少（{left:,.10g}），实际为 {moved:,.10g}。",
    )


def _calculation(rate: float, moved: float, begin: float, reduced: float, lang: str) -> str:
    if lang == "zh":
        return f"迁徙率 {rate:.2%} = 向下迁徙 {moved:,.10g} /（期初余额 {begin:,.10g} - 期间减少 {reduced:,.10g}）。"
    return (
        f"{rate:.2%} = {moved:,.10g} moved down / ({begin:,.10g} at the beginning - "
        f"{reduced:,.10g} reduced)."
    )


@udf(
    "CR_LOANMIGRATE",
    family="monitoring",
    zh="""全体贷款：按五级分类的迁徙率，正常、关注、次级、可疑各类及正常贷款迁徙率。

    迁徙率 = 期初该类贷款中期末已降至更差类别的余额 /（期初余额 - 期间减少）。期末余额低于期初的差额为期间减少，
    超出期初的部分不计；期末分类空白为已结清，全部为期间减少。正常贷款迁徙率为正常、关注两类转为不良的比率。

    参数：
        class_begin: 每笔贷款的期初五级分类；空白为期间新增，不计。
        class_end: 每笔贷款的期末五级分类；空白为已收回、处置或核销。
        balance_begin: 每笔贷款的期初余额。
        balance_end: 每笔贷款的期末余额；省略则视为仍在的贷款余额不变。
        ceilings: 迁徙率上限表；默认为内置表 loan_migration_ceilings，请核对法规原文。
        out: "value" 各类迁徙率表（默认）；"matrix" 期初期末金额矩阵；"why" 一句话小结。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的表，每类一行，末行为正常贷款。
    错误：
        分类无法识别、缺余额时整个调用为错误，并指出所在行。
    来源：
        《商业银行风险监管核心指标（试行）》，银监会，2005。
    """,
)
def loan_migrate(
    class_begin: Classes,
    class_end: Classes,
    balance_begin: Balances,
    balance_end: Balances | None = None,
    ceilings: Ceilings | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All loans together: downward migration rates of the five loan classes (core indicators 2005).

    The rate of a class is the balance of its loans that end in a worse class, divided by their
    balance at the beginning less what they were reduced by. A lower balance at the end is a
    reduction, a higher one is not counted beyond the beginning, a blank class at the end is a loan
    that is gone. The rate of performing loans is that of normal and special mention to
    non-performing.

    Args:
        class_begin: Class of each loan at the beginning; a blank one is new and not counted.
        class_end: Class of each loan at the end; blank if it was collected, sold or written off.
        balance_begin: Balance of each loan at the beginning.
        balance_end: Balance of each loan at the end; default unchanged where the loan is there.
        ceilings: Ceilings of the rates; default the built-in loan_migration_ceilings, to be
            checked against the regulation.
        out: "value" the rates (default); "matrix" amounts from class to class; "why" a sentence.
        lang: Language of headers and words, "en" or "zh".

    Returns:
        A table with headers, one row per class and a last one for performing loans.

    Errors:
        The call is an error where a class is unknown or a balance missing; the reason names the
        row.

    Example:
        =CR_LOANMIGRATE({"关注";"关注";"关注"},{"次级";"关注";""},{500;3500;1000},,,"why") -> "special mention 12.50% (above the ceiling of 1.5%), performing loans 12.50%."
        =CR_LOANMIGRATE({"normal";"normal"},{"normal";"special mention"},{900;100},{800;60},,"matrix") -> {"class","normal","special mention","substandard","doubtful","loss","gone";"normal",800,60,0,0,0,140;"special mention",0,0,0,0,0,0;"substandard",0,0,0,0,0,0;"doubtful",0,0,0,0,0,0;"loss",0,0,0,0,0,0}

    Source:
        Core Indicators for the Risk Supervision of Commercial Banks (trial), CBRC, 2005.
    """
    tiers = five_tier()
    book = _read_loans(tiers, class_begin, class_end, balance_begin, balance_end)
    moves = book.moves(len(tiers.codes))
    if out == "matrix":
        return _matrix(tiers, moves, lang)
    rates = _rates(tiers, moves)
    limits = _limits(builtin("loan_migration_ceilings").rows if ceilings is None else ceilings)
    if out == "why":
        return Whole(_sentence(tiers, rates, limits, lang))
    return _table(tiers, rates, limits, lang)


@record
class _Loans:
    """The loans there were at the beginning.

    Attributes:
        begin: the place of the class of each loan.
        end: the same at the end, ``NOWHERE`` if the loan is gone.
        balance: at the beginning.
        kept: how much of that is still there at the end.
    """

    begin: npt.NDArray[np.intp]
    end: npt.NDArray[np.intp]
    balance: FloatArray
    kept: FloatArray

    def moves(self, size: int) -> FloatArray:
        """What is left of each class (rows) in each class (columns); the last column is gone."""
        moves = np.zeros((size, size + 1))
        there = self.end != NOWHERE
        np.add.at(moves, (self.begin[there], self.end[there]), self.kept[there])
        np.add.at(moves[:, -1], self.begin, self.balance - self.kept)
        return moves


def _read_loans(
    tiers: FiveTier,
    class_begin: Column,
    class_end: Column,
    balance_begin: Column,
    balance_end: Column | None,
) -> _Loans:
    begin = _class_places(tiers, class_begin, "class_begin")
    end = _class_places(tiers, class_end, "class_end")
    there = begin != NOWHERE
    refuse_empty(there, "class_begin")
    _refuse_gaps(balance_begin, there, "balance_begin")
    kept = np.where(end == NOWHERE, 0.0, balance_begin.values)
    if balance_end is not None:
        _refuse_gaps(balance_end, there & (end != NOWHERE), "balance_end")
        unclassified = np.flatnonzero(there & (end == NOWHERE) & (balance_end.values > 0))
        if len(unclassified):
            blank = Words("a blank cell", "空单元格")
            allowed = Words("the class of a loan that has a balance", "尚有余额的贷款的分类")
            raise CallError(
                row_of("class_end", int(unclassified[0])), blank, allowed, code=errors.NA
            )
        kept = np.where(end == NOWHERE, 0.0, np.fmin(balance_end.values, balance_begin.values))
    return _Loans(begin[there], end[there], balance_begin.values[there], kept[there])


def _class_places(tiers: FiveTier, column: Column, name: str) -> npt.NDArray[np.intp]:
    refuse_faults(column, name)
    places, faults = tiers.read(column.values, name)
    for row in sorted(faults)[:1]:
        raise CallError(row_of(name, row), str(column.values[row]), one_of(tiers.known()))
    return places


def _refuse_gaps(column: Column, needed: npt.NDArray[np.bool_], name: str) -> None:
    refuse_faults(column, name)
    gaps = np.flatnonzero(column.blank & needed)
    if len(gaps):
        blank = Words("a blank cell", "空单元格")
        allowed = Words("the balance of a loan that is there", "尚存贷款的余额")
        raise CallError(row_of(name, int(gaps[0])), blank, allowed, code=errors.NA)


@record
class _Rates:
    """By class that can get worse, then for performing loans: balance, reduced, moved down."""

    begin: FloatArray
    reduced: FloatArray
    moved: FloatArray

    @property
    def rate(self) -> FloatArray:
        return share_of(self.moved, self.begin - self.reduced)


def _rates(tiers: FiveTier, moves: FloatArray) -> _Rates:
    within = moves[:, :-1]
    size = len(within) - 1
    begin, reduced = moves.sum(axis=1)[:size], moves[:size, -1]
    moved = np.array([within[place, place + 1 :].sum() for place in range(size)])
    sound = ~tiers.npl[:size]
    lost = within[:size][sound][:, tiers.npl].sum()
    return _Rates(
        np.append(begin, begin[sound].sum()),
        np.append(reduced, reduced[sound].sum()),
        np.append(moved, lost),
    )


def _limits(table: pd.DataFrame) -> dict[str, float]:
    """The ceiling of each class by its code."""
    tiers = five_tier()
    limits = {}
    for row, (name, ceiling) in enumerate(
        zip(table["loan_class"], table["ceiling"], strict=True), 1
    ):
        text = str(name)
        if text.casefold() in (_PERFORMING, *_PERFORMING_LABEL.values()):
            limits[_PERFORMING] = float(ceiling)
            continue
        where = column_of("ceilings", "loan_class", "贷款分类", row)
        limits[str(tiers.codes[tiers.place(text, where)])] = float(ceiling)
    return limits


def _names(tiers: FiveTier, lang: str) -> tuple[list[str], list[str]]:
    """The codes and labels of the rows of the result."""
    codes = [*tiers.codes[:-1], _PERFORMING]
    return codes, [*tiers.labels[lang][:-1], _PERFORMING_LABEL[lang]]


def _table(tiers: FiveTier, rates: _Rates, limits: dict[str, float], lang: str) -> Whole:
    codes, labels = _names(tiers, lang)
    ceiling = np.array([limits.get(code, np.nan) for code in codes])
    known = ~np.isnan(ceiling) & ~np.isnan(rates.rate)
    within = np.full(len(codes), None, dtype=object)
    within[known] = (rates.rate <= ceiling)[known].tolist()
    parts = (
        np.array(labels, dtype=object),
        rates.begin,
        rates.reduced,
        rates.moved,
        blank_nan(rates.rate),
        blank_nan(ceiling),
        within,
    )
    return Whole(pd.DataFrame(dict(enumerate(parts))), _HEADERS[lang])


def _matrix(tiers: FiveTier, moves: FloatArray, lang: str) -> Whole:
    labels = tiers.labels[lang]
    columns = {0: labels.astype(object)}
    columns |= {place + 1: column for place, column in enumerate(moves.T)}
    gone = "期间减少" if lang == "zh" else "gone"
    return Whole(pd.DataFrame(columns), (_HEADERS[lang][0], *labels, gone))


def _sentence(tiers: FiveTier, rates: _Rates, limits: dict[str, float], lang: str) -> str:
    zh = lang == "zh"
    parts = []
    for code, label, rate in zip(*_names(tiers, lang), rates.rate, strict=True):
        if np.isnan(rate):
            continue
        limit = limits.get(code, np.nan)
        over = ""
        if rate > limit and code != _PERFORMING and not np.isnan(limit):
            over = f"（高于上限 {limit:.1%}）" if zh else f" (above the ceiling of {limit:.1%})"
        parts.append(f"{label}迁徙率 {rate:.2%}{over}" if zh else f"{label} {rate:.2%}{over}")
    if not parts:
        return "期初没有可迁徙的贷款。" if zh else "No loan could move down."
    return f"{'，'.join(parts)}。" if zh else f"{', '.join(parts)}."
