"""Industry codes of GB/T 4754-2017, as people write them, and lists of such codes.

A code is a section letter (C), a division (13), a group (131) or a class (1311), with or without
its section letter (C13). Cells spoil codes: a leading zero is lost when 01 becomes the number 1,
and short codes are padded with zeros (1300). What can be told apart is repaired; what cannot is
refused with a hint.

Decisions where a number could mean two things:

- one digit is a division that lost its zero (GB/T 4754 has no codes of one digit);
- two digits are a division and three a group, as written, although 11 may once have been group
  011: write A011 or the text "0111" to be sure;
- three digits that end in zero are refused without a letter, since no group ends in zero: 170 is
  either class 0170 without its zero or division 17 with one too many. C170 and A170 are clear.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from udfs import errors
from udfs.errors import CallError, CellError, Words, shorten
from udfs.tables import builtin

_CODE: Final = re.compile(
    r"(?:(?P<section>[A-T])[\s.-]?)?(?P<digits>\d{0,4})"
    r"(?P<name>[\s._:、,|/-]+\D*|[\u4e00-\u9fff]\D*)?"
)
_NOT_IN_NAMES: Final = re.compile(r"[\W_]|和|及|与|\bAND\b")
_DIVISION_LENGTH: Final = 2
_GROUP_LENGTH: Final = 3


@dataclass(frozen=True, slots=True)  # no record: two codes that read alike are equal
class IndustryCode:
    """A section letter and none, two, three or four digits."""

    section: str
    digits: str = ""

    def __str__(self) -> str:
        return self.section + self.digits

    @property
    def division(self) -> str:
        """The two digits of the division; "" for a section."""
        return self.digits[:_DIVISION_LENGTH]

    def within(self, scope: str) -> bool:
        """Whether the code belongs to a scope: a section letter, or digits."""
        return self.section == scope if scope.isalpha() else self.digits.startswith(scope)

    def wider_than(self, scope: str) -> bool:
        """Whether the scope is only a part of what the code stands for."""
        if scope.isalpha():
            return False
        section = sections_by_division().get(scope[:_DIVISION_LENGTH])
        return (
            section == self.section
            and scope.startswith(self.digits)
            and len(scope) > len(self.digits)
        )


@cache
def sections_by_division() -> dict[str, str]:
    """The section letter of each division."""
    rows = builtin("industry_divisions").rows
    return dict(zip(rows["division"], rows["section"], strict=True))


@cache
def _codes_by_name() -> dict[str, IndustryCode]:
    """Codes by the names of the standard; a name of both levels means the division."""
    found = {}
    sections = builtin("industry_sections").rows
    divisions = builtin("industry_divisions").rows
    for column in ("label_en", "label_zh"):
        for section, name in zip(sections["section"], sections[column], strict=True):
            found[_name_key(name)] = IndustryCode(section)
        for division, section, name in zip(
            divisions["division"], divisions["section"], divisions[column], strict=True
        ):
            found[_name_key(name)] = IndustryCode(section, division)
    return found


def _name_key(name: str) -> str:
    """A name without punctuation, conjunctions and the last 业, so that 批发零售 is found."""
    plain = unicodedata.normalize("NFKC", name).upper()
    key = _NOT_IN_NAMES.sub("", plain)
    return key.removesuffix("业") or key


def read_industry(text: str, argument: str = "industry") -> IndustryCode | CellError:
    """The code that a text writes: a code, a code with its name, or a name of the standard."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    named = _codes_by_name().get(_name_key(plain)) if len(plain) > 1 else None
    if named is not None:
        return named
    match = _CODE.fullmatch(plain)
    if match is None or not (match["section"] or match["digits"]):
        return _not_a_code(text, argument)
    code = _code_of(match["section"] or "", match["digits"], text, argument)
    if isinstance(code, CellError) or not (match["name"] or "").strip(" ._:、,|/-"):
        return code
    return _checked_name(code, match["name"], text, argument)


def _code_of(section: str, digits: str, text: str, argument: str) -> IndustryCode | CellError:
    if not digits:
        divisions = [d for d, letter in sections_by_division().items() if letter == section]
        return IndustryCode(section, divisions[0] if len(divisions) == 1 else "")
    readings = _readings(digits, has_section=bool(section))
    if not readings:
        return _unclear(text, argument, digits)
    for reading in readings:
        home = sections_by_division().get(reading[:_DIVISION_LENGTH])
        if home is not None and section in ("", home):
            return IndustryCode(home, reading)
    return _no_division(section, text, argument)


