"""Ratios of a loan book: non-performing loans, and the provisions held against them."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, CellError, Words, column_of, one_of
from udfs.kinds import NOT_NEGATIVE, Choice, Language, Numbers, Table, Texts
from udfs.labels import NOWHERE
from udfs.loans.five_tier import five_tier
from udfs.records import record
from udfs.tables import builtin

ProvisionMinimums = Annotated[pd.DataFrame, Table(builtin="provision_minimums")]
_OUTPUTS: Final = Choice(
    {
        "value": ("npl_ratio", "不良率", "值"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "classes": ("分类", "结构"),
        "coverage": ("拨备覆盖率",),
        "provision_ratio": ("贷款拨备率",),
        "shortfall": ("缺口",),
    }
)
_NO_NPL: Final = CellError(
    errors.DIV0,
    "There are no non-performing loans, so that coverage has no value.",
    "没有不良贷款，拨备覆盖率无意义。",
)


@udf(
    "CR_NPL",
    family="loans",
    zh="""全部贷款：不良率、拨备覆盖率、贷款拨备率，以及起约束作用的监管标准与准备缺口。

    贷款拨备率 = 拨备覆盖率 × 不良率。两项监管标准中，所需准备较高者为约束。任何一行有余额而无分类的，整个结果
    为错误值，因为缺失的分类不能视为正常。

    参数：
        balance: 每笔贷款的余额，单位自定；须传入整个区域。
        loan_class: 每笔贷款的五级分类，中文、英文或代码。
        provision: 贷款损失准备：每笔一个金额，或整个组合一个合计，空白视为没有计提；省略则只有不良率。
        minimums: 监管标准表；默认为内置表 provision_minimums。
        out: "value" 不良率（默认）；"coverage" 拨备覆盖率；"provision_ratio" 贷款拨备率；"shortfall"
            准备缺口，负数为超额；"why" 说明；"table" 各项指标；"classes" 五级分类结构。
        lang: 说明与表头的语言，"en" 或 "zh"。
    结果：
        一个小数或金额；"table"、"classes" 为带表头的表。
    错误：
        分类或余额缺失、无法识别的，整个调用为错误值并指明行号；余额合计为零为 #DIV/0!；需要准备金而未给出为 #N/A。
    来源：
        《商业银行贷款损失准备管理办法》（2011）第七条；银监发〔2018〕7号；见 CR_POLICY("provision_minimums")。
    """,
)
def npl_ratios(
    balance: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="loans")],
    loan_class: Annotated[Column, Texts(series="loans")],
    provision: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="provisions")] | None = None,
    minimums: ProvisionMinimums | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All loans together: NPL ratio, provision coverage, provisions to loans, and what binds.

    Provisions to loans = coverage × NPL ratio. Of the two regulatory minimums the one that asks
    for more provisions binds. A loan with a balance and no class makes the result an error, since
    a missing class must not count as normal.

    Args:
        balance: Balance of each loan in any unit; the whole range.
        loan_class: Five-tier class of each loan, by code or name in either language.
        provision: Loan loss provisions: an amount per loan, or one total; a blank counts as
            none; if left out there is the NPL ratio only.
        minimums: Regulatory minimums; default the built-in provision_minimums.
        out: "value" the NPL ratio (default); "coverage"; "provision_ratio"; "shortfall" of
            provisions, negative for a surplus; "why"; "table" all ratios; "classes" the balance
            by class.
        lang: Language of text and headers, "en" or "zh".

    Returns:
        One decimal or amount; a table with headers for "table" and "classes".

    Errors:
        An error for the whole call, naming the row, where a balance or class is missing or
        cannot be read; #DIV/0! if the balances add up to zero; #N/A if provisions are needed and
        not given.

    Example:
        =CR_NPL({9000;500;300;150;50},{"normal";"special mention";"substandard";"doubtful";"loss"}) -> 0.05
        =CR_NPL({9000;500;300;150;50},{"正常";"关注";"次级";"可疑";"损失"},310,,"coverage") -> 0.62
        =CR_NPL({9500;500},{"normal";"loss"},310,,"why") -> "NPL 500 of 10,000 = 5.00 %; provisions 310: coverage 62.00 %, provisions to loans 3.10 % (= coverage × NPL ratio). Required 750 by provision coverage of 150 % (provisions to loans of 2.5 % would ask for 250): short by 440."

    Source:
        China Banking Regulatory Commission, Measures for Loan Loss Provisions of Commercial Banks
        (2011), Article 7; Yinjianfa 2018 No. 7; see CR_POLICY("provision_minimums").
    """
    book = _read_book(balance, loan_class, provision)
    if out == "value":
        return Whole(book.npl / book.total)
    if out == "classes":
        return _classes(book, lang)
    held = _held(book)
    if out in ("coverage", "provision_ratio"):
        against = book.npl if out == "coverage" else book.total
        return Whole(held / against if against else _NO_NPL)
    bases = _bases(builtin("provision_minimums").rows if minimums is None else minimums, book)
    if out == "shortfall":
        return Whole(bases[0].required - held)
    if out == "table":
        return _ratios(book, held, bases, lang)
    return Whole(_reason(book, held, bases, lang))


