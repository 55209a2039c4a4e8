"""What the add-in's sheets hold: help and ribbon texts in both languages, and its settings.

VBA source cannot hold Chinese; cells can. The add-in reads the sheet of Excel's own language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import udfs
from addin.manual import functions_by_family

PRODUCT: Final = "creditcells"
SETTINGS_SHEET: Final = f"{PRODUCT}.conf"
HELP_SHEETS: Final = {"en": "help_en", "zh": "help_zh"}
_TEXT_LIMIT: Final = 255

SETTINGS: Final = {
    "UDF MODULES": "addin.desktop.functions",
    "USE UDF SERVER": "True",
    "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    "SHOW CONSOLE": "False",
}
"""What xlwings reads; the interpreter stands in the user's own file, written by the installer."""


def help_rows(lang: str) -> Iterator[list[str | int]]:
    """A row for each function: name, category, description, number of arguments, their help."""
    for family, members in functions_by_family().items():
        category = f"{PRODUCT} {udfs.FAMILIES[family][1 if lang == 'zh' else 0]}"
        for function in members:
            helps = [argument.help[lang][:_TEXT_LIMIT] for argument in function.arguments]
            summary = function.help[lang].summary[:_TEXT_LIMIT]
            yield [function.name, category, summary, len(helps), *helps]
