"""Upgrades: whether a non-performing or restructured loan may go back to a better class."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    UNKNOWN,
    Choice,
    DateArray,
    Dates,
    FlagArray,
    Flags,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import IndexArray
from udfs.loans.five_tier import NORMAL, five_tier
from udfs.loans.shown_rows import shown, shown_table
from udfs.loans.upgrade_conditions import (
    CONDITIONS,
    Candidates,
    Conditions,
    Found,
    examine,
    named_missing,
    read_conditions,
)
from udfs.records import record
from udfs.strategy.tier_strategy import add_months
from udfs.tables import builtin

UpgradeConditions = Annotated[pd.DataFrame, Table(builtin="upgrade_conditions")]
_TARGETS: Final = Choice({"special_mention": ("special mention", "关注"), "normal": ("正常",)})
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "code": ("代码",),
        "date": ("日期", "最早日期"),
    }
)
_NO, _YES, _NOT_NEEDED = 0, 1, 2
_CODES: Final = np.array(["no", "yes", "not_needed"], dtype=object)
_ANSWERS: Final = {
    "en": np.array(["no", "yes", "not needed"], dtype=object),
    "zh": np.array(["不可上调", "可以上调", "不适用"], dtype=object),
}
_HEADERS: Final = {"en": ("upgrade", "earliest_date"), "zh": ("能否上调", "最早日期")}


@udf(
    "CR_UPGRADE",
    family="loans",
    zh="""不良贷款能否上调为关注或正常：列出未满足的条件与最早日期；重组贷款还须看观察期。

    上调须同时满足：逾期债权及费用已全部偿付；其后连续两期且满 6 个月正常偿付；经评估能持续履约；在本行已无信用减值
    资产。重组观察期未满的，最高上调为关注。未知的条件视为未满足，并在理由中列明。

    参数：
        loan_class: 当前五级分类，中文、英文或代码。
        as_of: 基准日。
        arrears_paid: 逾期债权及费用全部偿付之日；未还清留空。
        instalments: 此后连续按期偿付的期数。
        interval: 两期之间的月数，用于推算最早日期。
        able: 是否经评估能够持续正常履约。
        impaired_left: 债务人在本行是否仍有信用减值资产。
        restructured: 重组观察期起算日，即合同调整后第一次还款日或最近一次未履约日；未重组留空。
        to: 拟上调至："special_mention" 关注（默认）或 "normal" 正常。
        rules: 上调条件表；默认为内置表 upgrade_conditions。
        out: "value" 可以上调、不可上调或不适用；"why" 理由；"table" 各项条件；"date" 最早日期，无法推算为空；"code"
            代码。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本或日期。
    错误：
        缺少分类或基准日为 #N/A；分类无法识别为 #VALUE!；期数为负为 #NUM!。
    来源：
        《商业银行金融资产风险分类办法》（银保监会、人民银行令〔2023〕第1号）第十四条、第二十条、第二十一条；标有“待核对”
        的行请核对法规原文，见 CR_POLICY("upgrade_conditions")。
    """,
)
def upgrade(
    loan_class: Annotated[TextArray, Texts()],
    as_of: Annotated[DateArray, Dates()],
    arrears_paid: Annotated[DateArray | None, Dates()] = None,
    instalments: Annotated[FloatArray | None, Numbers(bounds=NOT_NEGATIVE)] = None,
    interval: Annotated[FloatArray | None, Numbers(bounds=POSITIVE)] = None,
    able: Annotated[FlagArray | None, Flags()] = None,
    impaired_left: Annotated[FlagArray | None, Flags()] = None,
    restructured: Annotated[DateArray | None, Dates()] = None,
    to: Annotated[str, _TARGETS] = "special_mention",
    rules: UpgradeConditions | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> npt.NDArray[Any] | pd.DataFrame:
    """May a non-performing loan go back to special mention or normal, and from when on?

    All must hold: arrears and costs paid; then two instalments in a row and 6 months of normal
    payment; assessed as able to keep paying; no impaired asset of the obligor left at the bank.
    While a restructured loan is observed, special mention is the best class open to it. What is
    not known does not hold, and is named.

    Args:
        loan_class: Present five-tier class, by code or name in either language.
        as_of: As-of date.
        arrears_paid: Day on which arrears and costs were paid in full; blank if they are not.
        instalments: Instalments paid on time in a row since then.
        interval: Months between two instalments, to tell the earliest date.
        able: Whether the obligor was assessed as able to keep paying.
        impaired_left: Whether the obligor has an impaired asset left at the bank.
        restructured: Start of the observation of a restructured loan: the first repayment date
            agreed, or the latest missed payment; blank if it was not restructured.
        to: Class to go to: "special_mention" (default) or "normal".
        rules: Conditions; default the built-in upgrade_conditions.
        out: "value" yes, no or not needed; "why" the reason; "table" each condition; "date" the
            earliest date, blank if it cannot be told; "code".
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        Text or date in the common shape.

    Errors:
        #N/A where class or date is missing; #VALUE! where the class is unknown; #NUM! where
        instalments are negative.

    Example:
        =CR_UPGRADE("substandard","2026-09-30",{"2026-03-31";"2026-04-01";"2026-03-01"},{2;2;1},3,TRUE,FALSE) -> {"yes";"no";"no"}
        =CR_UPGRADE("次级","2026-09-30","2026-05-15",1,3,TRUE,,,,,"why") -> "no: Normal payment since: 1 of 2 instalments, 6 months end on 2026-11-15 (Art. 14(1), check against the regulation); No impaired asset of the obligor left at the bank: not known (Art. 14(3)). Not before 2026-12-30."

    Source:
        Measures for the Risk Classification of Financial Assets of Commercial Banks (CBIRC and
        PBC Order 2023 No. 1), Articles 14, 20 and 21; rows marked in the column to_check must be
        checked against the regulation, see CR_POLICY("upgrade_conditions").
    """
    conditions = read_conditions(builtin("upgrade_conditions").rows if rules is None else rules)
    classes, faults = five_tier().read(loan_class, "loan_class")
    count = len(loan_class)
    loans = Candidates(
        as_of=as_of,
        arrears_paid=_dates(arrears_paid, count),
        instalments=_numbers(instalments, count),
        interval=_numbers(interval, count),
        able=_flags(able, count),
        impaired_left=_flags(impaired_left, count),
        restructured=_dates(restructured, count),
    )
    asked = _Asked(conditions, loans, classes, to == "normal", examine(conditions, loans))
    answer = asked.answers()
    if out in ("value", "code"):
        return shown((_CODES if out == "code" else _ANSWERS[lang])[answer], faults)
    if out == "date":
        return shown(asked.earliest(), faults) if faults else asked.earliest()
    if out == "table":
        return asked.table(answer, faults, lang)
    return shown(asked.reasons(answer, lang), faults)


def _dates(values: DateArray | None, count: int) -> DateArray:
    return np.full(count, np.datetime64("NaT", "D")) if values is None else values


def _numbers(values: FloatArray | None, count: int) -> FloatArray:
    return np.full(count, np.nan) if values is None else values


def _flags(values: FlagArray | None, count: int) -> FlagArray:
    return np.full(count, UNKNOWN, dtype=np.int8) if values is None else values


@record
class _Asked:
    """The loans of a call with the conditions that are asked of each."""

    conditions: Conditions
    loans: Candidates
    classes: IndexArray
    to_normal: bool
    found: dict[str, Found]

    def asks(self, condition: str) -> BoolArray:
        """Of which loans a condition is asked.

        Article 14 is about non-performing loans; the observation keeps a restructured loan from
        the class normal, be it non-performing or special mention.
        """
        npl = five_tier().npl[self.classes]
        if condition != "observation":
            return npl
        better = self.classes != NORMAL
        held = better & ~np.isnat(self.loans.restructured)
        return held if self.to_normal else np.zeros(len(held), dtype=bool)

    def answers(self) -> IndexArray:
        asked = np.logical_or.reduce([self.asks(name) for name in CONDITIONS])
        refused = np.logical_or.reduce([self.fails(name) for name in CONDITIONS])
        return np.where(asked, np.where(refused, _NO, _YES), _NOT_NEEDED)

    def fails(self, condition: str) -> BoolArray:
        """For which loans a condition is asked and does not hold."""
        failed: BoolArray = self.asks(condition) & ~self.found[condition].holds
        return failed

    def earliest(self) -> DateArray:
        """From when on all conditions can hold; NaT if it cannot be told."""
        latest: DateArray = np.full(len(self.classes), np.datetime64("1900-01-01", "D"))
        anything = np.zeros(len(latest), dtype=bool)
        for name in CONDITIONS:
            if self.found[name].dated:
                asked = self.asks(name)
                anything |= asked
                latest = np.where(asked, np.maximum(latest, self.found[name].from_date), latest)
        latest[~anything] = np.datetime64("NaT", "D")
        refused = self.answers() == _NO
        return np.where(refused, np.maximum(latest, self.loans.as_of), latest)

    def table(self, answer: IndexArray, faults: Faults, lang: str) -> pd.DataFrame:
        labels = self.conditions.labels[lang]
        first, last = _HEADERS[lang]
        headers = [first, *(labels[name] for name in CONDITIONS), last]
        columns: list[npt.NDArray[Any]] = [_ANSWERS[lang][answer]]
        for name in CONDITIONS:
            holds = self.found[name].holds.astype(object)
            holds[~self.asks(name)] = None
            columns.append(holds)
        dates = self.earliest().astype(object)
        return shown_table(headers, [*columns, dates], faults)

    def reasons(self, answer: IndexArray, lang: str) -> TextArray:
        failed = {name: self.fails(name) for name in CONDITIONS}
        earliest = self.earliest()
        texts = []
        for row, code in enumerate(answer.tolist()):
            names = [name for name in CONDITIONS if failed[name][row]]
            texts.append(self._reason(row, code, names, earliest[row], lang))
        return np.array(texts, dtype=object)

    def _reason(self, row: int, code: int, names: list[str], date: Any, lang: str) -> str:
        zh = lang == "zh"
        word = _ANSWERS[lang][code]
        if code == _NOT_NEEDED:
            name = five_tier().labels[lang][self.classes[row]]
            if zh:
                return f"{word}：当前为{name}，上调条件仅针对不良贷款与观察期内的重组贷款。"
            return f"{word}: the loan is {name}; the conditions are for non-performing loans and restructured ones under observation."
        if code == _YES:
            return f"{word}：各项条件均已满足。" if zh else f"{word}: all conditions hold."
        parts = [self._failure(row, name, lang) for name in names]
        if np.isnat(date):
            end = "最早日期无法推算。" if zh else "The earliest date cannot be told."
        else:
            end = f"不早于 {date}。" if zh else f"Not before {date}."
        joint = "；".join(parts) if zh else "; ".join(parts)
        return f"{word}：{joint}。{end}" if zh else f"{word}: {joint}. {end}"

    def _failure(self, row: int, name: str, lang: str) -> str:
        zh = lang == "zh"
        check = self.conditions.check[name]
        article = self.conditions.articles[lang][name]
        if check:
            article += "，请核对法规原文" if zh else ", check against the regulation"
        label, state = self.conditions.labels[lang][name], self._state(row, name, lang)
        return f"{label}：{state}（{article}）" if zh else f"{label}: {state} ({article})"

    def _state(self, row: int, name: str, lang: str) -> str:
        zh = lang == "zh"
        if name not in self.conditions.periods:
            if named_missing(self.loans, name)[row]:
                return "未知" if zh else "not known"
            if name == "arrears":
                day = self.loans.arrears_paid[row]
                return f"{day} 才还清" if zh else f"only on {day}"
            return "否" if zh else "no"
        period = self.conditions.periods[name]
        start = self.loans.arrears_paid[row] if name == "payment" else self.loans.restructured[row]
        paid = self.loans.instalments[row]
        parts = []
        if not paid >= period.instalments:
            known = ("未知" if zh else "not known") if np.isnan(paid) else f"{paid:g}"
            parts.append(
                f"已付 {known} 期，须 {period.instalments:g} 期"
                if zh
                else f"{known} of {period.instalments:g} instalments"
            )
        if np.isnat(start):
            parts.append("起算日未知" if zh else "start not known")
        else:
            end = add_months(np.array([start]), np.array([period.months]))[0]
            if end > self.loans.as_of[row]:
                parts.append(
                    f"{period.months} 个月至 {end} 届满"
                    if zh
                    else f"{period.months} months end on {end}"
                )
        return "，".join(parts) if zh else ", ".join(parts)
