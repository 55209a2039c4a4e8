"""Five-tier classes across the loans of one obligor: what one bad loan does to the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import BoolArray, Column, Faults
from udfs.errors import CallError, CellError, column_of, one_of
from udfs.keys import KeyColumn
from udfs.kinds import (
    NOT_NEGATIVE,
    Choice,
    Flags,
    FloatArray,
    Keys,
    Language,
    Numbers,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, IndexArray, blank_nan
from udfs.loans.five_tier import NORMAL, five_tier
from udfs.loans.loan_classes import DAYS
from udfs.loans.obligor_book import LoanCells, ObligorBook, read_book
from udfs.loans.shown_rows import shown, shown_table
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

ObligorRules = Annotated[pd.DataFrame, Table(builtin="obligor_rules")]
_SHARES: Final = ("npl_share", "overdue_share")
_SLACK: Final = 1e-12
"""Sums of decimals miss a share by less than this."""

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "code": ("代码",),
        "obligors": ("债务人", "汇总"),
    }
)
_HEADERS: Final = {
    "en": ("loan_class", "class_before", "rule", "article", "npl_share", "overdue_share"),
    "zh": ("贷款分类", "调整前分类", "规则", "条款", "不良占比", "逾期占比"),
}
_OBLIGOR_HEADERS: Final = {
    "en": ("obligor", "loans", "balance", "npl_share", "overdue_share", "rule", "loans_changed"),
    "zh": ("债务人", "笔数", "余额", "不良占比", "逾期占比", "规则", "调整笔数"),
}


@udf(
    "CR_OBLIGORCLASS",
    family="loans",
    zh="""全部贷款：按同一债务人规则调整五级分类，即一笔不良对同一非零售债务人其他贷款的影响。

    本行债权中不良占比超过 10% 的，其全部贷款至少为次级；在所有银行的债务中逾期 90 天以上占比超过 20% 的，至少为次级；
    有任何一笔不良的，其余至少为关注。某一行无法识别时，该债务人的全部贷款均显示该错误。

    参数：
        obligors: 每笔贷款的债务人编号；须传入整个区域。
        balance: 每笔贷款的余额，单位自定。
        loan_class: 每笔贷款自身的五级分类，如 CR_LOANCLASS 的结果。
        retail: 是否零售债务人；零售不适用上述规则。省略或留空按非零售处理。
        overdue_days: 每笔贷款的逾期天数；给出 other_debt 时必填。
        other_debt: 债务人在其他银行的债务，单位同 balance；没有填 0，留空为未知。
        other_overdue: 其中逾期 90 天以上的部分；没有填 0。
        rules: 债务人规则表；默认为内置表 obligor_rules。
        out: "value" 调整后分类（默认）；"code" 代码；"why" 理由；"table" 明细；"obligors" 按债务人汇总。
        lang: 分类、理由与表头的语言，"en" 或 "zh"。
    结果：
        每笔贷款一个分类；"obligors" 为每个债务人一行的表。
    错误：
        缺少编号、余额、分类或可能影响结果的他行债务为 #N/A；无法识别或同一债务人前后不一为 #VALUE!；他行逾期大于
        他行债务为 #NUM!。
    来源：
        《商业银行金融资产风险分类办法》（银保监会、人民银行令〔2023〕第1号）第七条、第十条、第十一条；标有“待核对”的行
        请核对法规原文，见 CR_POLICY("obligor_rules")。
    """,
)
def obligor_class(
    obligors: Annotated[KeyColumn, Keys(series="loans")],
    balance: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="loans")],
    loan_class: Annotated[Column, Texts(series="loans")],
    retail: Annotated[Column, Flags(series="loans")] | None = None,
    overdue_days: Annotated[Column, Numbers(bounds=DAYS, series="loans")] | None = None,
    other_debt: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="loans")] | None = None,
    other_overdue: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="loans")] | None = None,
    rules: ObligorRules | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All loans together: five-tier classes after the rules across the loans of one obligor.

    For a non-retail obligor: more than 10 % of its claims non-performing makes all of them at
    least substandard, more than 20 % of its debts at all banks overdue for more than 90 days
    likewise, and any non-performing claim makes the others at least special mention. A loan that
    cannot be read makes all loans of its obligor show the error.

    Args:
        obligors: Obligor of each loan; the whole range.
        balance: Balance of each loan, in any unit.
        loan_class: Five-tier class of each loan by itself, such as from CR_LOANCLASS.
        retail: Whether the obligor is retail, to which these rules do not apply; left out or
            blank counts as non-retail.
        overdue_days: Days each loan is overdue; needed with other_debt.
        other_debt: The obligor's debts at other banks, in the unit of balance; 0 if there are
            none, blank if not known.
        other_overdue: The part of other_debt overdue for more than 90 days; 0 if none.
        rules: Rules by share; default the built-in obligor_rules.
        out: "value" the class after the rules (default); "code" its code; "why" the reason;
            "table" the parts; "obligors" a row per obligor.
        lang: Language of class, reason and headers, "en" or "zh".

    Returns:
        One class per loan; for "obligors" a table with a row per obligor.

    Errors:
        #N/A where obligor, balance, class, or a debt at other banks that could matter is missing;
        #VALUE! where one cannot be read or an obligor's rows contradict each other; #NUM! where
        more is overdue than owed.

    Example:
        =CR_OBLIGORCLASS({"C1";"C1";"C2";"C2"},{88;12;95;5},{"normal";"loss";"正常";"次级"}) -> {"substandard";"loss";"special mention";"substandard"}
        =CR_OBLIGORCLASS("C1",100,"normal",,0,100,60,,"why") -> "60 of 200 (30.0 %) of the debts at all banks overdue for more than 90 days, more than 20 % (Art. 11(4)): from normal to substandard."

    Source:
        Measures for the Risk Classification of Financial Assets of Commercial Banks (CBIRC and
        PBC Order 2023 No. 1), Articles 7, 10 and 11; rows marked in the column to_check must be
        checked against the regulation, see CR_POLICY("obligor_rules").
    """
    cells = LoanCells(
        obligors, balance, loan_class, retail, overdue_days, other_debt, other_overdue
    )
    book = read_book(cells)
    judged = _judge(book, _read_rules(builtin("obligor_rules").rows if rules is None else rules))
    faults = _unknown_debts(judged) | book.row_faults()
    if out == "obligors":
        return Whole(judged.obligors(lang))
    if out == "table":
        columns = judged.columns(lang)
        return Whole(shown_table(_HEADERS[lang], columns, faults, book.blank))
    if out == "why":
        return Whole(shown(judged.reasons(faults, lang), {}, book.blank))
    names = five_tier().codes if out == "code" else five_tier().labels[lang]
    # Settled loans may lack a class; they show none.
    return Whole(shown(_or_nothing(names)[judged.classes], faults, book.blank))


