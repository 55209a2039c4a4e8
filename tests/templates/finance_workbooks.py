"""What the tests of the finance workbooks share: the books by name, and changing them headless."""

import re
from functools import cache
from importlib import resources

import openpyxl

import workbook_templates
from addin.headless.calculate import calculate
from addin.headless.references import Area
from addin.headless.workbook import Workbook
from workbook_templates.archive import save
from workbook_templates.style import INPUT, TAB_POLICY

ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!)")


@cache
def shipped(name, lang, *, values):
    """The shipped workbook, with its values or with its formulas; tests must not change it."""
    with resources.as_file(workbook_templates.template(name).file(lang)) as path:
        return openpyxl.load_workbook(path, data_only=values)


def named(book, name):
    """The values of a defined name: one, or a flat list."""
    ((sheet, area),) = book.defined_names[name].destinations
    found = book[sheet][area.replace("$", "")]
    if not isinstance(found, tuple):
        return found.value
    return [cell.value for row in found for cell in row]


def error_cells(book):
    """Every cell that shows an error."""
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and ERROR.fullmatch(cell.value)
    ]


def numbers(book):
    """Every number by the sheet's place and the cell."""
    return {
        (place, cell.coordinate): cell.value
        for place, sheet in enumerate(book)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }


def formula_cells(book):
    """Every cell with a formula, by the sheet's place."""
    return {
        (place, cell.coordinate)
        for place, sheet in enumerate(book)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def emptied(name, lang, path):
    """The workbook with every input off the policy sheets cleared, computed."""
    book = workbook_templates.build(name, lang)
    for sheet in book:
        if sheet.sheet_properties.tabColor.rgb.endswith(TAB_POLICY):
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.style == INPUT and cell.data_type != "f":
                    cell.value = None
    save(book, path)
    workbook = Workbook.open(path)
    assert calculate(workbook).uncomputed == []
    workbook.save(path)
    return openpyxl.load_workbook(path, data_only=True)


class Live:
    """A copy of a shipped workbook whose cells are changed by name and computed headless."""

    def __init__(self, name, lang, path):
        self.lang = lang
        path.write_bytes(workbook_templates.template(name).file(lang).read_bytes())
        self.book = Workbook.open(path)

    def place(self, name):
        text = next(one.text for one in self.book.names if one.name == name)
        sheet, cells = text.rsplit("!", 1)
        return self.book.sheet(sheet.strip("'")), Area.parse(cells.replace("$", ""))

    def set(self, name, value, index=0):
        """Set a named cell, or one of a named column."""
        sheet, area = self.place(name)
        sheet.set_values(area.first_row + index, area.first_column, [[value]])

    def set_policy(self, table, row, column, value):
        """Set a cell of a policy table by its place in the table's body."""
        made = self.book.table(table)
        body = made.body
        sheet = self.book.sheet(made.sheet)
        sheet.set_values(body.first_row + row, body.first_column + column, [[value]])

    def get(self, name):
        """The value of a named cell, or the list of a named row or column."""
        sheet, area = self.place(name)
        block = sheet.values(area.first_row, area.first_column, area.last_row, area.last_column)
        flat = [value for row in block for value in row]
        return flat[0] if len(flat) == 1 else flat

    def sheet_rows(self, title):
        """The periods of each row of a sheet with years across, by the row's label."""
        block = self.book.sheet(title).values(1, 1, 120, 36)
        return {row[1]: list(row[6:]) for row in block if isinstance(row[1], str)}

    def calculate(self):
        assert calculate(self.book).uncomputed == []
        return self
