"""Where LibreOffice and the default engine differ in the workbooks that the tests compare, and why.

By file: the cells that differ, and the formulas that one of the two cannot compute, each with its
reason. Excel's own cached value decides who is right; `test_calculate_corpus` holds the default
engine to it.
"""

from typing import Final

DIFFERENT: Final = {
    "poi__xlookup.xlsx": {
        ("Sheet2", "F2"): (
            "a binary search over numbers with texts among them: Excel and Calc pass texts over otherwise"
        ),
    },
}
NOT_COMPARED: Final = {
    "closedxml__Other__Formulas__DataTableFormula-Excel-Input.xlsx": (
        9,
        "data tables: the default engine leaves them, Calc computes them as MULTIPLE.OPERATIONS",
    ),
    "poi__57535.xlsx": (2, "a circle that Excel iterates; the default engine leaves it"),
}
"""How many formulas one engine leaves, and why."""