@record
class _Rule:
    """One rule: all loans of an obligor whose share is above a limit get at least a class."""

    labels: dict[str, str]
    share_of: str
    above: float
    days: float
    place: int
    articles: dict[str, str]
    check: bool


@record
class _Judged:
    """The classes after the rules, and what led to them.

    Attributes:
        book: the loans.
        rules: the rules, in their order.
        shares: the shares of each obligor by the rule that asks for them; NaN if not known.
        parts: the amounts above and below the line of each share.
        binding: the place of the rule that decides each obligor; ``NOWHERE`` if none does.
        classes: the place of each loan's class after the rules.
    """

    book: ObligorBook
    rules: list[_Rule]
    shares: list[FloatArray]
    parts: list[tuple[FloatArray, FloatArray]]
    binding: IndexArray
    classes: IndexArray

    def changed(self) -> BoolArray:
        """Which loans the rules put into a worse class."""
        changed: BoolArray = self.classes > self.book.classes
        return changed

    def share(self, name: str) -> FloatArray:
        """The share of a kind by obligor."""
        for rule, share in zip(self.rules, self.shares, strict=True):
            if rule.share_of == name:
                return share
        return np.full(len(self.book.names), np.nan)

    def of_loans(self, values: npt.NDArray[Any], nothing: Any) -> npt.NDArray[Any]:
        """What is known of the obligors, by loan."""
        found: npt.NDArray[Any] = np.append(values, nothing)[self.book.owner]
        return found

    def columns(self, lang: str) -> list[npt.NDArray[Any]]:
        names = _or_nothing(five_tier().labels[lang])
        decides = np.where(self.changed(), self.of_loans(self.binding, NOWHERE), NOWHERE)
        labels = _or_nothing(rule.labels[lang] for rule in self.rules)
        articles = _or_nothing(rule.articles[lang] for rule in self.rules)
        shares = [blank_nan(self.of_loans(self.share(name), np.nan)) for name in _SHARES]
        return [
            names[self.classes],
            names[self.book.classes],
            labels[decides],
            articles[decides],
            *shares,
        ]

    def obligors(self, lang: str) -> pd.DataFrame:
        """A row per obligor; one with a loan that cannot be read shows its error."""
        labels = _or_nothing(rule.labels[lang] for rule in self.rules)
        columns = (
            self.book.names.astype(object),
            self.book.count(),
            self.book.total(),
            *(blank_nan(self.share(name)) for name in _SHARES),
            labels[self.binding],
            self.book.count(self.changed()),
        )
        faults: Faults = {}
        for row, error in self.book.row_faults().items():
            faults.setdefault(int(self.book.owner[row]), error)
        faults.pop(NOWHERE, None)
        frame = shown_table(_OBLIGOR_HEADERS[lang], columns, faults)
        frame.isetitem(0, columns[0])
        return frame

    def reasons(self, faults: Faults, lang: str) -> TextArray:
        texts = np.full(len(self.classes), None, dtype=object)
        retail, changed = self.book.retail(), self.changed()
        for row, owner in enumerate(self.book.owner.tolist()):
            if row in faults:
                texts[row] = faults[row].why(lang) or str(faults[row])
            elif owner >= 0 and self.book.classes[row] != NOWHERE:
                texts[row] = self._reason(row, owner, retail[owner], changed[row], lang)
        return texts

    def _reason(self, row: int, owner: int, retail: bool, changed: bool, lang: str) -> str:
        names, zh = five_tier().labels[lang], lang == "zh"
        before, after = names[self.book.classes[row]], names[self.classes[row]]
        if retail:
            stays = f"零售债务人，不适用同一债务人规则；保持{after}。"
            return stays if zh else f"Retail obligor, to whom no rule applies: stays {after}."
        place = int(self.binding[owner])
        if place == NOWHERE:
            return (
                f"未触发同一债务人规则；保持{after}。"
                if zh
                else f"No rule across the obligor's loans holds: stays {after}."
            )
        figures = self._figures(place, owner, lang)
        if zh:
            return (
                f"{figures}：由{before}调整为{after}。" if changed else f"{figures}；保持{after}。"
            )
        return f"{figures}: from {before} to {after}." if changed else f"{figures}: stays {after}."

    def _figures(self, place: int, owner: int, lang: str) -> str:
        rule = self.rules[place]
        part, whole = (float(amounts[owner]) for amounts in self.parts[place])
        share, limit = f"{self.shares[place][owner]:.1%}", f"{100 * rule.above:g}"
        if lang == "zh":
            what = "不良" if rule.share_of == "npl_share" else f"逾期 {rule.days:g} 天以上"
            scope = "本行债权" if rule.share_of == "npl_share" else "全部银行债务"
            check = "，请核对法规原文" if rule.check else ""
            return (
                f"{scope} {whole:,.10g} 中{what} {part:,.10g}（{share}），超过 {limit}%"
                f"（{rule.articles['zh']}{check}）"
            )
        what = (
            "of the claims on the obligor non-performing"
            if rule.share_of == "npl_share"
            else f"of the debts at all banks overdue for more than {rule.days:g} days"
        )
        check = ", check against the regulation" if rule.check else ""
        return (
            f"{part:,.10g} of {whole:,.10g} ({share.replace('%', ' %')}) {what}, more than "
            f"{limit} % ({rule.articles['en']}{check})"
        )


