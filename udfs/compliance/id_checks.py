"""Checks of identity numbers in a sheet, with the reason why one is wrong."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.catalogue import udf
from udfs.chinese import joined
from udfs.compliance.identity_numbers import (
    ID_LENGTH,
    Checked,
    Fault,
    birth_dates,
    lengthened,
    organisation_checks,
)
from udfs.compliance.number_kinds import KINDS, check_numbers, read_numbers, zeros_behind
from udfs.kinds import Choice, DateArray, Language, TextArray, Texts
from udfs.records import record
from udfs.tables import builtin

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "code": ("代码",),
        "number": ("号码", "规范号码"),
    }
)
_VALID, _OLD, _INVALID, _DAMAGED = range(4)
_CODES: Final = np.array(["valid", "old_form", "invalid", "damaged"], dtype=object)
_RESULTS: Final = {
    "en": np.array(["valid", "old form", "invalid", "damaged by Excel"], dtype=object),
    "zh": np.array(["有效", "旧号", "无效", "被 Excel 损坏"], dtype=object),
}
_KIND_LABELS: Final = {
    "en": {"resident_id": "resident ID", "uscc": "credit code", "bank_card": "bank card", "": ""},
    "zh": {"resident_id": "身份证号", "uscc": "统一社会信用代码", "bank_card": "银行卡号", "": ""},
}
_HEADERS: Final = {
    "en": ("result", "kind", "number", "province", "birth_date", "position", "expected"),
    "zh": ("结果", "类型", "规范号码", "省份", "出生日期", "错误位置", "应为"),
}
_LOOKALIKES: Final = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U", "L": "1", "B": "8"}
_REGIONS: Final = {"resident_id": slice(0, 2), "uscc": slice(2, 4)}


@udf(
    "CR_IDCHECK",
    family="compliance",
    zh="""校验身份证号、统一社会信用代码、银行卡号，指出错在第几位；识别被 Excel 变成 1.1E+17 或末位变 0 的号码。

    参数：
        number: 号码，单元格或区域；空格、连字符、全角字符不影响校验。
        kind: 类型："auto" 按形式判断（默认）；"resident_id" 身份证号；"uscc" 统一社会信用代码；"bank_card" 银行卡号。
        out: "value" 有效、旧号、无效或被 Excel 损坏（默认）；"why" 理由；"table" 结果、类型、省份、出生日期等；"code"
            代码；"number" 规范号码，15 位旧号升为 18 位。
        lang: 结果、理由与表头的语言，"en" 或 "zh"。
    结果：
        与 number 同形的文本。只校验号码本身，不能证明号码已发放或属于本人。
    错误：
        单元格为错误值时显示该错误。
    来源：
        GB 11643-1999《公民身份号码》；GB 32100-2015《法人和其他组织统一社会信用代码编码规则》；GB 11714-1997；ISO/IEC
        7812（Luhn）；号段见 CR_POLICY("provinces") 与 CR_POLICY("resident_id_prefixes")。
    """,
)
def check_id(
    number: Annotated[TextArray, Texts()],
    kind: Annotated[TextArray | None, Texts(options=KINDS)] = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Check a resident ID, unified social credit code or bank card number, and say what is wrong.

    Numbers that Excel kept as numbers, shown as 1.10105E+17 or with zeros in place of the last
    digits, are told apart: their digits are lost, and the source must be read again as text. A
    valid number is well-formed; that it was issued, and to whom, cannot be seen from it.

    Args:
        number: Number, one cell or a range; spaces, hyphens and full-width characters do no harm.
        kind: Kind: "auto" by its form (default), "resident_id", "uscc" (unified social credit
            code) or "bank_card".
        out: "value" valid, old form, invalid or damaged by Excel (default); "why" the reason;
            "table" result, kind, province, birth date and so on; "code"; "number" normalised, a
            resident ID of 15 digits as 18.
        lang: Language of result, reason and headers, "en" or "zh".

    Returns:
        Text in the shape of number.

    Errors:
        An error cell shows its own error.

    Example:
        =CR_IDCHECK({"11010519491231002X";"91350100M000100Y43";"4111111111111111"}) -> {"valid";"valid";"valid"}
        =CR_IDCHECK({"110105194912310021";"91350100M000100Y4Z"},,"why") -> {"The check fails: character 18 would have to be X, it is 1; one of the characters is wrong.";"Character 18, Z, does not occur in such numbers (perhaps 2); the check character would be 3."}
        =CR_IDCHECK(110105194912310020,,"value","zh") -> "被 Excel 损坏"

    Source:
        GB 11643-1999 (resident IDs); GB 32100-2015 (credit codes); GB 11714-1997 (organisation
        codes); ISO/IEC 7812 (Luhn); prefixes: CR_POLICY("provinces") and
        CR_POLICY("resident_id_prefixes").
    """
    numbers, kinds = read_numbers(number, kind)
    checked, old = check_numbers(numbers, kinds)
    result = _results(checked, old)
    if out == "value":
        return _RESULTS[lang][result]
    if out == "code":
        return _CODES[result]
    issued = np.where(result == _OLD, lengthened(numbers), numbers)
    if out == "number":
        return issued
    found = _Found(numbers, kinds, checked, result, issued)
    if out == "table":
        return found.table(lang)
    return np.array([found.reason(row, lang) for row in range(len(numbers))], dtype=object)


