"""A package is read within limits and saved without touching what did not change."""

import stat
import struct
import sys
import time
import tracemalloc
import warnings
import zipfile
from contextlib import contextmanager

import books
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addin import WorkbookError
from addin.headless import Workbook, zip_archive
from addin.headless.package import Package, resolve
from addin.headless.zip_archive import Limits

SHEET = books.worksheet(
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>'
    '<row r="2"><c r="A2"><f>A1+1</f><v>2</v></c>'
    '<c r="B2"><f t="shared" ref="B2:B3" si="0">A2*2</f><v>4</v></c></row>'
    '<row r="3"><c r="B3"><f t="shared" si="0"/><v>0</v></c></row>'
)


@pytest.fixture
def path(tmp_path):
    return books.save(tmp_path / "b.xlsx", books.parts(SHEET, strings="<si><t>x</t></si>"))


def test_saving_without_a_change_gives_the_same_parts_dates_and_order(path, tmp_path):
    Workbook.open(path).save(tmp_path / "out.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "out.xlsx") as new:
        assert [(i.filename, i.date_time, i.CRC) for i in old.infolist()] == [
            (i.filename, i.date_time, i.CRC) for i in new.infolist()
        ]
    assert books.read(tmp_path / "out.xlsx") == books.read(path)


def test_saving_twice_gives_the_same_bytes(path, tmp_path):
    results = []
    for name in ("one.xlsx", "two.xlsx"):
        book = Workbook.open(path)
        book.sheet("S1").set_values(9, 1, [["a", 1]])
        book.save(tmp_path / name)
        results.append((tmp_path / name).read_bytes())
    assert results[0] == results[1]


def test_an_untouched_part_keeps_its_compressed_bytes(path, tmp_path):
    book = Workbook.open(path)
    book.sheet("S1").set_values(1, 1, [[5]])
    book.save(tmp_path / "out.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "out.xlsx") as new:
        for info in old.infolist():
            if info.filename != "xl/worksheets/sheet1.xml":
                assert new.getinfo(info.filename).compress_size == info.compress_size


def test_a_name_that_is_not_ascii_survives(tmp_path):
    made = books.parts(SHEET, strings="<si><t>x</t></si>", extra={"custom/数据.bin": b"\x00\x01"})
    source = books.save(tmp_path / "b.xlsx", made)
    Workbook.open(source).save(tmp_path / "out.xlsx")
    assert books.read(tmp_path / "out.xlsx")["custom/数据.bin"] == b"\x00\x01"


def test_a_failed_save_leaves_the_old_file_and_no_other(path, monkeypatch):
    before = path.read_bytes()
    book = Workbook.open(path)
    book.sheet("S1").set_values(1, 1, [[5]])

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zip_archive.os, "fsync", fail)
    with pytest.raises(WorkbookError, match="No space left on device"):
        book.save()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other file rights")
def test_saving_keeps_the_rights_of_the_file(path):
    path.chmod(0o640)
    Workbook.open(path).save()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other file rights")
def test_a_new_file_has_the_rights_that_any_new_file_has(path, tmp_path):
    Workbook.open(path).save(tmp_path / "new.xlsx")
    (tmp_path / "plain").touch()
    modes = {(tmp_path / name).stat().st_mode for name in ("new.xlsx", "plain")}
    assert len(modes) == 1


def test_a_folder_that_is_not_there_is_named(path, tmp_path):
    target = tmp_path / "missing" / "b.xlsx"
    with pytest.raises(WorkbookError, match="cannot be written") as caught:
        Workbook.open(path).save(target)
    assert str(target) in str(caught.value)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED = {
    "missing.xlsx": (None, "there is no such file"),
    "empty.xlsx": (b"", "is not an Excel workbook, or is cut off"),
    "text.xlsx": (b"id,amount\n1,2\n", "is not an Excel workbook, or is cut off"),
    "old.xls": (OLE + bytes(600), "old binary .xls format"),
    "secret.xlsx": (OLE + bytes(64) + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_workbook_is_refused_with_its_name(tmp_path, name):
    data, problem = REFUSED[name]
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(WorkbookError, match=problem) as caught:
        Workbook.open(tmp_path / name)
    assert str(caught.value).startswith(str(tmp_path / name))


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(WorkbookError, match="cannot be read"):
        Workbook.open(tmp_path)


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        ({"xl/workbook.bin": b"x"}, "binary .xlsb format"),
        ({"mimetype": b"x", "content.xml": b"<x/>"}, "OpenDocument"),
        ({"readme.txt": b"x"}, "no Excel workbook"),
        ({"[Content_Types].xml": "<Types/>"}, "no Excel workbook"),
    ],
)
def test_another_kind_of_zip_is_refused(tmp_path, made, problem):
    with pytest.raises(WorkbookError, match=problem):
        Workbook.open(books.save(tmp_path / "b.xlsx", made))


def test_a_document_of_another_office_program_is_refused(tmp_path):
    made = books.parts(SHEET)
    name = "[Content_Types].xml"
    made[name] = made[name].replace("spreadsheetml.sheet.main", "wordprocessingml.document.main")
    with pytest.raises(WorkbookError, match="no Excel workbook"):
        Workbook.open(books.save(tmp_path / "b.docx", made))


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9, 0.99])
def test_a_file_that_is_cut_off_is_refused(path, keep):
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(WorkbookError, match="cut off"):
        Workbook.open(path)


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "a\\b.xml", "C:/x.xml", "a/../b"])
def test_an_unsafe_part_name_is_refused(tmp_path, name):
    made = books.parts(SHEET, extra={name: b"x"})
    with pytest.raises(WorkbookError, match="unsafe name"):
        Workbook.open(books.save(tmp_path / "b.xlsx", made))