def _or_nothing(texts: Iterable[str]) -> TextArray:
    """The texts with a blank at the end, where ``NOWHERE`` points to."""
    return np.array([*texts, None], dtype=object)


@read_once
def _read_rules(table: pd.DataFrame) -> list[_Rule]:
    rules = []
    tiers = five_tier()
    for row in table.to_dict("records"):
        if row["share_of"] not in _SHARES:
            where = column_of("rules", "share_of", "占比口径")
            raise CallError(where, row["share_of"], one_of(_SHARES))
        where = column_of("rules", "loan_class", "贷款分类")
        rules.append(
            _Rule(
                labels={lang: row[f"label_{lang}"] for lang in ("en", "zh")},
                share_of=row["share_of"],
                above=row["share_above"],
                days=row["overdue_above"],
                place=tiers.place(row["loan_class"], where),
                articles={lang: row[f"article_{lang}"] for lang in ("en", "zh")},
                check=row["to_check"] == 1,
            )
        )
    return rules


def _judge(book: ObligorBook, rules: list[_Rule]) -> _Judged:
    parts = [_parts(book, rule) for rule in rules]
    shares = [
        np.divide(part, whole, out=np.zeros_like(part), where=whole != 0) for part, whole in parts
    ]
    binding = np.full(len(book.names), NOWHERE, dtype=np.intp)
    least = np.full(len(book.names), NORMAL, dtype=np.intp)
    for place, rule in enumerate(rules):
        holds = (shares[place] > rule.above + _SLACK) & ~book.retail() & (least < rule.place)
        least[holds], binding[holds] = rule.place, place
    floor = np.append(least, NOWHERE)[book.owner]
    classes = np.where(book.classes == NOWHERE, NOWHERE, np.maximum(book.classes, floor))
    return _Judged(book, rules, shares, parts, binding, classes)


