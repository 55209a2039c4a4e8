"""A VBA project from the source of its modules (MS-OVBA), without performance caches.

Excel compiles such a project when it first opens it, as it does with the add-ins that xlwings
itself ships.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from addin.desktop.compound_file import compound_file
from addin.desktop.ovba_compression import compress

CODE_PAGE: Final = "cp1252"
_NO_CACHE: Final = bytes.fromhex("cc61ffff000100")
_PROJECT_ID: Final = "{7C1B0C8E-5D5A-4E6B-9C38-2B8B5E0B1D4A}"
_SEED: Final = 0x5D
_UNLOCKED, _NO_PASSWORD, _VISIBLE = b"\0\0\0\0", b"\0", b"\xff"
_OFFICE: Final = (
    "*\\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
    "C:\\Program Files\\Common Files\\Microsoft Shared\\OFFICE16\\MSO.DLL#"
    "Microsoft Office 16.0 Object Library"
)
_DOCUMENT_ATTRIBUTES: Final = (
    "VB_GlobalNameSpace = False",
    "VB_Creatable = False",
    "VB_PredeclaredId = True",
    "VB_Exposed = True",
    "VB_TemplateDerived = False",
    "VB_Customizable = True",
)
_WORKBOOK_BASE: Final = "0{00020819-0000-0000-C000-000000000046}"
_SHEET_BASE: Final = "0{00020820-0000-0000-C000-000000000046}"


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a project.

    Attributes:
        name: as VBA knows it.
        source: its text, without the line that names it; lines end in any way.
        document: whether it belongs to the workbook or a sheet.
    """

    name: str
    source: str
    document: bool = False

    def stored(self) -> bytes:
        """The source as the project stores it.

        Raises:
            ValueError: a character is not in the code page.
        """
        text = f'Attribute VB_Name = "{self.name}"\n{self.source}'
        lines = "\r\n".join(text.splitlines()) + "\r\n"
        try:
            return lines.encode(CODE_PAGE)
        except UnicodeEncodeError as error:
            shown = lines[error.start : error.end]
            raise ValueError(
                f"module {self.name} may hold {CODE_PAGE} only; got {shown!r}."
            ) from None


def workbook_module(source: str) -> Module:
    """The module of the workbook itself, with its event procedures."""
    return Module("ThisWorkbook", _document(_WORKBOOK_BASE) + source, document=True)


def sheet_module(name: str) -> Module:
    """The empty module that every sheet has."""
    return Module(name, _document(_SHEET_BASE), document=True)


def _document(base: str) -> str:
    attributes = (f'VB_Base = "{base}"', *_DOCUMENT_ATTRIBUTES)
    return "".join(f"Attribute {attribute}\n" for attribute in attributes)


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """The part ``vbaProject.bin`` of a workbook.

    Args:
        name: of the project; letters and digits.
        modules: the workbook's, the sheets' and the standard ones.

    Returns:
        The part; the same modules always give the same bytes.

    Raises:
        ValueError: a source holds characters that VBA cannot store.
    """
    streams = {module.name: compress(module.stored()) for module in modules}
    return compound_file(
        {
            "VBA": {
                **streams,
                "_VBA_PROJECT": _NO_CACHE,
                "dir": compress(_directory(name, modules)),
            },
            "PROJECT": _project(name, modules).encode(CODE_PAGE),
            "PROJECTwm": _names(modules),
        }
    )


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _number(value: int) -> bytes:
    return struct.pack("<I", value)


def _short(value: int) -> bytes:
    return struct.pack("<H", value)


def _text(number: int, unicode_number: int, text: str) -> bytes:
    """A text in the code page and once more in Unicode."""
    wide = text.encode("utf-16-le")
    return _record(number, text.encode(CODE_PAGE)) + _record(unicode_number, wide)


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """The stream ``dir``: what the project is, what it refers to, which modules it has."""
    libid = _OFFICE.encode(CODE_PAGE)
    parts = [
        _record(0x01, _number(1)),  # 32-bit Windows, as every project says
        _record(0x02, _number(0x409)),
        _record(0x14, _number(0x409)),
        _record(0x03, _short(1252)),
        _record(0x04, name.encode(CODE_PAGE)),
        _text(0x05, 0x40, ""),
        _record(0x06, b"") + _record(0x3D, b""),
        _record(0x07, _number(0)),
        _record(0x08, _number(0)),
        struct.pack("<HIIH", 0x09, 4, 1, 0),
        _text(0x0C, 0x3C, ""),
        _text(0x16, 0x3E, "Office"),
        _record(0x0D, _number(len(libid)) + libid + b"\0" * 6),
        _record(0x0F, _short(len(modules))),
        _record(0x13, _short(0xFFFF)),
        *map(_module_records, modules),
        _record(0x10, b""),
    ]
    return b"".join(parts)


def _module_records(module: Module) -> bytes:
    kind = 0x22 if module.document else 0x21
    return b"".join(
        (
            _text(0x19, 0x47, module.name),
            _text(0x1A, 0x32, module.name),
            _text(0x1C, 0x48, ""),
            _record(0x31, b"\0" * 4),  # the source starts at byte 0: there is no cache before it
            _record(0x1E, b"\0" * 4),
            _record(0x2C, b"\xff\xff"),
            _record(kind, b""),
            _record(0x2B, b""),
        )
    )


def _project(name: str, modules: Sequence[Module]) -> str:
    """The stream ``PROJECT``: the modules, and that the project is neither locked nor hidden."""
    lines = [f'ID="{_PROJECT_ID}"']
    for module in modules:
        kind = f"Document={module.name}/&H00000000" if module.document else f"Module={module.name}"
        lines.append(kind)
    lines += [
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{protected(_UNLOCKED)}"',
        f'DPB="{protected(_NO_PASSWORD)}"',
        f'GC="{protected(_VISIBLE)}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
        "",
    ]
    return "\r\n".join(lines)


def protected(data: bytes, project_id: str = _PROJECT_ID, seed: int = _SEED) -> str:
    """A field of the protection state as the stream PROJECT writes it (MS-OVBA 2.4.3.2).

    Args:
        data: the state: all zeros for a project that anyone may see and change.
        project_id: the project's id, which the field depends on.
        seed: any byte.

    Returns:
        Hexadecimal digits.
    """
    key = sum(project_id.encode(CODE_PAGE)) & 0xFF
    encrypted = [seed, seed ^ 2, seed ^ key]
    plain = key
    ignored = bytes((seed & 6) // 2)
    for byte in ignored + struct.pack("<I", len(data)) + data:
        encrypted.append(byte ^ (encrypted[-2] + plain & 0xFF))
        plain = byte
    return bytes(encrypted).hex().upper()


def _names(modules: Sequence[Module]) -> bytes:
    """The stream ``PROJECTwm``: every module's name in the code page and in Unicode."""
    pairs = (
        module.name.encode(CODE_PAGE) + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
        for module in modules
    )
    return b"".join(pairs) + b"\0\0"
