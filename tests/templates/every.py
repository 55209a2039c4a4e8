"""What the tests over all templates share: the files, their cells, and an empty copy of each."""

import datetime as dt
import re
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

import workbook_templates
from addin.templates import new_workbook
from workbook_templates import LANGUAGES, TEMPLATES

EVERY = [(name, lang) for name in TEMPLATES for lang in LANGUAGES]
"""Each template in each language."""
WITH_CASE = [(name, lang) for name, lang in EVERY if TEMPLATES[name].has_case]
"""Those that can be had without their worked case."""
ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!)")


def shipped_path(name, lang):
    with resources.as_file(workbook_templates.template(name).file(lang)) as path:
        return Path(path)


@cache
def shipped(name, lang, *, values):
    """The shipped workbook, with its formulas or with their values; tests must not change it."""
    return openpyxl.load_workbook(shipped_path(name, lang), data_only=values)


@cache
def emptied(name, lang, *, values):
    """A new workbook without the worked case; tests must not change it."""
    return openpyxl.load_workbook(BytesIO(_emptied(name, lang)), data_only=values)


@cache
def _emptied(name, lang):
    with TemporaryDirectory() as folder:
        path = new_workbook(name, Path(folder) / "empty.xlsx", lang=lang, without_case=True)
        return path.read_bytes()


def cells(book):
    """Every cell of a workbook that holds something, with its sheet's title."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield sheet.title, cell


def written(book):
    """Every formula of a workbook with its sheet and cell."""
    for title, cell in cells(book):
        if cell.data_type == "f":
            formula = cell.value
            text = formula.text if isinstance(formula, ArrayFormula) else formula
            yield title, cell.coordinate, text


def errors(book):
    """The cells that show an error value."""
    return [
        (title, cell.coordinate, cell.value)
        for title, cell in cells(book)
        if isinstance(cell.value, str) and ERROR.fullmatch(cell.value)
    ]


def named(book, name):
    """The value of a named cell, or the values of a block, row by row."""
    found = named_rows(book, name)
    return [cell for row in found for cell in row] if isinstance(found, list) else found.value


def named_rows(book, name):
    """The rows of a named block; a name of one cell gives the cell."""
    ((sheet, area),) = book.defined_names[name].destinations
    found = book[sheet][area.replace("$", "")]
    return [[cell.value for cell in row] for row in found] if isinstance(found, tuple) else found


def serial_number(day):
    """A date as Excel counts it."""
    return (day - dt.date(1899, 12, 30)).days
