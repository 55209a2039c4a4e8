"""Five-tier classification of loans by the Measures of 2023."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words
from udfs.kinds import (
    PROBABILITY,
    UNKNOWN,
    Bounds,
    Choice,
    FlagArray,
    Flags,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, IndexArray
from udfs.loans.five_tier import five_tier
from udfs.loans.loan_class_triggers import Binding, Loans, Triggers, read_triggers
from udfs.loans.shown_rows import shown, shown_table
from udfs.loans.word_lists import read_words
from udfs.tables import builtin

TriggerTable = Annotated[pd.DataFrame, Table(builtin="loan_class_triggers")]
DAYS: Final = Bounds(lower=0, whole=True)
CLASS_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "code": ("代码",),
    }
)


_HEADERS: Final = {
    "en": ("loan_class", "npl", "trigger", "article", "all_triggers", "to_check"),
    "zh": ("贷款分类", "不良", "触发条件", "条款", "全部触发条件", "待核对"),
}


@udf(
    "CR_LOANCLASS",
    family="loans",
    zh="""按《商业银行金融资产风险分类办法》（2023）划分五级分类：正常、关注、次级、可疑、损失。

    各触发条件从严取最差者。天数为严格大于：90 天为关注，91 天为次级，271 天为可疑，361 天为损失。已给出
    impaired 或 ecl_ratio 区域而某行留空的，只要可能影响结果即为 #N/A；整个省略的参数不评估，并在理由中列明。

    参数：
        overdue_days: 逾期天数，未逾期为 0。
        impaired: 是否已发生信用减值；省略则不评估。
        ecl_ratio: 整个存续期预期信用损失除以账面余额，小数；只用于已减值的贷款，故须同时给出 impaired。
        flags: 该笔贷款的其他情形，代码或名称，以逗号分隔，如 changed_use、借新还旧；无则留空。
        rules: 触发条件表；默认为内置表 loan_class_triggers。
        out: "value" 分类（默认）；"why" 理由；"table" 分类、是否不良、决定性条件、条款、全部条件；"code" 分类代码。
        lang: 分类、理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本：正常、关注、次级、可疑、损失。
    错误：
        缺少逾期天数，或缺少可能影响结果的减值、预期信用损失占比为 #N/A；天数不是非负整数、占比不在 0 与 1 之间为
        #NUM!；情形不在表中为 #VALUE!。
    来源：
        《商业银行金融资产风险分类办法》（银保监会、人民银行令〔2023〕第1号）第十条至第十三条、第二十一条、第二十二条；
        标有“待核对”的行请核对法规原文，见 CR_POLICY("loan_class_triggers")。
    """,
)
def loan_class(
    overdue_days: Annotated[FloatArray, Numbers(bounds=DAYS, blanks=True)],
    impaired: Annotated[FlagArray | None, Flags()] = None,
    ecl_ratio: Annotated[FloatArray | None, Numbers(bounds=PROBABILITY)] = None,
    flags: Annotated[TextArray | None, Texts()] = None,
    rules: TriggerTable | None = None,
    out: Annotated[str, CLASS_OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Five-tier class of a loan by the Measures of 2023, the worst trigger counting.

    Days are strict: 90 days overdue is special mention, 91 substandard, 271 doubtful, 361 loss. A
    blank cell in a range given for impaired or ecl_ratio is #N/A wherever it could change the
    class; an argument left out is not assessed, which the reason says.

    Args:
        overdue_days: Days the loan is overdue; 0 if it is not.
        impaired: Whether the loan is credit-impaired; if left out, this is not assessed.
        ecl_ratio: Lifetime expected credit loss divided by the book balance, decimal; matters for
            impaired loans only, so it needs impaired.
        flags: Further circumstances by code or label, with commas between, such as changed_use,
            refinanced, debt_evasion or bankruptcy; blank if none.
        rules: Triggers; default the built-in loan_class_triggers.
        out: "value" the class (default); "why" the reason; "table" class, whether non-performing,
            deciding trigger, article and all triggers; "code" the class's code.
        lang: Language of class, reason and headers, "en" or "zh".

    Returns:
        Text in the common shape: normal, special mention, substandard, doubtful or loss.

    Errors:
        #N/A where the days are missing, or an impairment or loss ratio that could change the
        class; #NUM! where days are no whole number from 0 or the ratio is not between 0 and 1;
        #VALUE! where a circumstance is not in the table.

    Example:
        =CR_LOANCLASS({0;1;90;91;270;271;360;361}) -> {"normal";"special mention";"special mention";"substandard";"substandard";"doubtful";"doubtful";"loss"}
        =CR_LOANCLASS(30,TRUE,0.55,,,"why") -> "doubtful: Credit-impaired with expected loss from 50 % (expected loss 55 %; Art. 12(3), check against the regulation). Also: Credit-impaired; Overdue. Not assessed: flags."

    Source:
        Measures for the Risk Classification of Financial Assets of Commercial Banks (CBIRC and
        PBC Order 2023 No. 1), Articles 10 to 13, 21 and 22; rows marked in the column to_check must
        be checked against the regulation, see CR_POLICY("loan_class_triggers").
    """
    if ecl_ratio is not None and impaired is None:
        allowed = Words(
            "TRUE or FALSE per loan, since ecl_ratio is given",
            "每笔贷款的 TRUE 或 FALSE，因为已给出 ecl_ratio",
        )
        raise CallError("impaired", Words("nothing", "空"), allowed)
    triggers = read_triggers(builtin("loan_class_triggers").rows if rules is None else rules)
    named = (
        None if flags is None else read_words(flags, triggers.place_of, "flags", triggers.names())
    )
    loans = Loans(overdue_days, impaired, ecl_ratio, named)
    binding = triggers.worst(loans)
    classes = triggers.class_of(binding)
    faults = _missing(triggers, loans, classes) | ({} if named is None else named.faults)
    blank = _blank(loans)
    names = five_tier().codes if out == "code" else five_tier().labels[lang]
    if out in ("value", "code"):
        return shown(names[classes], faults, blank)
    if out == "table":
        columns = _columns(triggers, loans, binding, classes, lang)
        return shown_table(_HEADERS[lang], columns, faults, blank)
    return shown(_reasons(triggers, loans, binding, classes, lang), faults, blank)


