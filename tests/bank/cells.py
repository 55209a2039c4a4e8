"""The results of a workbook and of a bank's run, as cells that can be compared."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from addin.headless.cell_grid import CellGrid
from addin.headless.references import Area
from addin.headless.workbook import Workbook
from addin.portfolio import SourceSet
from udfs.errors import CellError
from workbook_templates.fields import TABLES
from workbook_templates.portfolio.layout import RESULT_PREFIX

AS_OF = dt.date(2026, 9, 30)
DAY_ZERO = 693594
"""The ordinal of the day 0 of a workbook."""


@dataclass(frozen=True)
class Refreshed:
    """A refreshed workbook and the files that it was refreshed from."""

    book: Path
    folder: Path
    lang: str

    @property
    def sources(self):
        return SourceSet.of(**{table: str(self.folder / f"{table}.csv") for table in TABLES})


def sheet_cells(book):
    """The results of a workbook: cells by column."""
    workbook = Workbook.open(book)
    grids, found = {}, {}
    for name in workbook.names:
        if name.name.startswith(RESULT_PREFIX):
            sheet, _, place = name.text.rpartition("!")
            sheet, area = sheet.strip("'"), Area.parse(place)
            if sheet not in grids:
                grids[sheet] = CellGrid(workbook.sheet(sheet))
            cells = grids[sheet].cells(area.first_column, area.first_row, area.last_row)
            found[name.name.removeprefix(RESULT_PREFIX)] = ["" if c is None else c for c in cells]
    return found


def run_cells(out):
    """The results of a bank's run: cells by column, as the sheet shows them."""
    table = pq.read_table(out / "customers")
    found = {}
    for name in table.column_names[:-1]:
        cells = table.column(name).to_pylist()
        if name == "next_review":
            cells = [None if cell is None else cell.toordinal() - DAY_ZERO for cell in cells]
        found[name] = ["" if cell is None else cell for cell in cells]
    for row, remarks in enumerate(table.column("remarks").to_pylist()):
        for remark in remarks or ():
            found[remark["column"]][row] = CellError(remark["cell"])
    return found


def rejects(out):
    """The rejects of a run without the cells of the rows, sorted."""
    rows = pq.read_table(out / "rejects.parquet").drop_columns(["content"]).to_pylist()
    return sorted(tuple("" if cell is None else str(cell) for cell in row.values()) for row in rows)
