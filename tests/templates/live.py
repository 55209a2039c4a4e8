"""A new workbook whose inputs and policy are changed by name, and computed without Excel."""

from addin.headless.calculate import calculate
from addin.headless.references import Area
from addin.headless.workbook import Workbook
from addin.templates import new_workbook
from udfs.errors import CellError
from workbook_templates import TEMPLATES


class Live:
    """A workbook in a folder; cells are found by their defined names."""

    def __init__(self, name, folder, lang, *, without_case=False):
        path = folder / f"{name}.{lang}.xlsx"
        self.lang = lang
        self.tables = {one.name: one for one in TEMPLATES[name].tables}
        self.book = Workbook.open(new_workbook(name, path, lang=lang, without_case=without_case))

    def place(self, name):
        text = next(one.text for one in self.book.names if one.name == name)
        sheet, cells = text.rsplit("!", 1)
        return self.book.sheet(sheet.strip("'").replace("''", "'")), Area.parse(
            cells.replace("$", "")
        )

    def set(self, name, *rows, row=0, column=0):
        """Write cells from one of a name's on: one value, or rows of values."""
        sheet, area = self.place(name)
        block = [list(one) if isinstance(one, (list, tuple)) else [one] for one in rows]
        sheet.set_values(area.first_row + row, area.first_column + column, block)

    def input(self, table, row, field, value):
        """Write a cell of a table of data, its rows counted from 0."""
        chosen = self.tables[table]
        self._set_in_table(
            chosen.excel_table, row, [one.name for one in chosen.fields].index(field), value
        )

    def policy(self, table, row, column, value):
        """Write a cell of a policy table, its rows counted from 0."""
        self._set_in_table(table.name, row, table.position(column, self.lang), value)

    def _set_in_table(self, name, row, column, value):
        table = self.book.table(name)
        first = table.body
        sheet = self.book.sheet(table.sheet)
        sheet.set_values(first.first_row + row, first.first_column + column, [[value]])

    def __getitem__(self, name):
        """The value of a named cell, or the values of a block, row by row."""
        cells = [cell for row in self.rows(name) for cell in row]
        return cells[0] if len(cells) == 1 else cells

    def rows(self, name):
        """All cells of a name, row by row."""
        sheet, area = self.place(name)
        return sheet.values(area.first_row, area.first_column, area.last_row, area.last_column)

    def column(self, name):
        """A column's cells that hold something."""
        return [row[0] for row in self.rows(name) if row[0] not in (None, "")]

    def calculate(self):
        assert calculate(self.book).uncomputed == []

    def calculate_and_check(self):
        """Compute it, and see that its checks come to zero."""
        self.calculate()
        assert self["check_total"] == 0

    def errors(self):
        """The cells that show an error value."""
        return [
            (sheet.name, row, column, value.code)
            for sheet in self.book.sheets
            for row, cells in enumerate(sheet.values(1, 1, 200, 80), start=1)
            for column, value in enumerate(cells, start=1)
            if isinstance(value, CellError)
        ]