def _readings(digits: str, *, has_section: bool) -> list[str]:
    """What the digits may stand for, the likelier first; nothing if it cannot be told."""
    if len(digits) == 1:
        return ["0" + digits]
    if len(digits) == _GROUP_LENGTH and digits.endswith("0") and not has_section:
        return []
    unpadded = digits if digits[2:].strip("0") else digits[:_DIVISION_LENGTH]
    return [unpadded, "0" + digits] if has_section and len(digits) <= _GROUP_LENGTH else [unpadded]


def _checked_name(
    code: IndustryCode, name: str, text: str, argument: str
) -> IndustryCode | CellError:
    """The code, unless the name beside it is that of another industry."""
    named = _codes_by_name().get(_name_key(name))
    if named is None:
        return code if len(code.digits) >= _GROUP_LENGTH else _not_a_code(text, argument)
    if code.within(named.digits or named.section) or named.within(code.digits or code.section):
        return code
    given = shorten(text)
    return CellError(
        errors.VALUE,
        f"{argument}: in {given} the code is {code} but the name is that of {named}.",
        f"{argument}：{given} 中代码为 {code}，名称却属于 {named}。",
    )


def _not_a_code(text: str, argument: str) -> CellError:
    given = shorten(text)
    return CellError(
        errors.VALUE,
        f"{argument} must be a GB/T 4754-2017 code such as C, C13, 13 or 1311, or a section's or "
        f"division's name; got {given}.",
        f"{argument} 应为 GB/T 4754-2017 代码（如 C、C13、13、1311）或门类、大类名称，实际为 {given}。",
    )


def _unclear(text: str, argument: str, digits: str) -> CellError:
    given = shorten(text)
    return CellError(
        errors.VALUE,
        f"{argument}: {given} may be 0{digits} or division {digits[:2]}; write the section letter "
        f"before it, or four digits as text.",
        f"{argument}：{given} 可能是 0{digits}，也可能是大类 {digits[:2]}；请在前面写上门类字母，或以文本写四位代码。",
    )


def _no_division(section: str, text: str, argument: str) -> CellError:
    given = shorten(text)
    if not section:
        return CellError(
            errors.VALUE,
            f"{argument} must lie in a division 01 to 97 of GB/T 4754-2017; got {given}.",
            f"{argument} 应属于 GB/T 4754-2017 的大类 01 至 97，实际为 {given}。",
        )
    divisions = [d for d, letter in sections_by_division().items() if letter == section]
    extent = f"{divisions[0]}-{divisions[-1]}"
    return CellError(
        errors.VALUE,
        f"{argument}: section {section} has the divisions {extent}; got {given}.",
        f"{argument}：门类 {section} 的大类为 {extent}，实际为 {given}。",
    )


# --- lists of codes -------------------------------------------------------------------------


def scopes(listed: str, argument: str) -> tuple[str, ...]:
    """The scopes of a list such as "A;54-58;591": letters and digits, ranges spelled out.

    Raises:
        CallError: a part of the list is no section, division, group or class.
    """
    found: list[str] = []
    for part in re.split(r"[;,;,、\s]+", unicodedata.normalize("NFKC", listed).strip().upper()):
        if part:
            found.extend(_expanded(part, argument))
    return tuple(found)


def _expanded(part: str, argument: str) -> Iterable[str]:
    first, dash, last = part.partition("-")
    if first.isdigit() and dash and last.isdigit() and len(first) == len(last):
        members = [f"{n:0{len(first)}d}" for n in range(int(first), int(last) + 1)]
    elif not dash and re.fullmatch(r"[A-T]\d{2,4}", part):
        members = [part[1:]] if sections_by_division().get(part[1:3]) == part[0] else []
    else:
        members = [part] if not dash else []
    good = members and all(_is_scope(member) for member in members)
    if not good:
        allowed = Words("codes and ranges such as A;54-58;591", "代码或范围，如 A;54-58;591")
        raise CallError(argument, part, allowed)
    return members


def _is_scope(text: str) -> bool:
    if text.isdigit():
        division = text[:_DIVISION_LENGTH]
        return 2 <= len(text) <= 4 and division in sections_by_division()  # noqa: PLR2004 - code lengths
    return len(text) == 1 and text in sections_by_division().values()


def best_scope(code: IndustryCode, lists: Iterable[tuple[str, ...]]) -> int | None:
    """The list with the narrowest scope that holds the code; None if no list does."""
    best, width = None, 0
    for place, listed in enumerate(lists):
        for scope in listed:
            length = 1 if scope.isalpha() else len(scope)
            if code.within(scope) and length > width:
                best, width = place, length
    return best
