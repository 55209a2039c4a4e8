"""Masking of personal data: enough is left to tell rows apart, not to know the person."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.compliance.characters import normalised
from udfs.compliance.identity_numbers import Fault
from udfs.compliance.number_kinds import check_numbers
from udfs.errors import CallError, Words, column_of, one_of
from udfs.kinds import Choice, Language, Output, Table, TextArray, Texts
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

MaskRules = Annotated[pd.DataFrame, Table(builtin="mask_rules")]
_KINDS: Final = Choice(
    {
        "auto": ("自动",),
        "resident_id": ("resident id", "id", "身份证", "身份证号"),
        "uscc": ("unified social credit code", "统一社会信用代码", "信用代码"),
        "bank_card": ("bank card", "card", "银行卡", "银行卡号"),
        "phone": ("telephone", "mobile", "电话", "手机", "手机号", "电话号码"),
        "email": ("e-mail", "mail", "电子邮件", "邮箱"),
        "name": ("姓名", "名字"),
    }
)
_FORMS: Final = {
    "email": re.compile(r"(?P<shown>[^@\s]+)@[^@\s]+\.[^@\s.]+"),
    "phone": re.compile(
        r"(?:(?:\+?86|0086)[ -]?)?(?P<shown>1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8})"
    ),
    "resident_id": re.compile(r"(?P<shown>\d{15}|\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx])"),
    "uscc": re.compile(
        r"(?P<shown>[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10})", re.IGNORECASE
    ),
    "bank_card": re.compile(r"(?P<shown>\d(?:[ -]?\d){11,18})"),
}
"""The forms by kind, in the order in which they are tried; what is masked is the part shown."""

_NUMBERS: Final = frozenset({"resident_id", "uscc", "bank_card"})
# Not compiled here, since so large a set takes longer than all else in this module.
_HAN_NAME: Final = r"[\u3400-\u9fff\U00020000-\U0003ffff]+(?:[·•・][\u3400-\u9fff]+)*"
_LETTERS: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u052f\u1e00-\u1eff]+")
"""The letters of words that are written apart: Latin, Greek and Cyrillic."""

_WORDS_NAME: Final = re.compile(rf"{_LETTERS.pattern}(?:[ .,'’-]+{_LETTERS.pattern})*\.?")
_LONGEST_HAN: Final = 6
_HIDDEN: Final = "********"
_MARK: Final = "*"
_MARK_OF_SIGNS: Final = " -"


@udf(
    "CR_MASK",
    family="compliance",
    zh="""对个人信息脱敏：身份证号、信用代码、银行卡号、电话、电子邮件、姓名；格式不明的全部脱敏。

    保留的部分足以区分各行：身份证号前 3 后 4，银行卡号前 6 后 4，电话前 3 后 4，姓名首字，邮件首字母与域名。脱敏不是
    匿名化：脱敏后的数据仍可能识别到个人。

    参数：
        text: 需脱敏的文本，单元格或区域。
        kind: 类型："auto" 按格式判断（默认，姓名须指明）；"resident_id" 身份证号；"uscc" 统一社会信用代码；"bank_card"
            银行卡号；"phone" 电话；"email" 电子邮件；"name" 姓名。
        rules: 脱敏规则表；默认为内置表 mask_rules。
        out: "value" 脱敏后的文本（默认）；"why" 按什么规则脱敏；"table" 脱敏文本与类型。
        lang: 说明与表头的语言，"en" 或 "zh"。
    结果：
        与 text 同形的文本；不符合所指类型的格式时为 ********。
    错误：
        单元格为错误值时显示该错误；类型无法识别为 #VALUE!。
    来源：
        《个人信息保护法》第五十一条（去标识化等措施）；保留位数为 creditcells 默认，见 CR_POLICY("mask_rules")。
    """,
)
def mask(
    text: Annotated[TextArray, Texts()],
    kind: Annotated[TextArray | None, Texts(options=_KINDS)] = None,
    rules: MaskRules | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Mask personal data: IDs, credit codes, bank cards, telephones, e-mails and names.

    What is left tells rows apart: of a resident ID the first 3 and last 4 characters, of a card 6
    and 4, of a telephone 3 and 4, of a name the first letter, of an e-mail the first letter and
    the domain. A text that does not have the form of its kind is masked altogether. Masked data
    may still lead to a person: masking is not anonymisation.

    Args:
        text: Text to mask, one cell or a range.
        kind: Kind: "auto" by its form (default; names must be stated), "resident_id", "uscc"
            (unified social credit code), "bank_card", "phone", "email" or "name".
        rules: How many characters are shown by kind; default the built-in mask_rules.
        out: "value" the masked text (default); "why" by which rule; "table" masked text and kind.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Text in the shape of text; ******** where it does not have the form of its kind.

    Errors:
        An error cell shows its own error; #VALUE! where the kind is unknown.

    Example:
        =CR_MASK({"11010519491231002X";"13800138000";"zhang@bank.example";"abc-7"}) -> {"110***********002X";"138****8000";"z****@bank.example";"********"}
        =CR_MASK({"张三丰","Anna Smith"},"name") -> {"张**","A*** S****"}

    Source:
        Personal Information Protection Law, Article 51 (de-identification among the measures); the
        number of characters is a creditcells default, see CR_POLICY("mask_rules").
    """
    table = builtin("mask_rules").rows if rules is None else rules
    shown = _read_rules(table)
    kinds = (
        np.full(len(text), "auto", dtype=object)
        if kind is None
        else np.where(kind == "", "auto", kind)
    )
    masked = [_mask(one, wanted, shown) for one, wanted in zip(text, kinds, strict=True)]
    if out == "value":
        return np.array([each.text for each in masked], dtype=object)
    labels = {row["mask_kind"]: row[f"label_{lang}"] for row in table.to_dict("records")}
    if out == "table":
        headers = ("脱敏文本", "类型") if lang == "zh" else ("masked", "kind")
        columns = ([each.text for each in masked], [labels.get(each.kind) for each in masked])
        return pd.DataFrame(dict(zip(headers, columns, strict=True)), dtype=object)
    return np.array([_reason(each.kind, shown, labels, lang) for each in masked], dtype=object)