def _blank(loans: Loans) -> BoolArray:
    """The rows in which nothing is given at all."""
    blank = np.isnan(loans.overdue_days)
    if loans.impaired is not None:
        blank &= loans.impaired == UNKNOWN
    if loans.ecl_ratio is not None:
        blank &= np.isnan(loans.ecl_ratio)
    if loans.flags is not None:
        blank &= ~loans.flags.any_word()
    return blank


def _missing(triggers: Triggers, loans: Loans, classes: IndexArray) -> Faults:
    """The errors of the rows in which something not known could change the class."""
    without_days = np.flatnonzero(np.isnan(loans.overdue_days))
    nothing = CellError(errors.NA, "overdue_days is missing.", "缺少 overdue_days。")
    faults: Faults = dict.fromkeys(without_days.tolist(), nothing)
    unsure = np.zeros(len(classes), dtype=bool)
    if loans.impaired is not None:
        unsure |= loans.impaired == UNKNOWN
    if loans.ecl_ratio is not None:
        unsure |= np.isnan(loans.ecl_ratio)
    rows = np.flatnonzero(unsure & ~np.isnan(loans.overdue_days))
    some = loans.take(rows)
    worst = triggers.class_of(triggers.worst(some.worst()))
    labels = five_tier().labels
    for place in np.flatnonzero(worst != classes[rows]).tolist():
        row = int(rows[place])
        lacks = loans.impaired is not None and loans.impaired[row] == UNKNOWN
        name = "impaired" if lacks else "ecl_ratio"
        best, bad = int(classes[row]), int(worst[place])
        faults[row] = CellError(
            errors.NA,
            f"{name} is missing: the loan may be {labels['en'][best]} or as bad as "
            f"{labels['en'][bad]}.",
            f"缺少 {name}：该笔贷款可能为{labels['zh'][best]}，最差可至{labels['zh'][bad]}。",
        )
    return faults


def _all_triggers(triggers: Triggers, loans: Loans) -> list[list[int]]:
    """The triggers that hold for each loan, the worst class first; of days, only the most."""
    found: list[list[int]] = [[] for _ in range(len(loans.overdue_days))]
    by_days = np.zeros(len(found), dtype=bool)
    order = sorted(range(len(triggers.codes)), key=lambda place: (-triggers.classes[place], place))
    for place in order:
        holds = None if triggers.classes[place] == NOWHERE else triggers.holds(place, loans)
        if holds is None:
            continue
        if triggers.counts_days(place):
            holds &= ~by_days
            by_days |= holds
        for row in np.flatnonzero(holds).tolist():
            found[row].append(place)
    return found