@record
class _Book:
    """The loans of a book by class.

    Attributes:
        balance: per class, from the best to the worst.
        count: number of loans per class.
        provision: all provisions together; None if not given.
    """

    balance: list[float]
    count: list[int]
    provision: float | None

    @property
    def total(self) -> float:
        return sum(self.balance)

    @property
    def npl(self) -> float:
        pairs = zip(self.balance, five_tier().npl, strict=True)
        return sum(amount for amount, npl in pairs if npl)


@record
class _Base:
    """A regulatory minimum with the provisions that it asks for."""

    labels: dict[str, str]
    minimum: float
    required: float


def _read_book(balance: Column, loan_class: Column, provision: Column | None) -> _Book:
    tiers = five_tier()
    places, unknown = tiers.read(loan_class.values, "loan_class")
    faults = loan_class.faults | unknown | balance.faults
    needed = ~((balance.blank | (balance.values == 0)) & loan_class.blank)
    lacks_class = np.flatnonzero(needed & (places == NOWHERE))
    lacks_balance = np.flatnonzero(~loan_class.blank & balance.blank)
    missing = CellError(errors.NA, "loan_class is missing.", "缺少 loan_class。")
    faults |= {row: faults.get(row, missing) for row in lacks_class.tolist()}
    missing = CellError(errors.NA, "balance is missing.", "缺少 balance。")
    faults |= {row: faults.get(row, missing) for row in lacks_balance.tolist()}
    if provision is not None:
        _refuse("provision", provision.faults)
    _refuse(Words("balance and loan_class", "balance 与 loan_class"), faults)
    used = np.flatnonzero(needed)
    amounts = np.bincount(places[used], weights=balance.values[used], minlength=len(tiers.codes))
    if not amounts.sum():
        allowed = Words("balances that add up to more than 0", "合计大于 0 的余额")
        raise CallError("balance", Words("a total of 0", "合计为 0"), allowed, code=errors.DIV0)
    counts = np.bincount(places[used], minlength=len(tiers.codes))
    held = None if provision is None else float(np.nansum(provision.values))
    return _Book(amounts.tolist(), counts.tolist(), held)


def _refuse(argument: str, faults: dict[int, CellError]) -> None:
    """Refuse a book in which any loan cannot be read.

    Raises:
        CallError: there is one; its row and the number of such rows are named.
    """
    if not faults:
        return
    row, error = min(faults.items())
    more, more_zh = "", ""
    if len(faults) > 1:
        more, more_zh = f" ({len(faults)} such rows)", f"（共 {len(faults)} 行）"
    english = f"row {row + 1}: {(error.why() or str(error)).rstrip('.')}{more}"
    chinese = f"第 {row + 1} 行：{(error.why('zh') or str(error)).rstrip('。')}{more_zh}"
    allowed = Words("readable in every row", "每行均可识别")
    raise CallError(argument, Words(english, chinese), allowed, code=error.code)


def _held(book: _Book) -> float:
    if book.provision is None:
        allowed = Words(
            "the provisions, one amount per loan or one total", "准备金：每笔一个金额或一个合计"
        )
        raise CallError("provision", Words("nothing", "空"), allowed, code=errors.NA)
    return book.provision