def _parts(book: ObligorBook, rule: _Rule) -> tuple[FloatArray, FloatArray]:
    """What a rule's share is made of, by obligor: the part and the whole."""
    if rule.share_of == "npl_share":
        npl = np.append(five_tier().npl, False)[book.classes]
        return book.total(npl), book.total()
    days = book.cells.overdue_days
    if days is None or book.cells.other_debt is None:
        unknown: FloatArray = np.full(len(book.names), np.nan)
        return unknown, unknown
    late = book.total(np.asarray(days.values > rule.days, dtype=bool))
    return late + book.other_overdue, book.total() + book.other_debt


def _unknown_debts(judged: _Judged) -> Faults:
    """The errors of the loans that an obligor's unknown debts at other banks could make worse."""
    book = judged.book
    if book.cells.other_debt is None:
        return {}
    unknown = (np.isnan(book.other_debt) | np.isnan(book.other_overdue)) & ~book.retail()
    worst = max((r.place for r in judged.rules if r.share_of == "overdue_share"), default=NORMAL)
    could = judged.of_loans(unknown, False) & (judged.classes < worst) & (judged.classes >= 0)
    error = CellError(
        errors.NA,
        "other_debt or other_overdue is missing: write 0 if the obligor owes nothing elsewhere.",
        "缺少 other_debt 或 other_overdue：债务人在他行没有债务的请填 0。",
    )
    return dict.fromkeys(np.flatnonzero(could).tolist(), error)
