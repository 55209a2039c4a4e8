"""What a workbook says about itself, in its document properties."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.workbook.properties import CalcProperties

from workbook_templates.language import Lang


def describe(book: Workbook, title: str, lang: Lang) -> None:
    """Fill the document properties that the template left open, and open at the first sheet.

    Args:
        book: the workbook; changed in place.
        title: the template's title in the language.
        lang: language of the workbook.
    """
    properties = book.properties
    properties.title = properties.title or title
    properties.subject = properties.subject or title
    properties.creator = "creditcells"
    properties.language = "zh-CN" if lang == "zh" else "en-GB"
    # The values are stored: Excel needs not compute anything when it opens the file.
    book.calculation = CalcProperties(calcId=191029, fullCalcOnLoad=False)
    book.active = 0
