"""How the credit functions reach a spreadsheet: Excel, LibreOffice, or a file alone."""

from addin.errors import WorkbookError

__all__ = ["WorkbookError"]
