"""A workbook as Excel sends it to xlwings Server, and Excel's part in what comes back.

Both are made after xlwings' own JavaScript (getBookData and the actions of custom scripts), on the
engine over a file instead of Excel.
"""

import datetime as dt

import xlwings
from xlwings.utils import a1_to_tuples

from udfs.errors import CellError


def to_json(book):
    """What Excel sends of a workbook."""
    titles = [sheet.name for sheet in book.sheets]
    return {
        "client": "Office.js",
        "version": xlwings.__version__,
        "book": {
            "name": book.name, "active_sheet_index": 0, "selection": "A1", "calculation": "Automatic",
        },
        "names": [one for name in book.names for one in names_to_json(name, titles)],
        "sheets": [sheet_to_json(sheet) for sheet in book.sheets],
    }  # fmt: skip


def names_to_json(name, titles):
    if "!" in name.name:  # those of a sheet, such as its print area
        return
    sheet, _, address = str(name.refers_to).lstrip("=").rpartition("!")
    place = a1_to_tuples(address.replace("$", "")) if sheet else (None, None)
    yield {
        "name": name.name,
        "book_scope": True,
        "scope_sheet_index": None,
        "scope_sheet_name": None,
        # Excel quotes a sheet's name only where it must.
        "refers_to": str(name.refers_to).replace("'", "") if " " not in sheet else name.refers_to,
        "sheet_index": titles.index(sheet.strip("'")) if place[0] else None,
        "address": address.replace("$", "") if place[0] else None,
    }


def sheet_to_json(sheet):
    used = sheet.used_range.last_cell
    values = sheet.range((1, 1), (used.row, used.column)).raw_value
    values = values if isinstance(values, list) else [[values]]
    return {
        "name": sheet.name, "visibility": "Visible", "show_gridlines": True, "print_area": None,
        "notes": [], "pictures": [], "shapes": [], "charts": [], "pivot_tables": [],
        "used_range_address": sheet.used_range.address.replace("$", ""),
        "used_range_row_count": sheet.used_range.shape[0],
        "used_range_column_count": sheet.used_range.shape[1],
        "values": [[cell_to_json(cell) for cell in row] for row in values],
        "tables": [table_to_json(table) for table in sheet.tables],
    }  # fmt: skip


def cell_to_json(cell):
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell.isoformat(timespec='milliseconds')}Z"
    return cell.code if isinstance(cell, CellError) else cell


def table_to_json(table):
    def address(cells):
        return cells.address.replace("$", "")

    return {
        "name": table.name, "show_headers": True, "show_totals": table.show_totals,
        "range_address": address(table.range),
        "header_row_range_address": address(table.header_row_range),
        "data_body_range_address": address(table.data_body_range),
        "total_row_range_address": None,
        "table_style": "TableStyleLight9", "show_autofilter": True,
    }  # fmt: skip


def carry_out(actions, book):
    """Do to a workbook what Excel does for the answer of a script."""
    for action in actions:
        ACTIONS[action["func"]](book, action)


def cells_of(book, action):
    row, column = action["start_row"] + 1, action["start_column"] + 1
    last = row + action["row_count"] - 1, column + action["column_count"] - 1
    return book.sheets[action["sheet_position"]].range((row, column), last)


def set_values(book, action):
    rows = action["values"]
    # For Excel null means: leave it as it is.
    assert not any(cell is None for row in rows for cell in row)
    cells_of(book, action).raw_value = [[None if c == "" else c for c in row] for row in rows]


def resize_table(book, action):
    index, address = action["args"]
    sheet = book.sheets[action["sheet_position"]]
    sheet.tables[index].resize(sheet.range(address))


def set_formula_array(book, action):
    cells_of(book, action).formula_array = action["args"][0]


def set_name(book, action):
    name, _, _, refers_to = action["args"]
    book.names[name].refers_to = refers_to


def set_number_format(book, action):
    cells_of(book, action).number_format = action["args"][0]


ACTIONS = {
    "setValues": set_values,
    "resizeTable": resize_table,
    "setFormulaArray": set_formula_array,
    "setNameRefersTo": set_name,
    "rangeClearContents": lambda book, action: cells_of(book, action).clear_contents(),
    "setNumberFormat": set_number_format,
    "alert": lambda _book, _action: None,
    "calculate": lambda book, _action: book.app.calculate(),
}
