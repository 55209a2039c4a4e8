"""Text of any usual encoding becomes UTF-8, and damage is marked."""

import pytest

from addin.errors import SourceError
from addin.portfolio.encodings import REPLACEMENT, to_utf8

CHINESE = "客户编号,客户名称,余额\nC1,示例东湖制造有限公司,12.5\n"
WESTERN = "id,name\n1,Café Müller\n2,Señor Ibáñez\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        (WESTERN, "utf-8", "utf-8"),
        (WESTERN, "cp1252", "cp1252"),
        (WESTERN, "latin-1", "cp1252"),
        ("price,€\n", "cp1252", "cp1252"),
        ("id,name\n1,\x81\n", "latin-1", "latin-1"),
        ("id,name\n1,plain\n", "ascii", "utf-8"),
    ],
)
def test_finds_the_encoding(text, encoding, found):
    decoded = to_utf8(text.encode(encoding), None, "f.csv")
    assert (decoded.data.decode(), decoded.encoding) == (text, found)


def test_a_rare_bad_byte_does_not_change_the_encoding_but_is_marked():
    data = CHINESE.encode() * 20 + b"C2,\xff,1\n"
    decoded = to_utf8(data, None, "f.csv")
    assert decoded.encoding == "utf-8"
    assert decoded.data.decode().endswith(f"C2,{REPLACEMENT},1\n")


def test_a_file_cut_off_inside_a_character_is_still_utf8():
    decoded = to_utf8((CHINESE * 20).encode()[:-8], None, "f.csv")
    assert decoded.encoding == "utf-8"
    assert decoded.data.decode().count(REPLACEMENT) <= 1


def test_an_encoding_asked_for_is_held_to_with_the_line_at_fault():
    with pytest.raises(SourceError, match="line 2 is not ascii: byte 0xe5"):
        to_utf8("id\n客户\n".encode(), "ascii", "f.csv")


def test_an_unknown_encoding_is_named():
    with pytest.raises(SourceError, match=r"unknown encoding 'klingon'.*gb18030"):
        to_utf8(b"id\n1\n", "klingon", "f.csv")


@pytest.mark.parametrize(
    ("start", "what"),
    [(b"PK\x03\x04", "zip"), (b"\xd0\xcf\x11\xe0", "Office"), (b"PAR1", "Parquet")],
)
def test_a_file_that_is_no_text_is_refused_by_its_kind(start, what):
    with pytest.raises(SourceError, match=what):
        to_utf8(start + b"\x00" * 50, None, "f.csv")
