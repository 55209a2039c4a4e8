"""A new workbook whose inputs and policy are changed by name, and computed without Excel."""

from addin.headless.calculate import calculate
from addin.headless.references import Area
from addin.headless.workbook import Workbook
from addin.templates import new_workbook


class Live:
    """A workbook in a folder; cells are found by their defined names."""

    def __init__(self, name, folder, lang, *, without_case=False):
        path = folder / f"{name}.{lang}.xlsx"
        self.lang = lang
        self.book = Workbook.open(new_workbook(name, path, lang=lang, without_case=without_case))

    def place(self, name):
        text = next(one.text for one in self.book.names if one.name == name)
        sheet, cells = text.rsplit("!", 1)
        return self.book.sheet(sheet.strip("'").replace("''", "'")), Area.parse(
            cells.replace("$", "")
        )

    def set(self, name, *rows):
        """Write cells from the first of a name on: one value, or rows of values."""
        sheet, area = self.place(name)
        block = [list(row) if isinstance(row, (list, tuple)) else [row] for row in rows]
        sheet.set_values(area.first_row, area.first_column, block)

    def get(self, name):
        """The first cell of a name."""
        sheet, area = self.place(name)
        return sheet.value(area.first_row, area.first_column)

    def rows(self, name):
        """All cells of a name, row by row."""
        sheet, area = self.place(name)
        return sheet.values(area.first_row, area.first_column, area.last_row, area.last_column)

    def column(self, name):
        """A column's cells that hold something."""
        return [row[0] for row in self.rows(name) if row[0] not in (None, "")]

    def calculate(self):
        assert calculate(self.book).uncomputed == []
        assert self.get("check_total") == 0
