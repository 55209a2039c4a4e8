"""Protection against slips: what is computed cannot be typed over.

There is no password: protection is for the hand that slips, not against its owner, and an
auditor must be able to look at anything. Three kinds of sheets stay open:

* sheets with an Excel table, which cannot grow on a protected sheet, whether its cells are
  locked or not; data and policy stand in tables;
* sheets of policy, for the same reason;
* sheets that a program resizes while Excel has them open, such as the results of the portfolio
  (the template names them).

On protected sheets the inputs are unlocked, filters work, and rows and columns can be sized.
"""

from __future__ import annotations

from collections.abc import Collection

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.emptying import is_policy


def protect(book: Workbook, stay_open: Collection[str] = ()) -> None:
    """Protect every sheet that can be used as it is meant to although it is protected.

    Args:
        book: the workbook; changed in place.
        stay_open: titles of sheets that stay open beside those that the rule leaves open.
    """
    for sheet in book.worksheets:
        if not (sheet.tables or is_policy(sheet) or sheet.title in stay_open):
            _protect(sheet)


def _protect(sheet: Worksheet) -> None:
    rules = sheet.protection
    rules.sheet = True
    # openpyxl has these as what is forbidden.
    rules.objects = rules.scenarios = True
    rules.formatColumns = rules.formatRows = False
    rules.sort = rules.autoFilter = False