def _results(checked: Checked, old: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    fault = checked.fault
    damaged = (fault == Fault.EXPONENT) | (fault == Fault.ZEROS)
    fine = np.where(old, _OLD, _VALID)
    return np.where(fault == Fault.NONE, fine, np.where(damaged, _DAMAGED, _INVALID))


@record
class _Found:
    """The numbers of a call with what was found."""

    numbers: TextArray
    kinds: TextArray
    checked: Checked
    result: npt.NDArray[np.int64]
    issued: TextArray

    def table(self, lang: str) -> pd.DataFrame:
        labels = _KIND_LABELS[lang]
        fine = self.result <= _OLD
        position = self.checked.position.astype(object)
        position[self.checked.position == 0] = None
        checks = self.checked.fault == Fault.CHECK
        columns: tuple[npt.NDArray[Any], ...] = (
            _RESULTS[lang][self.result],
            np.array([labels[kind] for kind in self.kinds], dtype=object),
            self.issued,
            np.array(
                [self._region(row, lang) if fine[row] else None for row in range(len(fine))],
                dtype=object,
            ),
            self._births(fine).astype(object),
            position,
            np.where(checks, self.checked.expected, ""),
        )
        return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)), dtype=object)

    def _births(self, fine: npt.NDArray[np.bool_]) -> DateArray:
        dates = np.full(len(fine), np.datetime64("NaT", "D"))
        rows = np.flatnonzero(fine & (self.kinds == "resident_id"))
        if len(rows):
            dates[rows] = birth_dates(self.issued[rows])
        return dates

    def _region(self, row: int, lang: str) -> str | None:
        place = _REGIONS.get(self.kinds[row])
        if place is None:
            return None
        names = _region_names(lang)
        code = str(self.numbers[row])[place]
        return names.get(code) or names.get(code[:1])

    def reason(self, row: int, lang: str) -> str:
        """What is wrong with a number, or that nothing is."""
        fault = Fault(self.checked.fault[row])
        if fault == Fault.NONE:
            return self._fine(row, lang)
        if fault == Fault.CHARACTER:
            return self._odd_character(row, lang)
        text, position = str(self.numbers[row]), int(self.checked.position[row])
        expected = str(self.checked.expected[row])
        if fault == Fault.CHECK:
            return self._failed_check(text, position, expected, lang)
        words = _FAULTS[lang][fault]
        if fault == Fault.LENGTH:
            kind = self.kinds[row]
            return words.format(_KIND_LABELS[lang][kind], _SIZES[kind], len(text))
        if fault == Fault.REGION:
            place = _REGIONS[self.kinds[row]]
            return words.format(place.start + 1, place.stop, text[place])
        return words.format(text[6:14] if len(text) == ID_LENGTH else text[6:12])

    def _failed_check(self, text: str, position: int, expected: str, lang: str) -> str:
        """The check cannot tell which character is wrong, only that one is."""
        got = text[position - 1]
        zeros = zeros_behind(text)
        if lang == "zh":
            end = "第 15 位之后为 0，可能被 Excel 改过。" if zeros else ""
            return f"校验不通过：第 {position} 位应为 {expected}，实际为 {got}，号码中有一位有误。{end}"
        end = " The digits after the 15th are zeros, as Excel leaves them." if zeros else ""
        return (
            f"The check fails: character {position} would have to be {expected}, it is {got}; one "
            f"of the characters is wrong.{end}"
        )

    def _fine(self, row: int, lang: str) -> str:
        zh, kind = lang == "zh", self.kinds[row]
        if self.result[row] == _OLD:
            longer = self.issued[row]
            if zh:
                return f"15 位旧号，没有校验位；18 位号码为 {longer}。"
            return f"Old form of 15 digits, without a check; as 18 digits it is {longer}."
        label = _KIND_LABELS[lang][kind]
        text = joined(label, "，校验通过。") if zh else f"Well-formed {label}."
        if kind != "uscc":
            return text
        inner = organisation_checks(self.numbers[row : row + 1])[0]
        given = str(self.numbers[row])[16]
        if inner in ("", given):
            return text
        if zh:
            return f"{text}但其中组织机构代码的校验位（第 17 位）按 GB 11714 应为 {inner}，实际为 {given}。"
        return (
            f"{text} But the organisation code in it should end in {inner} (character 17, "
            f"GB 11714); got {given}."
        )

    def _odd_character(self, row: int, lang: str) -> str:
        position, zh = int(self.checked.position[row]), lang == "zh"
        got, expected = str(self.numbers[row])[position - 1], str(self.checked.expected[row])
        like = _LOOKALIKES.get(got, "")
        if zh:
            hint = f"（可能是 {like}）" if like else ""
            end = f"；校验位应为 {expected}" if expected else ""
            return f"第 {position} 位 {got} 不会出现在该位置{hint}{end}。"
        hint = f" (perhaps {like})" if like else ""
        end = f"; the check character would be {expected}" if expected else ""
        where = "does not occur in such numbers" if not got.isdecimal() else "does not occur there"
        return f"Character {position}, {got}, {where}{hint}{end}."


