"""Rules of a good model, as far as they can be read off a workbook."""

import re

from openpyxl.worksheet.formula import ArrayFormula

from tests.templates.every import cells, written
from udfs import FUNCTIONS

VOLATILE = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|OFFSET|INDIRECT|INFO|CELL)\(")
NEWER_THAN_2016 = re.compile(r"\b(TEXTJOIN|IFS|SWITCH|MAXIFS|MINIFS|CONCAT|XLOOKUP|FILTER|LET)\(")
LONGEST, DEEPEST = 320, 2
TEXT = re.compile(r'"[^"]*"')


def depth_of_if(formula):
    depth = deepest = 0
    stack = []
    for opening in re.finditer(r"(\bIF)?\(|\)", TEXT.sub('""', formula)):
        if opening[0] == ")":
            depth -= stack.pop()
        else:
            stack.append(1 if opening[1] else 0)
            depth += stack[-1]
            deepest = max(deepest, depth)
    return deepest


def unreadable(book):
    """Formulas that are long, nested, volatile, or that an older Excel does not know."""
    return [
        (sheet, cell, text)
        for sheet, cell, text in written(book)
        if len(text) > LONGEST
        or "\n" in text
        or VOLATILE.search(text)
        or NEWER_THAN_2016.search(text)
        or depth_of_if(text) > DEEPEST
    ]


def policies_left_out(book, tables):
    """Calls that leave a policy table to its built-in default, which nobody could see or change.

    Args:
        book: the workbook.
        tables: Excel names of the policy tables by that of the built-in table.
    """
    left = set()
    for _, _, text in written(book):
        for name in re.findall(r"\bCR_[A-Z0-9]+", text):
            for argument in FUNCTIONS[name].arguments:
                builtin = getattr(argument.kind, "builtin", "")
                if builtin and f"{tables.get(builtin)}[#All]" not in text:
                    left.add((name, builtin))
    return left


def inputs_without_validation(book, policy_sheets, free=()):
    """Input cells off the policy sheets that neither prompt nor refuse anything."""
    bare = []
    for sheet in book:
        if sheet.title in policy_sheets or sheet.title in free:
            continue
        covered = set()
        for rule in sheet.data_validations.dataValidation:
            assert rule.prompt
            covered |= {c for area in rule.sqref.ranges for c in area.cells}
        for row in sheet.iter_rows():
            bare += [
                (sheet.title, cell.coordinate)
                for cell in row
                if cell.style == "CR input" and (cell.row, cell.column) not in covered
            ]
    return bare


def merged_arrays(book):
    """Array formulas in merged cells, which Excel does not take."""
    merged = {
        (sheet.title, *cell)
        for sheet in book
        for area in sheet.merged_cells.ranges
        for cell in area.cells
    }
    return [
        (title, cell.coordinate)
        for title, cell in cells(book)
        if isinstance(cell.value, ArrayFormula) and (title, cell.row, cell.column) in merged
    ]


def empty_charts(formulas, values):
    """Charts of which a series has no figure but zero."""
    empty = []
    for sheet in formulas:
        parts = [part for chart in sheet._charts for part in chart._charts]  # noqa: SLF001 - openpyxl has no other way
        for series in (one for part in parts for one in part.series):
            title, area = series.val.numRef.f.rsplit("!", 1)
            block = values[title.strip("'")][area.replace("$", "")]
            figures = [cell.value for row in block for cell in row]
            if not any(figure for figure in figures if isinstance(figure, int | float)):
                empty.append((sheet.title, series.val.numRef.f))
    return empty
