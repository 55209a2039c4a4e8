"""Workbooks without any spreadsheet program: read, changed, computed and saved as files."""

from addin.headless.cell_xml import Cell
from addin.headless.sheet import Formula, Sheet
from addin.headless.tables import Table
from addin.headless.workbook import Name, Workbook

__all__ = ["Cell", "Formula", "Name", "Sheet", "Table", "Workbook"]
