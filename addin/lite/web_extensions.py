"""The web extensions of a workbook: the parts in which add-ins keep what is theirs."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import Final

from lxml import etree

from addin.headless import xml
from addin.headless.package import Package

STORE_ID: Final = "WA200008175"
"""xlwings Lite in the store of Office add-ins."""

_FOLDER: Final = "xl/webextensions"
_WE: Final = "http://schemas.microsoft.com/office/webextensions/webextension/2010/11"
_TASKPANES: Final = "http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11"
_OFFICE_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KINDS: Final = "http://schemas.microsoft.com/office/2011/relationships"
"""Microsoft's own kinds of relationships, which are not of the standard."""
_NOT_IN_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TYPES: Final = "application/vnd.ms-office"
# Excel starts an add-in with the workbook if it is marked as holding custom functions.
_CUSTOM_FUNCTIONS: Final = (
    '<a:ext xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' uri="{D87F86FE-615C-45B5-9D79-34F1136793EB}"><we:containsCustomFunctions/></a:ext>'
)


@dataclass(frozen=True, slots=True)
class LiteExtension:
    """What xlwings Lite keeps in a workbook.

    Attributes:
        part: the name of its part.
        properties: its properties: texts, such as main.py, and settings.
    """

    part: str
    properties: dict[str, object]


def find_lite(package: Package) -> LiteExtension | None:
    """What xlwings Lite keeps in the workbook; None if it is not there."""
    panes = _taskpanes(package)
    if panes is None:
        return None
    for link in package.relationships(panes).values():
        if link.kind == "webextension" and not link.external and link.target in package:
            root = package.xml(link.target)
            if _is_lite(root):
                return LiteExtension(link.target, _properties(package, link.target, root))
    return None


def store_lite(package: Package, texts: dict[str, str]) -> None:
    """Give xlwings Lite these texts; what else it keeps, and other add-ins, stay as they are.

    Args:
        package: the workbook.
        texts: the texts by name, such as main.py.
    """
    found = find_lite(package)
    if found is None:
        _add(package, texts)
        return
    root = package.xml(found.part)
    holder = root.find(f"{{{_WE}}}properties")
    if holder is None:
        # The schema has them after the references and before the bindings.
        holder = etree.Element(f"{{{_WE}}}properties")
        bindings = root.find(f"{{{_WE}}}bindings")
        root.insert(len(root) if bindings is None else root.index(bindings), holder)
    for name, text in texts.items():
        entries = [entry for entry in holder if entry.get("name") == name]
        entry = entries[0] if entries else etree.SubElement(holder, f"{{{_WE}}}property")
        entry.set("name", name)
        entry.set("value", _packed(text))
    package.replace_xml(found.part, root)


def _is_lite(root: etree._Element) -> bool:
    references = root.iter(f"{{{_WE}}}reference")
    return any(one.get("id", "").upper() == STORE_ID for one in references)


def _properties(package: Package, part: str, root: etree._Element) -> dict[str, object]:
    with xml.meaning_of(package.path, part):
        return {
            entry.get("name", ""): json.loads(entry.get("value", ""))
            for entry in root.iter(f"{{{_WE}}}property")
        }


def _packed(text: str) -> str:
    """A text as JSON, in which nothing is left that XML would change or refuse."""
    packed = json.dumps(text, ensure_ascii=False)
    return _NOT_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", packed)


def _add(package: Package, texts: dict[str, str]) -> None:
    part = package.unused_name(f"{_FOLDER}/webextension{{}}.xml")
    package.add(part, _extension(texts), f"{_TYPES}.webextension+xml")
    panes = _taskpanes(package)
    if panes is None:
        panes = package.unused_name(f"{_FOLDER}/taskpanes{{}}.xml")
        plain = f"{_FOLDER}/taskpanes.xml"
        panes = panes if plain in package else plain
        empty = f'<wetp:taskpanes xmlns:wetp="{_TASKPANES}"/>'.encode()
        package.add(panes, xml.HEADER + empty, f"{_TYPES}.webextensiontaskpanes+xml")
        package.relate("", "webextensiontaskpanes", panes, kinds=_KINDS)
    link = package.relate(panes, "webextension", part, kinds=_KINDS)
    root = package.xml(panes)
    pane = etree.SubElement(root, f"{{{_TASKPANES}}}taskpane")
    for name, value in (("dockstate", "right"), ("visibility", "0"), ("width", "350")):
        pane.set(name, value)
    pane.set("row", str(len(root)))
    reference = etree.SubElement(pane, f"{{{_TASKPANES}}}webextensionref", nsmap={"r": _OFFICE_R})
    reference.set(f"{{{_OFFICE_R}}}id", link)
    package.replace_xml(panes, root)


def _extension(texts: dict[str, str]) -> bytes:
    """A web extension of xlwings Lite; the same texts give the same bytes."""
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(texts, sort_keys=True))).upper()
    shell = (
        f'<we:webextension xmlns:we="{_WE}" id="{{{identifier}}}">'
        f'<we:reference id="{STORE_ID.lower()}" version="1.0.0.0" store="en-US" storeType="OMEX"/>'
        f'<we:alternateReferences><we:reference id="{STORE_ID}" version="1.0.0.0"'
        f' store="{STORE_ID}" storeType="OMEX"/></we:alternateReferences>'
        f'<we:properties/><we:bindings/><we:snapshot xmlns:r="{_OFFICE_R}"/>'
        f"<we:extLst>{_CUSTOM_FUNCTIONS}</we:extLst></we:webextension>"
    )
    root = etree.fromstring(shell)
    holder = root.find(f"{{{_WE}}}properties")
    for name, text in texts.items():
        entry = etree.SubElement(holder, f"{{{_WE}}}property")  # type: ignore[arg-type]  # it is there
        entry.set("name", name)
        entry.set("value", _packed(text))
    return xml.serialise(root)


def _taskpanes(package: Package) -> str | None:
    """The part that lists the workbook's task panes; None if it has none."""
    for link in package.relationships("").values():
        if link.kind == "webextensiontaskpanes" and link.target in package:
            return link.target
    return None
