"""The VBA project, read back by olefile and oletools, which were written by others."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.desktop.compound_file import compound_file
from addin.desktop.ovba_compression import compress, decompress
from addin.desktop.vba_project import (
    Module,
    protected,
    sheet_module,
    vba_project,
    workbook_module,
)

olefile = pytest.importorskip("olefile", reason="olefile reads compound files")
olevba = pytest.importorskip("oletools.olevba", reason="oletools reads VBA projects")

WORDS = st.sampled_from(["Dim x As Long\r\n", "End If\r\n", "\t", "CR_GRADE", "é", " = "])
SOURCE = "Option Explicit\nPublic Function CR_X(a, Optional b)\n    CR_X = a\nEnd Function\n"


@given(st.lists(WORDS, max_size=3000).map("".join))
def test_what_is_compressed_comes_back(text):
    data = text.encode("cp1252")
    assert decompress(compress(data)) == data
    if data:
        assert bytes(olevba.decompress_stream(bytearray(compress(data)))) == data


@pytest.mark.parametrize("seed", range(5))
def test_a_chunk_that_cannot_be_compressed_is_kept_as_it_is(seed):
    data = np.random.default_rng(seed).bytes(4096)
    assert decompress(compress(data)) == data


def test_repeated_text_gets_small():
    assert len(compress(b"ab" * 2000)) < 20


@pytest.mark.parametrize("container", [b"", b"\x02abc", b"\x01\xff\xb0\x00"])
def test_broken_container_is_refused(container):
    with pytest.raises(ValueError, match="container"):
        decompress(container)


@given(
    st.dictionaries(
        st.text("abcXYZ_9", min_size=1, max_size=20),
        st.binary(max_size=9000),
        max_size=12,
    ).filter(lambda streams: len({name.upper() for name in streams}) == len(streams))
)
def test_streams_of_any_size_are_read_back(streams):
    with olefile.OleFileIO(io.BytesIO(compound_file({**streams, "In side": streams}))) as ole:
        assert len(ole.listdir()) == 2 * len(streams)
        for name, data in streams.items():
            assert ole.openstream(name).read() == data
            assert ole.openstream(["In side", name]).read() == data


def test_file_that_is_too_large_is_refused():
    with pytest.raises(ValueError, match="7 MB"):
        compound_file({"x": bytes(8_000_000)})


def modules():
    return [
        workbook_module("Private Sub Workbook_Open()\nEnd Sub\n"),
        sheet_module("Sheet1"),
        Module("Functions", SOURCE),
        Module("Other", "Sub Go()\nEnd Sub"),
    ]


def test_every_module_is_read_back_exactly():
    data = vba_project("creditcells", modules())
    read = {
        name: code for _, _, name, code in olevba.VBA_Parser("x.bin", data=data).extract_macros()
    }
    assert set(read) == {"ThisWorkbook.cls", "Sheet1.cls", "Functions.bas", "Other.bas"}
    stored = 'Attribute VB_Name = "Functions"\r\n' + SOURCE.replace("\n", "\r\n")
    assert read["Functions.bas"] == stored
    assert read["ThisWorkbook.cls"].endswith("Private Sub Workbook_Open()\r\nEnd Sub\r\n")


def test_project_names_its_modules_and_is_not_locked():
    with olefile.OleFileIO(io.BytesIO(vba_project("creditcells", modules()))) as ole:
        project = ole.openstream("PROJECT").read().decode("cp1252")
        names = ole.openstream("PROJECTwm").read()
    assert "Document=ThisWorkbook/&H00000000\r\n" in project
    assert "Module=Functions\r\n" in project
    assert names.startswith(b"ThisWorkbook\0" + "ThisWorkbook".encode("utf-16-le") + b"\0\0")


@pytest.mark.parametrize(("field", "data"), [("CMG", b"\0\0\0\0"), ("DPB", b"\0"), ("GC", b"\xff")])
def test_protection_state_is_written_as_excel_does(field, data):
    """The fields of the add-in model that xlwings ships, which Excel wrote."""
    written = {
        "CMG": "5D5F8AADDAA8DEA8DEA8DEA8DE",
        "DPB": "5D5F8AADDAADDBADDBAD",
        "GC": "5D5F8AADDAADDBADDB52",
    }
    project_id = "{318BEE36-5BE1-492A-826D-473DB19B0F30}"
    shown = written[field]
    ours = protected(data, project_id, int(shown[:2], 16))
    assert ours[:6] == shown[:6]
    assert len(ours) == len(shown)
    assert unprotected(ours, project_id) == unprotected(shown, project_id) == data


def unprotected(field, project_id):
    """The reverse, as MS-OVBA 2.4.3.3 has it."""
    encrypted = bytes.fromhex(field)
    seed = encrypted[0]
    key = seed ^ encrypted[2]
    assert key == sum(project_id.encode()) & 0xFF
    assert seed ^ encrypted[1] == 2
    plain, decrypted = key, []
    for i in range(3, len(encrypted)):
        plain = encrypted[i] ^ (encrypted[i - 2] + plain & 0xFF)
        decrypted.append(plain)
    ignored = (seed & 6) // 2
    length = int.from_bytes(bytes(decrypted[ignored : ignored + 4]), "little")
    data = bytes(decrypted[ignored + 4 :])
    assert len(data) == length
    return data


def test_same_modules_give_the_same_bytes():
    assert vba_project("creditcells", modules()) == vba_project("creditcells", modules())


def test_source_outside_the_code_page_is_refused():
    with pytest.raises(ValueError, match="Functions may hold cp1252 only; got '等级'"):
        vba_project("creditcells", [Module("Functions", "'等级")])
