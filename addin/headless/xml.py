"""XML of untrusted files: read without entities, without the network, without surprises."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.parsers import expat

from lxml import etree

from addin.errors import WorkbookError

DECLARATION: Final = re.compile(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)[\"']")
HEADER: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]+)|#(\d+)|(amp|lt|gt|quot|apos));")
NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
# Excel writes a character that XML cannot hold as _xHHHH_, and a text that looks like one with
# its underscore written so (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
MUST_ESCAPE: Final = re.compile(
    "_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]"
)
SPECIAL: Final = re.compile(
    r"[&<>\n\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x)|\A\s|\s\Z|  "
)


def utf8(data: bytes, file: object, part: str) -> bytes:
    """The part as UTF-8 without a document type.

    Raises:
        WorkbookError: another encoding that cannot be read, or a DOCTYPE (where entity bombs and
            external entities live; no spreadsheet program writes one).
    """
    name = _encoding(data)
    if name not in ("utf-8", "ascii"):
        try:
            text = data.decode(name)
        except (LookupError, UnicodeDecodeError) as error:
            raise broken(file, part, str(error)) from error
        text = re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", text)
        data = HEADER + text.lstrip("\ufeff").encode("utf-8")
    if b"!" in data and b"<!DOCTYPE" in data:
        raise WorkbookError(
            file,
            f"part {part} declares a DOCTYPE, which no workbook needs.",
            "It is made to harm (an entity attack); do not use it.",
        )
    return data


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data.startswith(b"<\x00"):
        return "utf-16-le"
    if data.startswith(b"\x00<"):
        return "utf-16-be"
    declared = DECLARATION.match(data)
    if declared is None:
        return "utf-8"
    name = declared[1].decode("ascii")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name


def broken(file: object, part: str, why: str) -> WorkbookError:
    """The error for a part that is not well-formed XML."""
    return WorkbookError(
        file,
        f"part {part} is damaged ({why}).",
        "Open the workbook in Excel, let it repair the file, and save it again.",
    )


@contextmanager
def meaning_of(file: object, part: str) -> Iterator[None]:
    """Turns a number, reference or index that a part states wrongly into its error."""
    try:
        yield
    except (ValueError, IndexError, KeyError) as error:
        raise broken(file, part, str(error)) from error


def check_well_formed(data: bytes, file: object, part: str) -> None:
    """Raises WorkbookError where the bytes are not one well-formed XML document."""
    parser = expat.ParserCreate()
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise broken(file, part, str(error)) from error


def parse(data: bytes, file: object, part: str) -> etree._Element:
    """The root element of a part."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(utf8(data, file, part), parser)
    except etree.XMLSyntaxError as error:
        raise broken(file, part, str(error)) from error


def serialise(root: etree._Element) -> bytes:
    """The document of a root element, with the header that Excel writes."""
    return HEADER + etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def regular(data: bytes, file: object, part: str) -> bytes:
    """The same document without CDATA, comments, instructions and raw `>` in attributes."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # one cell may be larger than lxml's default; the archive's limits hold
        strip_cdata=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return serialise(etree.fromstring(data, parser))
    except etree.XMLSyntaxError as error:
        raise broken(file, part, str(error)) from error


def local_name(element: etree._Element) -> str:
    """The tag without its namespace."""
    return etree.QName(element).localname


def unescape(raw: bytes) -> str:
    """Character data or an attribute's value as text."""
    text = raw.decode("utf-8")
    if "\r" in text:  # XML reads every line end as one line feed
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return REFERENCE.sub(_referenced, text) if "&" in text else text


def _referenced(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED[name]
    return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))


def cell_text(text: str) -> str:
    """Text as Excel means it: `_xHHHH_` is the character of that code."""
    if "_x" not in text:
        return text
    decoded = ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if not any("\ud800" <= character <= "\udfff" for character in decoded):
        return decoded
    # Excel may write one character outside the basic plane as its two surrogates.
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def is_plain(text: str) -> bool:
    """Whether a text can stand in a cell's XML as it is."""
    return SPECIAL.search(text) is None


def escape(text: str) -> str:
    """Text as character data of a cell."""
    text = MUST_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_markup(text: str) -> str:
    """Text as character data of a formula, which knows no `_xHHHH_`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
