"""Cells as Office.js has them: what xlwings Lite and xlwings Server get and give."""

import datetime as dt

from udfs.errors import CALC, GETTING_DATA, SPILL, CellError

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no time zone
ERROR_TYPES = {
    "#NULL!": "Null",
    "#DIV/0!": "Div0",
    "#VALUE!": "Value",
    "#REF!": "Ref",
    "#NAME?": "Name",
    "#NUM!": "Num",
    "#N/A": "NotAvailable",
    GETTING_DATA: "GettingData",
    SPILL: "Spill",
    CALC: "Calc",
}


def to_office(argument, blank):
    """An argument of a call as Excel sends it: always rows of cells, blanks as null or ""."""
    if argument is None:
        return None
    rows = argument if isinstance(argument, list) else [[argument]]
    return [[cell_to_office(cell, blank) for cell in row] for row in rows]


def cell_to_office(cell, blank):
    if cell is None:
        return blank
    if isinstance(cell, CellError):
        error = ERROR_TYPES[cell.code]
        return {"type": "Error", "basicType": "Error", "basicValue": cell.code, "errorType": error}
    if isinstance(cell, dt.datetime):
        return (cell - EPOCH) / dt.timedelta(days=1)
    return cell


def request(name, cells, blank="", **more):
    """The body of a call, as xlwings' code in Excel makes it."""
    return {
        "client": "Office.js",
        "func_name": name,
        "args": [to_office(cell, blank) for cell in cells],
        "caller_address": "[book.xlsx]Sheet1!A1",
        "session_id": "0",
        "culture_info_name": "zh-CN",
        "date_format": "yyyy/m/d",
        "version": "any: the client is Office.js",
        "runtime": "1.4",
        **more,
    }
