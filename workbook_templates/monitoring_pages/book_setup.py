"""A workbook with the shared styles, and what it says about itself."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.workbook.properties import CalcProperties

from workbook_templates.language import Lang
from workbook_templates.style import register_styles


def new_book(lang: Lang) -> Workbook:
    """A workbook without sheets, with the shared cell styles."""
    book = Workbook()
    book.remove(book.worksheets[0])
    register_styles(book, lang)
    return book


def describe(book: Workbook, title: str, subject: str, lang: Lang) -> None:
    """Set the document properties; the values are stored, so Excel need not compute at opening."""
    book.properties.title = title
    book.properties.creator = "creditcells"
    book.properties.subject = subject
    book.properties.language = "zh-CN" if lang == "zh" else "en-GB"
    book.calculation = CalcProperties(calcId=191029, fullCalcOnLoad=False)
    book.active = 0
