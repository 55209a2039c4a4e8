"""The add-in for Excel on Windows, built on any system: ``creditcells.xlam``.

A workbook with hidden sheets (settings, help, ribbon texts), a VBA project of plain source, and a
ribbon. xlwings' own VBA module, which starts Python, is taken from the installed package.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from addin.desktop.help_sheets import HELP_SHEETS, PRODUCT, SETTINGS, SETTINGS_SHEET, help_rows
from addin.desktop.ribbon import RIBBON_SHEET, ribbon_rows, ribbon_xml
from addin.desktop.ribbon_code import WORKBOOK_EVENTS, ribbon_module
from addin.desktop.vba_project import Module, sheet_module, vba_project, workbook_module
from addin.desktop.wrappers import calling_module, wrapper_modules
from addin.desktop.xlwings_module import xlwings_module
from addin.safe_files import write_safely
from workbook_templates.archive import to_bytes

SUFFIX: Final = ".xlam"
FILE_NAME: Final = f"{PRODUCT}{SUFFIX}"
_ADDIN_TYPE: Final = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_WORKBOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_VBA_TYPE: Final = "application/vnd.ms-office.vbaProject"
_VBA_RELATION: Final = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_RIBBON_RELATION: Final = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_STAMP: Final = (2026, 1, 1, 0, 0, 0)


def build_addin(path: Path) -> Path:
    """Write the add-in; the same versions of creditcells and xlwings give the same bytes.

    Args:
        path: the file; whatever does not end in .xlam is a folder for it, made if need be.

    Returns:
        The file.

    Raises:
        WorkbookError: the file cannot be written.
    """
    given_as_folder = path.is_dir() or path.suffix.casefold() != SUFFIX
    file = path / FILE_NAME if given_as_folder else path
    write_safely(file, addin_bytes(), "Close Excel, or choose a folder that you may write to.")
    return file


def addin_bytes() -> bytes:
    """The add-in as bytes."""
    book = _sheets()
    names = [str(sheet.sheet_properties.codeName) for sheet in book.worksheets]
    with ZipFile(io.BytesIO(to_bytes(book))) as plain:
        parts = {name: plain.read(name) for name in plain.namelist()}
    _edit(parts, "[Content_Types].xml", _WORKBOOK_TYPE, _ADDIN_TYPE)
    _edit(
        parts,
        "[Content_Types].xml",
        "</Types>",
        f'<Override PartName="/xl/vbaProject.bin" ContentType="{_VBA_TYPE}"/></Types>',
    )
    _relate(parts, "xl/_rels/workbook.xml.rels", _VBA_RELATION, "vbaProject.bin")
    _relate(parts, "_rels/.rels", _RIBBON_RELATION, "customUI/customUI.xml")
    parts["customUI/customUI.xml"] = ribbon_xml().encode()
    parts["xl/vbaProject.bin"] = vba_project(PRODUCT, modules(names))
    return _packed(parts)


def modules(sheets: Iterable[str]) -> list[Module]:
    """All modules of the VBA project."""
    return [
        workbook_module(WORKBOOK_EVENTS),
        *map(sheet_module, sheets),
        xlwings_module(),
        calling_module(),
        ribbon_module(),
        *wrapper_modules(),
    ]


def _sheets() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.code_name = "ThisWorkbook"
    contents = {
        SETTINGS_SHEET: map(list, SETTINGS.items()),
        **{title: help_rows(lang) for lang, title in HELP_SHEETS.items()},
        RIBBON_SHEET: ribbon_rows(),
    }
    for number, (title, rows) in enumerate(contents.items(), start=1):
        sheet = book.create_sheet(title)
        sheet.sheet_properties.codeName = f"Sheet{number}"
        for row in rows:
            sheet.append(row)
    return book


def _edit(parts: dict[str, bytes], part: str, old: str, new: str) -> None:
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)


def _relate(parts: dict[str, bytes], part: str, kind: str, target: str) -> None:
    relation = f'<Relationship Id="rIdCreditCells" Type="{kind}" Target="{target}"/>'
    _edit(parts, part, "</Relationships>", f"{relation}</Relationships>")


def _packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as package:
        for name, data in parts.items():
            package.writestr(ZipInfo(name, _STAMP), data, ZIP_DEFLATED)
    return file.getvalue()
