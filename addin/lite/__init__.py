"""Workbooks for xlwings Lite: the functions in Excel on Windows, Mac and the web, no Python to install.

``embedding`` puts the code into a workbook, without Excel. What the code imports there, in the
browser, is ``addin.custom_functions`` and ``scripts``.
"""
