"""What a person does with our formulas in a workbook: ask why, freeze, thaw, relink."""

from addin.workbook_tools.freezing import freeze, thaw
from addin.workbook_tools.places import Place
from addin.workbook_tools.reasons import Reason, reasons
from addin.workbook_tools.relinking import relink

__all__ = ["Place", "Reason", "freeze", "reasons", "relink", "thaw"]
