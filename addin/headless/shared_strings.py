"""The workbook's table of texts, read once when the first sheet needs it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from addin.headless import xml

PHONETIC: Final = rb"<{p}rPh[\s>].*?</{p}rPh>"
TEXT: Final = rb"<{p}t(?:\s[^>]*?)?(?:/>|>([^<]*)</{p}t>)"
ITEM: Final = rb"<{p}si(?:\s[^>]*?)?(?:/>|>(.*?)</{p}si>)"
PLAIN_ITEM: Final = rb"<{p}t(?:\s[^>]*)?>([^<]*)</{p}t>\Z"
ROOT_PREFIX: Final = re.compile(rb"<(?![?!])(?:([\w.-]+):)?")


def prefix_of(data: bytes) -> bytes:
    """The namespace prefix of the root element with its colon; empty for none."""
    match = ROOT_PREFIX.search(data)
    return match[1] + b":" if match and match[1] else b""


@lru_cache(maxsize=64)
def pattern(template: bytes, prefix: bytes) -> re.Pattern[bytes]:
    """The template's regular expression for elements with this prefix."""
    return re.compile(template.replace(b"{p}", re.escape(prefix)), re.DOTALL)


def rich_text(body: bytes, prefix: bytes) -> str:
    """All runs of a text joined, without its phonetic guide."""
    if b"rPh" in body:
        body = pattern(PHONETIC, prefix).sub(b"", body)
    runs = pattern(TEXT, prefix).findall(body)
    return xml.cell_text(xml.unescape(b"".join(runs)))


def read(data: bytes, file: object, part: str) -> list[str]:
    """The texts of a shared strings part, in order."""
    data = xml.utf8(data, file, part)
    xml.check_well_formed(data, file, part)
    if b"<!" in data or data.count(b"<?") > 1:
        data = xml.regular(data, file, part)
    prefix = prefix_of(data)
    plain = pattern(PLAIN_ITEM, prefix).match
    texts = []
    for body in pattern(ITEM, prefix).findall(data):
        match = plain(body)
        if match is None:
            texts.append(rich_text(body, prefix))
        else:
            texts.append(xml.cell_text(xml.unescape(match[1])))
    return texts