def test_a_part_that_is_there_twice_is_refused(tmp_path):
    path = books.save(tmp_path / "b.xlsx", books.parts(SHEET))
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")  # zipfile warns of what this test is about
        archive.writestr("XL/styles.xml", "<x/>")
    with pytest.raises(WorkbookError, match="twice"):
        Workbook.open(path)


def test_a_zip_bomb_is_refused_without_being_unpacked(tmp_path):
    path = books.save(tmp_path / "b.xlsx", books.parts(SHEET, extra={"xl/b.xml": bytes(80 << 20)}))
    tracemalloc.start()
    with pytest.raises(WorkbookError, match="zip bomb"):
        Workbook.open(path)
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_is_refused_within_the_size_it_states(tmp_path):
    path = books.save(tmp_path / "b.xlsx", books.parts(SHEET, extra={"xl/b.xml": bytes(80 << 20)}))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.rindex(b"xl/b.xml", 0, data.rindex(b"PK\x05\x06"))
        place = data.rindex(mark, 0, place)
        struct.pack_into("<L", data, place + offset, 1000)
        if mark == b"PK\x01\x02":
            local = struct.unpack_from("<L", data, place + 42)[0]
            struct.pack_into("<L", data, local + 22, 1000)
            break
    path.write_bytes(data)
    package = Package.open(path)
    tracemalloc.start()
    with pytest.raises(WorkbookError, match="damaged"):
        package.part("xl/b.xml")
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (Limits(file_bytes=100), "is read"),
        (Limits(total_bytes=100), "zip bomb"),
        (Limits(parts=3), "parts; at most 3"),
    ],
)
def test_each_limit_holds(path, limits, problem):
    with pytest.raises(WorkbookError, match=problem):
        Workbook.open(path, limits)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
DOCTYPES = {
    "entity bomb": LAUGHS + "]>",
    "external entity": '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>',
    "external subset": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
}


@pytest.mark.parametrize("name", DOCTYPES)
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_at_once(tmp_path, name, part, encoding):
    made = books.parts(SHEET, strings="<si><t>x</t></si>")
    body = made[part].removeprefix(books.HEADER)
    text = f'<?xml version="1.0" encoding="{encoding}"?>{DOCTYPES[name]}{body}'
    made[part] = text.replace("<v>1</v>", "<v>&i;</v>").encode(encoding)
    path = books.save(tmp_path / "b.xlsx", made)
    start = time.monotonic()
    with pytest.raises(WorkbookError, match="DOCTYPE"):
        Workbook.open(path).sheet("S1").number_format(1, 2) and Workbook.open(path).sheet(
            "S1"
        ).value(1, 2)
    assert time.monotonic() - start < 2


def test_a_damaged_part_is_named_and_the_others_still_read(tmp_path):
    made = books.parts(SHEET, SHEET.replace("</row>", "", 1), strings="<si><t>x</t></si>")
    book = Workbook.open(books.save(tmp_path / "b.xlsx", made))
    assert book.sheet("S1").value(1, 1) == 1
    with pytest.raises(WorkbookError, match=r"xl/worksheets/sheet2\.xml is damaged"):
        book.sheet("S2").values(1, 1, 3, 3)


def test_a_flipped_bit_in_the_data_is_noticed(path):
    data = bytearray(path.read_bytes())
    data[data.index(b"xl/worksheets/sheet1.xml") + 60] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(WorkbookError, match=r"sheet1\.xml"):
        Workbook.open(path).sheet("S1").value(1, 1)


