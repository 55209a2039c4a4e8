"""Rows of a file into the data tables of a workbook that was made from a template."""

from addin.filling.fill import fill_file
from addin.filling.summary import Filled

__all__ = ["Filled", "fill_file"]
