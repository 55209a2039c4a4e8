"""An Office package: its parts, their content types and their relationships."""

from __future__ import annotations

import posixpath
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from addin.errors import WorkbookError
from addin.headless import xml
from addin.headless.zip_archive import (
    DEFAULT_LIMITS,
    Limits,
    Member,
    new_member,
    read_members,
    write_members,
)
from udfs.errors import Words

COMPRESSORS: Final = 4
CONTENT_TYPES: Final = "[Content_Types].xml"
CONTENT_TYPES_NS: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONSHIPS_NS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONSHIPS_TYPE: Final = "application/vnd.openxmlformats-package.relationships+xml"


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from one part to another, or to something outside the package.

    Attributes:
        id: the identifier that the source's XML uses.
        kind: the last word of the relationship type, such as `worksheet`.
        target: the part's name, or the address where `external`.
        external: whether the target lies outside the package.
    """

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """The parts of one file. Parts that are not replaced are saved byte for byte.

    Example:
        >>> package = Package.open("book.xlsx")  # doctest: +SKIP
        >>> package.part("xl/workbook.xml")[:5]  # doctest: +SKIP
        b'<?xml'
    """

    def __init__(self, path: Path, members: list[Member]) -> None:
        self.path = path
        self._members = {member.name: member for member in members}
        self._names = {name.lower(): name for name in self._members}
        self._replaced: dict[str, bytes] = {}
        # Counts the changes, so that what was made of a part can be kept until one.
        self.version = 0

    @classmethod
    def open(cls, path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Package:
        """Reads the directory of a package; parts are decompressed when asked for.

        Args:
            path: an .xlsx, .xlsm, .xltx or .xltm file.
            limits: how large the file may be.

        Raises:
            WorkbookError: the file is missing, encrypted, of another format, damaged or harmful.
        """
        path = Path(path)
        package = cls(path, read_members(path, limits))
        package._refuse_other_formats()
        return package

    def _refuse_other_formats(self) -> None:
        if "xl/workbook.bin" in self:
            raise WorkbookError(
                self.path,
                Words("is in the binary .xlsb format.", "是二进制 .xlsb 格式。"),
                Words(
                    "Save it as .xlsx or .xlsm in Excel.", "请在 Excel 中另存为 .xlsx 或 .xlsm。"
                ),
            )
        if "mimetype" in self and "content.xml" in self:
            raise WorkbookError(
                self.path,
                Words("is an OpenDocument file.", "是 OpenDocument 文件。"),
                Words("Save it as .xlsx in LibreOffice.", "请在 LibreOffice 中另存为 .xlsx。"),
            )
        if CONTENT_TYPES not in self:
            raise WorkbookError(
                self.path,
                f"is a zip file but no Excel workbook (no {CONTENT_TYPES}).",
                "Give an .xlsx or .xlsm file.",
            )

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def names(self) -> list[str]:
        """The names of all parts, in the order of the file."""
        return list(self._members)

    def part(self, name: str) -> bytes:
        """The bytes of a part.

        Raises:
            WorkbookError: there is no such part, or it is damaged.
        """
        stored_name = self._stored_name(name)
        if stored_name in self._replaced:
            return self._replaced[stored_name]
        return self._members[stored_name].content(self.path)

    def _stored_name(self, name: str) -> str:
        try:
            return self._names[name.lower()]
        except KeyError:
            raise WorkbookError(
                self.path,
                f"has no part {name}, which other parts refer to.",
                "Open it in Excel, let it repair the file, and save it again.",
            ) from None

    def replace(self, name: str, data: bytes) -> None:
        """Gives an existing part other bytes; the same bytes leave it as it is stored."""
        stored_name = self._stored_name(name)
        self.version += 1
        if self._members[stored_name].holds(data):
            self._replaced.pop(stored_name, None)
        else:
            self._replaced[stored_name] = data

    def add(self, name: str, data: bytes, content_type: str) -> None:
        """Adds a part at the end of the package.

        Raises:
            ValueError: a part of that name exists.
        """
        if name in self:
            raise ValueError(f"part {name} exists already.")
        self.version += 1
        self._names[name.lower()] = name
        self._members[name] = new_member(name, b"")
        self._replaced[name] = data
        self._declare(name, content_type)

    def remove(self, name: str) -> None:
        """Takes a part, its own relationships and its content type out of the package."""
        stored_name = self._stored_name(name)
        self.version += 1
        self._replaced.pop(stored_name, None)
        del self._members[stored_name]
        del self._names[name.lower()]
        self._undeclare(name)
        if relationships_name(name) in self:
            self.remove(relationships_name(name))

    def save(self, path: str | Path | None = None) -> None:
        """Writes the package in one step; the file that was there stays until all is written.

        Args:
            path: where to; by default the file that was opened.

        Raises:
            WorkbookError: the file cannot be written.
        """
        names = list(self._replaced)
        old = [self._members[name] for name in names]
        # Deflating lets other threads run: large sheets are packed side by side.
        with ThreadPoolExecutor(max_workers=COMPRESSORS) as pool:
            new = pool.map(Member.with_content, old, self._replaced.values())
            self._members.update(zip(names, new, strict=True))
        self._replaced.clear()
        write_members(Path(path) if path else self.path, list(self._members.values()))

    def xml(self, name: str) -> etree._Element:
        """The root element of an XML part."""
        return xml.parse(self.part(name), self.path, name)

    def replace_xml(self, name: str, root: etree._Element) -> None:
        """Writes the root element back as the part's bytes."""
        self.replace(name, xml.serialise(root))

    def content_type(self, name: str) -> str:
        """The declared media type of a part; empty if none is."""
        default = ""
        extension = name.rpartition(".")[2].lower()
        for entry in self.xml(CONTENT_TYPES):
            if entry.get("PartName", "").lower() == f"/{name}".lower():
                return entry.get("ContentType", "")
            if entry.get("Extension", "").lower() == extension:
                default = entry.get("ContentType", "")
        return default

    def _declare(self, name: str, content_type: str) -> None:
        if not content_type or self.content_type(name) == content_type:
            return
        root = self.xml(CONTENT_TYPES)
        entry = etree.SubElement(root, f"{{{CONTENT_TYPES_NS}}}Override")
        entry.set("PartName", f"/{name}")
        entry.set("ContentType", content_type)
        self.replace_xml(CONTENT_TYPES, root)

    def _undeclare(self, name: str) -> None:
        root = self.xml(CONTENT_TYPES)
        for entry in root:
            if entry.get("PartName", "").lower() == f"/{name}".lower():
                root.remove(entry)
                self.replace_xml(CONTENT_TYPES, root)
                return

    def relationships(self, source: str) -> dict[str, Relationship]:
        """The relationships of a part by id; `source` is empty for the package's own."""
        name = relationships_name(source)
        if name not in self:
            return {}
        found = {}
        for entry in self.xml(name).iterfind("{*}Relationship"):
            external = entry.get("TargetMode") == "External"
            target = entry.get("Target", "")
            relationship = Relationship(
                entry.get("Id", ""),
                entry.get("Type", "").rpartition("/")[2],
                target if external else resolve(source, target),
                external,
            )
            found[relationship.id] = relationship
        return found

    def relate(self, source: str, kind: str, target: str, *, kinds: str | None = None) -> str:
        """Adds a relationship to a part of this package and gives back its id.

        Args:
            source: the part that it leads from; "" for the package itself.
            kind: what it is, such as "worksheet".
            target: the part that it leads to.
            kinds: the namespace of the kind; by default that of the standard.
        """
        name = relationships_name(source)
        if name not in self:
            empty = f'<Relationships xmlns="{RELATIONSHIPS_NS}"/>'.encode()
            self.add(name, xml.HEADER + empty, RELATIONSHIPS_TYPE)
        root = self.xml(name)
        taken = {entry.get("Id") for entry in root}
        number = 1
        while f"rId{number}" in taken:
            number += 1
        entry = etree.SubElement(root, f"{{{RELATIONSHIPS_NS}}}Relationship")
        entry.set("Id", f"rId{number}")
        if kinds is None:
            strict = STRICT_RELATIONSHIPS.encode() in self.part(name)
            kinds = STRICT_RELATIONSHIPS if strict else OFFICE_RELATIONSHIPS
        entry.set("Type", f"{kinds}/{kind}")
        entry.set("Target", posixpath.relpath(f"/{target}", f"/{posixpath.dirname(source)}"))
        self.replace_xml(name, root)
        return f"rId{number}"

    def unrelate(self, source: str, target: str) -> None:
        """Takes away every relationship from a part to a target part."""
        name = relationships_name(source)
        root = self.xml(name)
        for entry in list(root):
            inside = entry.get("TargetMode") != "External"
            if inside and resolve(source, entry.get("Target", "")).lower() == target.lower():
                root.remove(entry)
        self.replace_xml(name, root)

    def unused_name(self, pattern: str) -> str:
        """The first name of a numbered pattern such as `xl/worksheets/sheet{}.xml` not in use."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)


def relationships_name(source: str) -> str:
    """The name of the part that holds the relationships of `source`."""
    folder, base = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def resolve(source: str, target: str) -> str:
    """The part that a relationship's target names, seen from its source."""
    target = re.sub(r"[?#].*", "", target.replace("\\", "/"))
    folder = "" if target.startswith("/") else posixpath.dirname(source)
    return posixpath.normpath(posixpath.join("/", folder, target.lstrip("/"))).lstrip("/")
