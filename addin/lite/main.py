"""creditcells in this workbook, for the add-in xlwings Lite. Written by `creditcells lite`."""

from addin.custom_functions import custom_functions

LANG = "en"
globals().update(custom_functions(LANG))
