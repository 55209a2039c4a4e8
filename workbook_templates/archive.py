"""Saving a workbook so that the same workbook gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Final

from openpyxl.workbook import Workbook

MADE_ON: Final = datetime(2026, 1, 1)  # noqa: DTZ001  # workbooks know no time zones
_ZIP_DATE: Final = (2026, 1, 1, 0, 0, 0)
_CORE: Final = "docProps/core.xml"


def to_bytes(book: Workbook) -> bytes:
    """The workbook as a file, without the time of saving in it."""
    book.properties.created = MADE_ON
    raw = io.BytesIO()
    book.save(raw)
    made = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(made, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == _CORE:
                data = _with_fixed_date(data)
            entry = zipfile.ZipInfo(info.filename, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, data)
    return made.getvalue()


def _with_fixed_date(core: bytes) -> bytes:
    stamp = f"{MADE_ON:%Y-%m-%dT%H:%M:%SZ}".encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, core)


def save(book: Workbook, path: Path) -> None:
    """Write the workbook to a file; the same workbook gives the same bytes."""
    path.write_bytes(to_bytes(book))
