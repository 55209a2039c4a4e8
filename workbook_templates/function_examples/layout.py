"""Where everything stands in the examples workbook."""

from __future__ import annotations

from typing import Final

from udfs import FAMILIES

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "index": {"en": "Index", "zh": "函数索引"},
    "checks": {"en": "Checks", "zh": "核对"},
}
_SHORT: Final = {"qualitative": "Questionnaires"}
"""Titles of sheets hold 31 characters."""


def family_sheet(family: str, lang: str) -> str:
    """The title of a family's sheet."""
    english, chinese = FAMILIES[family]
    return chinese if lang == "zh" else _SHORT.get(family, english)


def equal_name(function: str) -> str:
    """The defined name of the cell that counts a function's differing cells."""
    return f"diff_{function.removeprefix('CR_').lower()}"
