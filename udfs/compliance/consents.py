"""The consent gate: whether a person's data may be used for a purpose on a day."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import BoolArray
from udfs.kinds import (
    UNKNOWN,
    Choice,
    DateArray,
    Dates,
    FlagArray,
    Flags,
    Language,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, IndexArray, places, unknown_rows
from udfs.loans.loan_classes import CLASS_OUTPUTS
from udfs.loans.shown_rows import shown, shown_table
from udfs.loans.word_lists import NamedWords, read_words, words_by_name
from udfs.records import record
from udfs.tables import builtin

ConsentPurposes = Annotated[pd.DataFrame, Table(builtin="consent_purposes")]
_SUBJECTS: Final = Choice(
    {
        "individual": ("person", "个人", "自然人"),
        "enterprise": ("company", "企业", "公司", "政府", "government"),
    }
)
_USABLE, _NO_CONSENT, _WITHDRAWN, _SCOPE, _EXPIRED, _SEPARATE, _NOT_NEEDED = range(7)
_CODES: Final = np.array(
    [
        "usable",
        "no_consent",
        "withdrawn",
        "out_of_scope",
        "expired",
        "separate_missing",
        "not_needed",
    ],
    dtype=object,
)
_ANSWERS: Final = {
    "en": np.array(
        [
            "usable",
            "no consent",
            "withdrawn",
            "out of scope",
            "expired",
            "separate consent missing",
            "not needed",
        ],
        dtype=object,
    ),
    "zh": np.array(
        ["可用", "无授权", "已撤回", "超范围", "已过期", "缺单独同意", "无需授权"], dtype=object
    ),
}
_HEADERS: Final = {
    "en": ("consent", "purpose", "allowed", "expiry", "article"),
    "zh": ("授权同意", "用途", "授权范围", "到期日", "条款"),
}


@udf(
    "CR_CONSENT",
    family="compliance",
    zh="""个人信息授权校验：可用、无授权、已撤回、超范围、已过期、缺单独同意。用于评分、查询、营销之前。

    授权、授权范围留空即视为没有；到期日留空为授权书未约定期限，直至撤回。企业信息无需个人授权，但法定代表人、保证人
    与个体工商户是个人。

    参数：
        consent: 是否已授权；留空视为没有。
        purpose: 拟使用的用途，用途表中的代码或名称，如 credit_scoring、信用评分。
        allowed: 授权书载明的用途，以逗号分隔；留空视为没有。
        expiry: 授权到期日，当日仍有效；留空为未约定。
        as_of: 使用之日。
        separate: 是否取得单独同意；用途表要求单独同意的用途必须为“是”。
        withdrawn: 撤回授权之日；未撤回留空。
        subject: 主体：individual 个人（默认）或 enterprise 企业。
        purposes: 用途表；默认为内置表 consent_purposes。
        out: "value" 结果（默认）；"why" 理由；"table" 结果与各要素；"code" 代码。
        lang: 结果、理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本；只有“可用”与“无需授权”可以使用。
    错误：
        缺用途或使用之日为 #N/A；用途不在表中为 #VALUE!。
    来源：
        《个人信息保护法》第十三条至第十六条、第二十三条、第二十九条；用途清单为 creditcells 默认，请核对法规原文，见
        CR_POLICY("consent_purposes")。
    """,
)
def consent_gate(
    consent: Annotated[FlagArray, Flags(blanks=True)],
    purpose: Annotated[TextArray, Texts()],
    allowed: Annotated[TextArray, Texts(blanks=True)],
    expiry: Annotated[DateArray, Dates(blanks=True)],
    as_of: Annotated[DateArray, Dates()],
    separate: Annotated[FlagArray | None, Flags()] = None,
    withdrawn: Annotated[DateArray | None, Dates()] = None,
    subject: Annotated[TextArray | None, Texts(options=_SUBJECTS)] = None,
    purposes: ConsentPurposes | None = None,
    out: Annotated[str, CLASS_OUTPUTS] = "value",
    lang: Language = "en",
) -> npt.NDArray[Any] | pd.DataFrame:
    """Consent gate for personal data: usable, no consent, withdrawn, out of scope, expired.

    To be asked before scoring, queries and marketing. A blank consent or scope counts as none; a
    blank expiry means that the consent holds until it is withdrawn. Data of enterprises need no
    consent, but legal representatives, guarantors and sole traders are persons.

    Args:
        consent: Whether the person has consented; a blank counts as no.
        purpose: What the data are to be used for, by code or label of the purposes, such as
            credit_scoring.
        allowed: Purposes that the consent names, with commas between; a blank counts as none.
        expiry: Last day of the consent; blank if none was agreed.
        as_of: Day of use.
        separate: Whether there is a separate consent, which some purposes need.
        withdrawn: Day on which the consent was withdrawn; blank if it was not.
        subject: "individual" (default) or "enterprise".
        purposes: Purposes; default the built-in consent_purposes.
        out: "value" the answer (default); "why" the reason; "table" the answer and what it rests
            on; "code".
        lang: Language of answer, reason and headers, "en" or "zh".

    Returns:
        Text in the common shape; only usable and not needed let the data be used.

    Errors:
        #N/A where purpose or day is missing; #VALUE! where a purpose is not in the table.

    Example:
        =CR_CONSENT({TRUE;TRUE;"";TRUE},"marketing",{"marketing";"loan management";"marketing";"marketing"},{"";"";"";"2026-01-31"},"2026-09-30") -> {"usable";"out of scope";"no consent";"expired"}
        =CR_CONSENT(TRUE,"信用评分","信用评分","2027-12-31","2026-09-30",FALSE,,,,"value","zh") -> "缺单独同意"

    Source:
        Personal Information Protection Law, Articles 13 to 16, 23 and 29; the list of purposes is
        a creditcells default to be checked against the regulation, see
        CR_POLICY("consent_purposes").
    """
    table = builtin("consent_purposes").rows if purposes is None else purposes
    names = ("purpose", "label_en", "label_zh")
    wanted = places(purpose, table, *names)
    known = [
        f"{code} ({label})" for code, label in zip(table["purpose"], table["label_zh"], strict=True)
    ]
    faults = unknown_rows("purpose", purpose, wanted, known)
    scope = read_words(allowed, words_by_name(table, *names), "allowed", known)
    faults = scope.faults | faults
    asked = _Asked(table, consent, wanted, scope, expiry, as_of, separate, withdrawn, subject)
    answer = asked.answers()
    if out in ("value", "code"):
        return shown((_CODES if out == "code" else _ANSWERS[lang])[answer], faults)
    if out == "table":
        labels = np.append(table[f"label_{lang}"].to_numpy(dtype=object), "")
        articles = np.append(table[f"article_{lang}"].to_numpy(dtype=object), "")
        dates = expiry.astype(object)
        columns = [_ANSWERS[lang][answer], labels[wanted], allowed, dates, articles[wanted]]
        return shown_table(_HEADERS[lang], columns, faults)
    texts = [asked.reason(row, int(code), lang) for row, code in enumerate(answer)]
    return shown(np.array(texts, dtype=object), faults)


@record
class _Asked:
    """What is asked of the consents of a call."""

    table: pd.DataFrame
    consent: FlagArray
    wanted: IndexArray
    scope: NamedWords
    expiry: DateArray
    as_of: DateArray
    separate: FlagArray | None
    withdrawn: DateArray | None
    subject: TextArray | None

    def answers(self) -> IndexArray:
        """The first obstacle of each row, in the order in which a person would look."""
        count = len(self.as_of)
        answer = np.full(count, _USABLE, dtype=np.intp)
        needs = np.append(self.table["separate"].to_numpy() == 1, False)[self.wanted]
        given = np.zeros(count, bool) if self.separate is None else self.separate == 1
        answer[needs & ~given] = _SEPARATE
        answer[self.expiry < self.as_of] = _EXPIRED
        answer[~self._in_scope()] = _SCOPE
        if self.withdrawn is not None:
            answer[self.withdrawn <= self.as_of] = _WITHDRAWN
        answer[self.consent != 1] = _NO_CONSENT
        if self.subject is not None:
            answer[self.subject == "enterprise"] = _NOT_NEEDED
        return answer

    def _in_scope(self) -> BoolArray:
        named = np.column_stack([self.scope.named, np.zeros(len(self.scope.named), dtype=bool)])
        inside: BoolArray = named[self.scope.codes, self.wanted]
        return inside

    def reason(self, row: int, code: int, lang: str) -> str:
        """Why the data may be used or not."""
        zh = lang == "zh"
        if self.wanted[row] == NOWHERE:
            return ""
        facts = {
            "purpose": self.table[f"label_{lang}"].iloc[self.wanted[row]],
            "article": self.table[f"article_{lang}"].iloc[self.wanted[row]],
            "expiry": self.expiry[row],
            "as_of": self.as_of[row],
            "withdrawn": None if self.withdrawn is None else self.withdrawn[row],
        }
        if code == _NO_CONSENT and self.consent[row] == UNKNOWN:
            return (
                "没有授权记录，视为无授权。"
                if zh
                else "No consent on record, which counts as none."
            )
        text = _REASONS[lang][code].format(**facts)
        if code == _USABLE:
            text += _NO_END[lang] if np.isnat(self.expiry[row]) else _END[lang].format(**facts)
        return text


_END: Final = {"en": " It holds until {expiry}.", "zh": "有效期至 {expiry}。"}
_NO_END: Final = {"en": " No expiry is on record.", "zh": "未约定到期日。"}
_REASONS: Final = {
    "en": {
        _USABLE: "The consent covers {purpose} on {as_of}.",
        _NO_CONSENT: "The person has not consented.",
        _WITHDRAWN: "The consent was withdrawn on {withdrawn}.",
        _SCOPE: "The consent does not name {purpose}.",
        _EXPIRED: "The consent ended on {expiry}, before {as_of}.",
        _SEPARATE: "{purpose} needs a separate consent ({article}), which is not on record.",
        _NOT_NEEDED: "Data of an enterprise need no consent; its representatives and guarantors are persons.",
    },
    "zh": {
        _USABLE: "授权涵盖{purpose}，使用日 {as_of}。",
        _NO_CONSENT: "本人未授权。",
        _WITHDRAWN: "授权已于 {withdrawn} 撤回。",
        _SCOPE: "授权范围不含{purpose}。",
        _EXPIRED: "授权已于 {expiry} 到期，早于使用日 {as_of}。",
        _SEPARATE: "{purpose}须取得单独同意（{article}），没有记录。",
        _NOT_NEEDED: "企业信息无需个人授权；其法定代表人、保证人是个人。",
    },
}