@contextmanager
def only_errors_about(path):
    """Lets a WorkbookError pass if it names the file."""
    problem = None
    try:
        yield
    except WorkbookError as error:
        problem = str(error)
    assert problem is None or str(path) in problem


def walk(book):
    """Asks a workbook for everything that it can be asked."""
    for sheet in book.sheets:
        used = sheet.used_range
        if used:
            last = (min(used.last_row, used.first_row + 50), min(used.last_column, 50))
            sheet.values(used.first_row, min(used.first_column, last[1]), *last)
            sheet.number_format(used.first_row, used.first_column)
        list(sheet.formulas())
    for found in (*book.names, *book.tables):
        assert found.name is not None


PARTS = books.parts(
    SHEET,
    strings="<si><t>x</t></si>",
    names='<definedName name="n" localSheetId="0">S1!$A$1:$A$2</definedName>',
    extra={
        "xl/worksheets/_rels/sheet1.xml.rels": books.relationships(
            ("rId1", "table", "../tables/table1.xml")
        ),
        "xl/tables/table1.xml": (
            f'<table xmlns="{books.MAIN}" id="1" name="t" displayName="t" ref="A1:B3">'
            '<tableColumns count="2"><tableColumn id="1" name="a"/>'
            '<tableColumn id="2" name="b"/></tableColumns></table>'
        ),
        "xl/metadata.xml": books.METADATA,
    },
    links=[("rId92", "sheetMetadata", "metadata.xml")],
)


@settings(
    deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    part=st.sampled_from(sorted(PARTS)),
    place=st.floats(0, 1),
    length=st.integers(0, 12),
    junk=st.binary(max_size=6) | st.sampled_from([b"<", b">", b"&", b'"', b"-1", b"9999999", b"A"]),
)
def test_no_damage_to_a_part_gives_anything_but_a_workbook_error(
    tmp_path, part, place, length, junk
):
    raw = PARTS[part].encode()
    start = int(place * len(raw))
    damaged = {**PARTS, part: raw[:start] + junk + raw[start + length :]}
    path = books.save(tmp_path / "b.xlsx", damaged, zipfile.ZIP_STORED)
    with only_errors_about(path):
        book = Workbook.open(path)
        walk(book)
        for sheet in book.sheets:
            sheet.set_values(2, 1, [[1, "a"]])
        book.save(tmp_path / "out.xlsx")


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 0.999), junk=st.binary(min_size=1, max_size=4))
def test_no_damage_to_the_file_gives_anything_but_a_workbook_error(tmp_path, place, junk):
    path = books.save(tmp_path / "b.xlsx", PARTS)
    raw = path.read_bytes()
    start = int(place * len(raw))
    path.write_bytes(raw[:start] + junk + raw[start + len(junk) :])
    with only_errors_about(path):
        walk(Workbook.open(path))


@pytest.mark.parametrize(
    ("source", "target", "part"),
    [
        ("", "xl/workbook.xml", "xl/workbook.xml"),
        ("", "/xl/workbook.xml", "xl/workbook.xml"),
        ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("xl/worksheets/sheet1.xml", "../tables/table1.xml", "xl/tables/table1.xml"),
        ("xl/worksheets/sheet1.xml", "../../../x.xml", "x.xml"),
        ("xl/workbook.xml", "worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
    ],
)
def test_a_relationship_names_its_part(source, target, part):
    assert resolve(source, target) == part


def test_parts_come_and_go_with_their_content_type(path, tmp_path):
    package = Package.open(path)
    package.add("xl/new.xml", b"<x/>", "application/x-new+xml")
    assert package.relate("xl/workbook.xml", "new", "xl/new.xml") == "rId2"
    package.save(tmp_path / "out.xlsx")
    again = Package.open(tmp_path / "out.xlsx")
    assert again.part("xl/new.xml") == b"<x/>"
    assert again.content_type("xl/new.xml") == "application/x-new+xml"
    assert again.relationships("xl/workbook.xml")["rId2"].target == "xl/new.xml"
    again.unrelate("xl/workbook.xml", "xl/new.xml")
    again.remove("xl/new.xml")
    again.save(tmp_path / "again.xlsx")
    assert books.read(tmp_path / "again.xlsx").keys() == books.read(path).keys()
    assert b"x-new" not in books.read(tmp_path / "again.xlsx")["[Content_Types].xml"]
    with pytest.raises(WorkbookError, match=r"has no part xl/new\.xml"):
        again.part("xl/new.xml")


def test_an_empty_file_name_list_is_no_workbook(tmp_path):
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w"):
        pass
    assert path.stat().st_size == 22
    with pytest.raises(WorkbookError, match="no Excel workbook"):
        Workbook.open(path)
