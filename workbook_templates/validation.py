"""Data validations made from the field dictionary."""

from __future__ import annotations

from typing import Final

from openpyxl.worksheet.datavalidation import DataValidation

from workbook_templates.blocks import Box
from workbook_templates.fields import Field
from workbook_templates.language import Lang, Speaker

_PROMPT_LIMIT: Final = 255
_ERROR_LIMIT: Final = 225
_TITLE_LIMIT: Final = 32
"""What Excel takes; a file with longer texts is reported as damaged."""


def validate(field: Field, cells: Box, lang: Lang) -> None:
    """Prompt for a field and refuse what cannot stand in it."""
    rule = _rule(field, lang)
    say = Speaker(lang)
    rule.allow_blank = not field.required
    rule.promptTitle = field.header(lang)[:_TITLE_LIMIT]
    rule.prompt = field.help[lang][:_PROMPT_LIMIT]
    rule.showInputMessage = True
    rule.errorTitle = field.header(lang)[:_TITLE_LIMIT]
    rule.error = say(f"Allowed: {allowed(field, lang)}.", f"允许：{allowed(field, lang)}。")[
        :_ERROR_LIMIT
    ]
    rule.showErrorMessage = rule.type is not None
    cells.sheet.add_data_validation(rule)
    rule.add(cells.address)


def _rule(field: Field, lang: Lang) -> DataValidation:
    if field.options:
        listed = ",".join(field.option_labels(lang))
        return DataValidation(type="list", formula1=f'"{listed}"', errorStyle="stop")
    if field.kind in ("number", "date") and field.lower is not None:
        return DataValidation(
            type="decimal" if field.kind == "number" else "date",
            operator="between",
            formula1=f"{field.lower:.15g}",
            formula2=f"{field.upper:.15g}",
            errorStyle="stop",
        )
    return DataValidation()


def allowed(field: Field, lang: Lang) -> str:
    """What may stand in a field, in words."""
    say = Speaker(lang)
    if field.options:
        return say(", ", "、").join(field.option_labels(lang))
    if field.kind == "date":
        return say("a date", "日期")
    if field.kind == "number" and field.lower is not None:
        low, high = f"{field.lower:,.15g}", f"{field.upper:,.15g}"
        return say(f"a number from {low} to {high}", f"{low} 至 {high} 之间的数")
    return say("a text", "文本")
