"""Where hosts differ, all in one place: how each one shows what plain Python gives.

| plain Python       | Excel on Windows      | xlwings Lite and Server      | without Excel   |
| ------------------ | --------------------- | ---------------------------- | --------------- |
| None, a blank cell | ""                    | ""                           | an empty cell   |
| an error           | its code as text,     | the error                    | the error       |
|                    | which the add-in's    |                              |                 |
|                    | wrapper makes real    |                              |                 |
| one #VALUE! alone  | likewise              | #VALUE! with its reason      | the error       |
| CR_LASTERROR       | what this Excel       | Lite: likewise; Server:      | what this       |
|                    | was told              | nothing, since all share it  | run was told    |
| days from 1904     | the workbook tells    | taken as from 1900           | likewise        |
"""

from office import ERROR_TYPES

from udfs.errors import VALUE, CellError

NOT_COMPARED = {"CR_LASTERROR"}
"""Functions that answer by what was asked before, and so each host in its own way."""


def in_windows(rows):
    """Cells as xlwings for Excel on Windows hands them to the wrapper in the add-in."""
    return [
        ["" if cell is None else cell.code if isinstance(cell, CellError) else cell for cell in row]
        for row in rows
    ]


def in_office(rows):
    """Cells as Excel gets them from xlwings Lite and xlwings Server."""
    only = rows[0][0] if len(rows) == len(rows[0]) == 1 else None
    if isinstance(only, CellError) and only.code == VALUE and only.reason:
        return {"message": only.reason}
    return [[_in_office(cell) for cell in row] for row in rows]


def _in_office(cell):
    if isinstance(cell, CellError):
        return {"type": "Error", "errorType": ERROR_TYPES[cell.code]}
    return "" if cell is None else cell


def in_a_file(rows):
    """Cells as a workbook holds them that was calculated without Excel."""
    return [
        [cell.code if isinstance(cell, CellError) else None if cell == "" else cell for cell in row]
        for row in rows
    ]