def _columns(
    triggers: Triggers, loans: Loans, binding: Binding, classes: IndexArray, lang: str
) -> tuple[npt.NDArray[Any], ...]:
    tiers = five_tier()
    labels = np.append(triggers.labels[lang], "")
    separator = "；" if lang == "zh" else "; "
    everything = [
        separator.join(labels[place] for place in held) for held in _all_triggers(triggers, loans)
    ]
    return (
        tiers.labels[lang][classes],
        tiers.npl[classes],
        labels[binding],
        np.append(triggers.articles[lang], "")[binding],
        np.array(everything, dtype=object),
        np.append(triggers.check, False)[binding],
    )


def _reasons(
    triggers: Triggers, loans: Loans, binding: Binding, classes: IndexArray, lang: str
) -> TextArray:
    held = _all_triggers(triggers, loans)
    lacking = _not_assessed(loans, lang)
    write = _reason_zh if lang == "zh" else _reason_en
    texts = [
        write(triggers, loans, row, int(binding[row]), int(classes[row]), held[row]) + lacking
        for row in range(len(binding))
    ]
    return np.array(texts, dtype=object)


def _not_assessed(loans: Loans, lang: str) -> str:
    given = (loans.impaired, loans.ecl_ratio, loans.flags)
    names = _INPUTS[lang]
    lacking = [name for name, each in zip(names, given, strict=True) if each is None]
    if not lacking:
        return ""
    return (
        f"未评估：{'、'.join(lacking)}。"
        if lang == "zh"
        else f" Not assessed: {', '.join(lacking)}."
    )


_INPUTS: Final = {
    "en": ("credit impairment", "expected loss", "flags"),
    "zh": ("信用减值", "预期信用损失占比", "其他情形"),
}


def _reason_en(
    triggers: Triggers, loans: Loans, row: int, deciding: int, place: int, held: list[int]
) -> str:
    name = five_tier().labels["en"][place]
    days = loans.overdue_days[row]
    if deciding == NOWHERE:
        excepted = _excepted_by(triggers, loans, row)
        if excepted == NOWHERE:
            return f"{name}: {days:g} days overdue, no trigger holds."
        return f"{name}: {days:g} days overdue, excepted as {triggers.labels['en'][excepted]}."
    parts = [*_figures(triggers, loans, row, deciding, "en"), triggers.articles["en"][deciding]]
    brackets = "; ".join(part for part in parts if part)
    check = ", check against the regulation" if triggers.check[deciding] else ""
    others = "; ".join(triggers.labels["en"][each] for each in held if each != deciding)
    also = f" Also: {others}." if others else ""
    return f"{name}: {triggers.labels['en'][deciding]} ({brackets}{check}).{also}"


def _reason_zh(
    triggers: Triggers, loans: Loans, row: int, deciding: int, place: int, held: list[int]
) -> str:
    name = five_tier().labels["zh"][place]
    days = loans.overdue_days[row]
    if deciding == NOWHERE:
        excepted = _excepted_by(triggers, loans, row)
        if excepted == NOWHERE:
            return f"{name}：逾期 {days:g} 天，没有触发条件。"
        return joined(
            f"{name}：逾期 {days:g} 天，按例外处理：", triggers.labels["zh"][excepted], "。"
        )
    parts = [*_figures(triggers, loans, row, deciding, "zh"), triggers.articles["zh"][deciding]]
    brackets = "；".join(part for part in parts if part)
    check = "，请核对法规原文" if triggers.check[deciding] else ""
    others = "；".join(triggers.labels["zh"][each] for each in held if each != deciding)
    also = f"另有：{others}。" if others else ""
    return f"{name}：{triggers.labels['zh'][deciding]}（{brackets}{check}）。{also}"


def _excepted_by(triggers: Triggers, loans: Loans, row: int) -> int:
    """The circumstance that kept a trigger from holding for a loan."""
    one = loans.take(np.array([row]))
    for place in range(len(triggers.codes)):
        excepted = triggers.excepted(place, one)
        if excepted is not None and excepted[0]:
            return int(triggers.exempted_by[place])
    return NOWHERE


def _figures(triggers: Triggers, loans: Loans, row: int, place: int, lang: str) -> list[str]:
    """The loan's figures that a trigger looks at."""
    figures = []
    if not np.isnan(triggers.above[place]):
        days = loans.overdue_days[row]
        figures.append(f"{days:g} 天" if lang == "zh" else f"{days:g} days")
    if not np.isnan(triggers.ecl_from[place]) and loans.ecl_ratio is not None:
        ratio = f"{loans.ecl_ratio[row]:.4%}".rstrip("%").rstrip("0").rstrip(".")
        figures.append(f"占比 {ratio}%" if lang == "zh" else f"expected loss {ratio} %")
    return figures