def _bases(table: pd.DataFrame, book: _Book) -> list[_Base]:
    """The minimums with what they ask for, the binding one first."""
    amounts = {"coverage": book.npl, "provision_ratio": book.total}
    bases = []
    for row in table.itertuples():
        name = str(row.regulatory_ratio)
        if name not in amounts:
            where = column_of("minimums", "regulatory_ratio", "监管指标")
            raise CallError(where, name, one_of(amounts))
        labels = {"en": str(row.label_en), "zh": str(row.label_zh)}
        minimum = float(row.minimum)  # type: ignore[arg-type]  # a number column of a table
        bases.append(_Base(labels, minimum, minimum * amounts[name]))
    return sorted(bases, key=lambda base: -base.required)


def _classes(book: _Book, lang: str) -> Whole:
    tiers = five_tier()
    headers = {
        "en": ("loan_class", "npl", "loans", "balance", "share"),
        "zh": ("贷款分类", "不良", "笔数", "余额", "占比"),
    }[lang]
    shares = [amount / book.total for amount in book.balance]
    columns = (tiers.labels[lang], tiers.npl, book.count, book.balance, shares)
    return Whole(pd.DataFrame(dict(zip(headers, columns, strict=True)), dtype=object))


def _ratios(book: _Book, held: float, bases: list[_Base], lang: str) -> Whole:
    zh = lang == "zh"
    rows: list[tuple[str, Any]] = [
        ("贷款余额" if zh else "loans", book.total),
        ("不良贷款" if zh else "non-performing loans", book.npl),
        ("不良率" if zh else "NPL ratio", book.npl / book.total),
        ("贷款损失准备" if zh else "provisions", held),
        ("拨备覆盖率" if zh else "provision coverage", held / book.npl if book.npl else _NO_NPL),
        ("贷款拨备率" if zh else "provisions to loans", held / book.total),
    ]
    for base in bases:
        share = f"{100 * base.minimum:g}"
        name = base.labels[lang]
        text = f"所需准备：{name} {share}%" if zh else f"required by {name} of {share} %"
        rows.append((text, base.required))
    binding = bases[0]
    rows += [
        ("约束指标" if zh else "binding", binding.labels[lang]),
        ("准备缺口" if zh else "shortfall", binding.required - held),
    ]
    headers = ("项目", "数值") if zh else ("item", "value")
    return Whole(pd.DataFrame(rows, columns=list(headers), dtype=object))


def _reason(book: _Book, held: float, bases: list[_Base], lang: str) -> str:
    zh = lang == "zh"
    ratio, to_loans = f"{book.npl / book.total:.2%}", f"{held / book.total:.2%}"
    coverage = f"{held / book.npl:.2%}" if book.npl else "—"
    binding, *others = bases
    gap = binding.required - held
    amount = f"{abs(gap):,.10g}"
    if zh:
        rest = "、".join(
            f"{each.labels['zh']} {100 * each.minimum:g}% 需 {each.required:,.10g}"
            for each in others
        )
        verdict = f"缺口 {amount}" if gap > 0 else f"超出 {amount}"
        return (
            f"不良 {book.npl:,.10g}，贷款 {book.total:,.10g}，不良率 {ratio}；准备 {held:,.10g}，"
            f"拨备覆盖率 {coverage}，贷款拨备率 {to_loans}（= 拨备覆盖率 × 不良率）。约束为"
            f"{binding.labels['zh']} {100 * binding.minimum:g}%，需 {binding.required:,.10g}"
            f"（{rest}），{verdict}。"
        )
    rest = ", ".join(
        f"{each.labels['en']} of {100 * each.minimum:g} % would ask for {each.required:,.10g}"
        for each in others
    )
    verdict = f"short by {amount}" if gap > 0 else f"{amount} more than required"
    spaced = [text.replace("%", " %") for text in (ratio, coverage, to_loans)]
    return (
        f"NPL {book.npl:,.10g} of {book.total:,.10g} = {spaced[0]}; provisions {held:,.10g}: "
        f"coverage {spaced[1]}, provisions to loans {spaced[2]} (= coverage × NPL ratio). Required "
        f"{binding.required:,.10g} by {binding.labels['en']} of {100 * binding.minimum:g} % "
        f"({rest}): {verdict}."
    )
