"""Rows of a file into the data tables of a workbook that was made from a template."""