@record
class _Masked:
    text: str
    kind: str


@record
class _Shown:
    """How many characters stay at both ends."""

    first: int
    last: int


@read_once
def _read_rules(table: pd.DataFrame) -> dict[str, _Shown]:
    found = {}
    known = [name for name in _KINDS.options if name != "auto"]
    for row in table.to_dict("records"):
        if row["mask_kind"] not in known:
            where = column_of("rules", "mask_kind", "脱敏类别")
            raise CallError(where, row["mask_kind"], one_of(known))
        first, last = row["keep_first"], row["keep_last"]
        for number, name, zh in (
            (first, "keep_first", "保留前几位"),
            (last, "keep_last", "保留后几位"),
        ):
            if number < 0 or number != int(number):
                allowed = Words("a whole number from 0", "不小于 0 的整数")
                raise CallError(column_of("rules", name, zh), number, allowed, code=errors.NUM)
        found[row["mask_kind"]] = _Shown(int(first), int(last))
    return found


def _mask(text: str, kind: str, rules: dict[str, _Shown]) -> _Masked:
    plain = unicodedata.normalize("NFKC", text)
    guess = kind == "auto"
    for name in _FORMS if guess else (kind,):
        if name not in rules or (guess and not _is_plausible(plain, name)):
            continue
        hide = _mask_name if name == "name" else _mask_form
        hidden = hide(plain, name, rules[name])
        if hidden is not None:
            return _Masked(hidden, name)
    return _Masked(_HIDDEN, "")


def _is_plausible(text: str, name: str) -> bool:
    """Whether a text of a number's form can be such a number, and not just as many digits.

    Other numbers are known by their check alone; in a resident ID with a region and a birth date, a
    wrong check digit is a slip.
    """
    if name not in _NUMBERS:
        return True
    numbers = normalised(np.array([text], dtype=object))
    found, _ = check_numbers(numbers, np.array([name], dtype=object))
    fine = (Fault.NONE, Fault.CHECK) if name == "resident_id" else (Fault.NONE,)
    return Fault(found.fault[0]) in fine


def _mask_form(text: str, name: str, rule: _Shown) -> str | None:
    """The text with the part of its form masked; None if it does not have the form."""
    match = _FORMS[name].fullmatch(text)
    if match is None:
        return None
    start, end = match.span("shown")
    return text[:start] + _stars(text[start:end], rule) + text[end:]


def _stars(text: str, rule: _Shown) -> str:
    """The characters between the first and the last ones as asterisks; at least one is hidden.

    Spaces and hyphens stay, and do not count.
    """
    places = [i for i, letter in enumerate(text) if letter not in _MARK_OF_SIGNS]
    hidden = places[rule.first : len(places) - rule.last] or places
    letters = list(text)
    for place in hidden:
        letters[place] = _MARK
    return "".join(letters)


def _mask_name(text: str, _: str, rule: _Shown) -> str | None:
    """A name with its first letters; None for a text that is longer or other than names are."""
    if re.fullmatch(_HAN_NAME, text) and (len(text) <= _LONGEST_HAN or not text.isalpha()):
        return _initial(text, rule)
    if _WORDS_NAME.fullmatch(text):
        return _LETTERS.sub(lambda word: _initial(word[0], rule), text)
    return None


def _initial(word: str, rule: _Shown) -> str:
    kept = word[: min(rule.first, len(word) - 1)]
    return kept + _MARK * (len(word) - len(kept))


def _reason(kind: str, rules: dict[str, _Shown], labels: dict[str, str], lang: str) -> str:
    zh = lang == "zh"
    if not kind:
        return "格式不明，全部脱敏。" if zh else "Unknown form: masked altogether."
    rule, label = rules[kind], labels[kind]
    if zh:
        return f"{label}：显示前 {rule.first} 位、后 {rule.last} 位。"
    return f"{label}: first {rule.first} and last {rule.last} characters shown."
