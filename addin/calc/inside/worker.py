"""Does a list of steps in a private LibreOffice, from inside it, and ends it.

The steps stand in ``steps.json`` beside this file; what they give goes into ``results.json``. A
step is a list: the name of a method of `Session` and its arguments. Sheets go by their names, ranges
are written as B2:C9, formulas in Calc's own English form (``=SUM(A1;A2)``).
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.task import XJobExecutor

IMPLEMENTATION = "org.creditcells.Worker"
ERRORS = 4  # com.sun.star.sheet.FormulaResult.ERROR
FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}
LOGICAL = 1024  # com.sun.star.util.NumberFormat.LOGICAL
WORKBOOK = "com.sun.star.sheet.SpreadsheetDocument"
FAILED = 1


class Session:
    """One document and what is done with it; every public method is a step."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._document: Any = None

    def create(self) -> None:
        """Begin a new workbook with the sheet Sheet1."""
        self._open("private:factory/scalc")

    def load(self, path: str) -> list[str]:
        """Load a file; the names of its sheets."""
        self._open(Path(path).as_uri())
        return list(self._document.Sheets.ElementNames)

    def _open(self, url: str) -> None:
        if self._document is not None:
            self._document.close(True)
        desktop = self._service("com.sun.star.frame.Desktop")
        hidden = PropertyValue(Name="Hidden", Value=True)
        self._document = desktop.loadComponentFromURL(url, "_blank", 0, (hidden,))
        if self._document is None or not self._document.supportsService(WORKBOOK):
            raise ValueError("LibreOffice cannot load it as a workbook.")

    def _service(self, name: str) -> Any:
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def _cells(self, sheet: str, area: str) -> Any:
        return self._document.Sheets.getByName(sheet).getCellRangeByName(area)

    def save(self, path: str) -> None:
        """Store a copy of the workbook; the ending tells the format."""
        file = Path(path)
        chosen = PropertyValue(Name="FilterName", Value=FILTERS[file.suffix])
        self._document.storeToURL(file.as_uri(), (chosen,))

    def put(self, sheet: str, area: str, rows: list[list[Any]]) -> float:
        """Paste values: numbers and texts; the seconds until all that depends on them is computed."""
        start = time.perf_counter()
        self._cells(sheet, area).setDataArray(tuple(map(tuple, rows)))
        return time.perf_counter() - start

    def formulas(self, sheet: str, area: str, rows: list[list[str]]) -> None:
        """Type into cells what a person would: formulas, numbers, texts."""
        self._cells(sheet, area).setFormulaArray(tuple(map(tuple, rows)))

    def array(self, sheet: str, area: str, formula: str) -> None:
        """Enter one formula over a range."""
        self._cells(sheet, area).setArrayFormula(formula)

    def paste(self, sheet: str, area: str, target: str) -> None:
        """Copy a range, formulas and all, to the place that begins at a cell of the same sheet."""
        place = self._cells(sheet, target).getCellByPosition(0, 0).CellAddress
        source = self._cells(sheet, area).RangeAddress
        self._document.Sheets.getByName(sheet).copyRange(place, source)

    def calculate(self) -> float:
        """Compute every formula; the seconds that it took."""
        start = time.perf_counter()
        self._document.calculateAll()
        return time.perf_counter() - start

    def texts(self, sheet: str, area: str) -> list[list[str]]:
        """The formulas of a range as they are shown, and its values as text."""
        return [list(row) for row in self._cells(sheet, area).getFormulaArray()]

    def read(self, sheet: str, area: str) -> dict[str, Any]:
        """What stands in a range, places counted from its first row and column.

        ``rows`` are its values; ``errors`` the place and Calc's number of each error; ``logical``
        the first and last row and column of each block that shows its numbers as TRUE and FALSE.
        """
        found = self._cells(sheet, area)
        errors = [
            [row, column, found.getCellByPosition(column, row).getError()]
            for first_row, last_row, first_column, last_column in self._blocks(
                found, found.queryFormulaCells(ERRORS)
            )
            for row in range(first_row, last_row + 1)
            for column in range(first_column, last_column + 1)
        ]
        formats = self._document.NumberFormats
        logical = [
            block
            for alike in found.UniqueCellFormatRanges
            if formats.getByKey(alike.getByIndex(0).NumberFormat).Type & LOGICAL
            for block in self._blocks(found, alike)
        ]
        return {"rows": found.getDataArray(), "errors": errors, "logical": logical}

    @staticmethod
    def _blocks(found: Any, ranges: Any) -> list[list[int]]:
        """The first and last row and column of some ranges in a range."""
        first = found.RangeAddress
        return [
            [
                one.StartRow - first.StartRow,
                one.EndRow - first.StartRow,
                one.StartColumn - first.StartColumn,
                one.EndColumn - first.StartColumn,
            ]
            for one in ranges.RangeAddresses
        ]

    def describe(self, function: str) -> dict[str, Any]:
        """What the function wizard knows of a function."""
        known = self._service("com.sun.star.sheet.FunctionDescriptions").getByName(function)
        found = {part.Name: part.Value for part in known}
        arguments = [[one.Name, one.Description] for one in found["Arguments"]]
        return {"text": found["Description"], "arguments": arguments}

    def wait(self, seconds: float) -> None:
        """Be busy for a while, as with a workbook that is too large."""
        time.sleep(seconds)


class Worker(unohelper.Base, XJobExecutor):  # type: ignore[misc]  # classes of LibreOffice's
    """Started from the command line by the name of its service."""

    def __init__(self, context: Any, *_: Any) -> None:
        self.context = context

    def trigger(self, _: str) -> None:
        """Do the steps and end LibreOffice at once, without its own ending, which may hang."""
        code = FAILED
        try:
            folder = Path(__file__).parent
            session = Session(self.context)
            steps = json.loads((folder / "steps.json").read_text("utf-8"))
            results = [getattr(session, name)(*arguments) for name, *arguments in steps]
            text = json.dumps(results, ensure_ascii=False)
            (folder / "results.json").write_text(text, "utf-8")
            code = 0
        finally:
            if code:
                traceback.print_exc()
            sys.stderr.flush()
            os._exit(code)


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - LibreOffice's name
g_ImplementationHelper.addImplementation(Worker, IMPLEMENTATION, (IMPLEMENTATION,))