def _region_names(lang: str) -> dict[str, str]:
    provinces, others = builtin("provinces").rows, builtin("resident_id_prefixes").rows
    names = dict(zip(provinces["code"], provinces[f"province_{lang}"], strict=True))
    return names | dict(zip(others["prefix"], others[f"label_{lang}"], strict=True))


_SIZES: Final = {"resident_id": "18", "uscc": "18", "bank_card": "12-19"}
_FAULTS: Final = {
    "en": {
        Fault.LENGTH: "A {} has {} characters; got {}.",
        Fault.REGION: "Characters {} to {}, {}, are no region.",
        Fault.DATE: "Characters from 7 on, {}, are no date.",
        Fault.EXPONENT: (
            "Excel kept it as a number of which only 15 digits are left. Read the source again with "
            "the column as text."
        ),
        Fault.ZEROS: (
            "The check fails and all digits after the 15th are zeros: Excel kept it as a number. "
            "Read the source again with the column as text."
        ),
        Fault.UNKNOWN: "It has the form of none of resident ID, credit code and bank card.",
    },
    "zh": {
        Fault.LENGTH: "{}应为 {} 位，实际为 {} 位。",
        Fault.REGION: "第 {} 至 {} 位 {} 不是行政区划。",
        Fault.DATE: "第 7 位起的 {} 不是日期。",
        Fault.EXPONENT: "Excel 将其按数字保存，仅保留 15 位有效数字，其余已丢失。请将该列设为文本后重新导入。",
        Fault.ZEROS: "校验不通过且第 15 位之后全为 0：Excel 曾将其按数字保存。请将该列设为文本后重新导入。",
        Fault.UNKNOWN: "不具有身份证号、统一社会信用代码或银行卡号的形式。",
    },
}
