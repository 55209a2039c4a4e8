"""The add-in: its parts, and that its VBA is what the catalogue says."""

import io
import re
import zipfile
from collections import Counter
from importlib import resources

import pytest
from lxml import etree
from openpyxl import load_workbook

import udfs
from addin.calc.office import private_office
from addin.desktop import xlam
from addin.desktop.ribbon import ribbon_rows, ribbon_xml
from addin.desktop.vba_project import CODE_PAGE
from addin.desktop.wrappers import calling_module, vba_name, wrapper, wrapper_modules
from addin.errors import WorkbookError
from udfs.errors import EXCEL_ERROR_NUMBERS

olevba = pytest.importorskip("oletools.olevba", reason="oletools reads VBA projects")

SIGNATURE = re.compile(r"^Public Function (CR_\w+)\(([^)]*)\) As Variant$", re.MULTILINE)
CALL = re.compile(r'    (CR_\w+) = CreditCellsCall.Answer\("(CR_\w+)", Array\(([^)]*)\)\)')
FUNCTIONS = sorted(udfs.FUNCTIONS.values(), key=lambda f: f.name)


@pytest.fixture(scope="module")
def addin(built):
    return built


@pytest.fixture(scope="module")
def package(addin):
    with zipfile.ZipFile(io.BytesIO(addin)) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture(scope="module")
def sources(addin):
    """The modules as another program reads them."""
    parser = olevba.VBA_Parser("creditcells.xlam", data=addin)
    return {name: code for _, _, name, code in parser.extract_macros()}


def workbook(package):
    """Its sheets, for openpyxl, which takes no add-ins."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as plain:
        for name, part in package.items():
            plain.writestr(name, part.replace(b"addin.macroEnabled", b"sheet.macroEnabled"))
    return load_workbook(file)


def joined(source):
    """The source with broken lines put together."""
    return re.sub(r"_\r?\n\s*", "", source)


def test_every_module_is_read_back_exactly(sources):
    stored = {
        f"{m.name}.{'cls' if m.document else 'bas'}": m.stored().decode(CODE_PAGE)
        for m in xlam.modules([f"Sheet{i}" for i in range(1, 5)])
    }
    assert sources == stored


def test_two_builds_are_the_same_bytes(addin):
    assert xlam.addin_bytes() == addin


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_wrapper_has_the_arguments_of_the_catalogue(function):
    source = joined(wrapper(function))
    ((name, arguments),) = SIGNATURE.findall(source)
    shown = [argument.strip() for argument in arguments.split(",") if argument.strip()]
    assert name == function.name
    assert shown == [
        ("" if a.required else "Optional ") + vba_name(a.name) for a in function.arguments
    ]
    ((left, called, given),) = CALL.findall(source)
    assert left == called == name
    names = [vba_name(a.name) for a in function.arguments]
    assert given.split(", ") == [*names, "CreditCellsCall.CountsFrom1904"]


def test_every_function_has_one_wrapper():
    names = Counter(
        name for module in wrapper_modules() for name, _ in SIGNATURE.findall(joined(module.source))
    )
    assert names == Counter(list(udfs.FUNCTIONS))


def test_module_lines_fit_vba():
    for module in (*wrapper_modules(), calling_module()):
        assert len(module.name) <= 31
        for line in module.source.splitlines():
            assert len(line) <= 1023
        assert module.source.isascii() or module.stored()


@pytest.mark.parametrize(
    ("name", "shown"), [("scale", "scale_"), ("date", "date_"), ("rate", "rate"), ("out", "out")]
)
def test_words_that_vba_keeps_get_a_mark(name, shown):
    assert vba_name(name) == shown


def test_every_error_becomes_a_real_one():
    source = calling_module().source
    for code, number in EXCEL_ERROR_NUMBERS.items():
        assert f'Case "{code}": AsError = CVErr({number})' in source


def test_parts_are_related_and_typed(package):
    types = package["[Content_Types].xml"].decode()
    assert "addin.macroEnabled.main+xml" in types
    assert 'PartName="/xl/vbaProject.bin"' in types
    assert b'Target="vbaProject.bin"' in package["xl/_rels/workbook.xml.rels"]
    assert b'Target="customUI/customUI.xml"' in package["_rels/.rels"]
    for name, part in package.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part)


def test_sheets_hold_settings_help_and_ribbon(package):
    book = workbook(package)
    assert book.sheetnames == ["creditcells.conf", "help_en", "help_zh", "ribbon"]
    assert dict(book["creditcells.conf"].values)["UDF MODULES"] == "addin.desktop.functions"
    for lang in ("en", "zh"):
        rows = {row[0]: row for row in book[f"help_{lang}"].values}
        assert set(rows) == set(udfs.FUNCTIONS)
        for function in FUNCTIONS:
            _, category, description, count, *helps = rows[function.name]
            assert category.startswith("creditcells ")
            assert description == function.help[lang].summary
            assert helps[:count] == [a.help[lang] for a in function.arguments]
    assert [sheet.sheet_properties.codeName for sheet in book] == [f"Sheet{i}" for i in range(1, 5)]
    assert book.code_name == "ThisWorkbook"


def test_ribbon_texts_stand_on_their_sheet(package):
    assert package["customUI/customUI.xml"].decode() == ribbon_xml()
    cells = [["" if c is None else c for c in row] for row in workbook(package)["ribbon"].values]
    assert cells == ribbon_rows()


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (".", "creditcells.xlam"),
        ("new folder/v1.0", "new folder/v1.0/creditcells.xlam"),
        ("mine.xlam", "mine.xlam"),
        ("new/MINE.XLAM", "new/MINE.XLAM"),
    ],
)
def test_file_or_folder_may_be_given(tmp_path, given, written):
    assert xlam.build_addin(tmp_path / given) == tmp_path / written
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [tmp_path / written]


def test_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "taken").touch()
    with pytest.raises(WorkbookError, match="cannot be written"):
        xlam.build_addin(tmp_path / "taken" / "x.xlam")


def test_failed_build_leaves_the_old_file_whole(tmp_path, monkeypatch):
    old = tmp_path / "creditcells.xlam"
    old.write_bytes(b"old")

    def held_open(_, target):
        raise PermissionError(13, "Access is denied", str(target))

    monkeypatch.setattr(type(old), "replace", held_open)
    with pytest.raises(WorkbookError, match=r"Access is denied\. Close Excel"):
        xlam.build_addin(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["creditcells.xlam"]
    assert old.read_bytes() == b"old"


PACKAGE = "{http://schemas.openxmlformats.org/package/2006/"


def test_every_part_has_a_content_type(package):
    types = etree.fromstring(package["[Content_Types].xml"])
    extensions = {node.get("Extension") for node in types.iter(f"{PACKAGE}content-types}}Default")}
    parts = [node.get("PartName") for node in types.iter(f"{PACKAGE}content-types}}Override")]
    assert len(parts) == len(set(parts))
    assert {part.removeprefix("/") for part in parts} <= set(package)
    for name in set(package) - {"[Content_Types].xml"}:
        assert f"/{name}" in parts or name.rpartition(".")[2] in extensions, name


def test_every_relationship_leads_to_a_part_and_has_its_own_id(package):
    for name, part in package.items():
        if not name.endswith(".rels"):
            continue
        folder = name.partition("_rels/")[0]
        nodes = list(etree.fromstring(part))
        assert len({node.get("Id") for node in nodes}) == len(nodes)
        for node in nodes:
            target = node.get("Target")
            assert (target.removeprefix("/") if target[0] == "/" else folder + target) in package


def test_ribbon_is_related_as_in_the_add_in_of_xlwings(package):
    """The schema of 2006 goes with the relationship of 2006; xlwings.xlam has the same pair."""
    with zipfile.ZipFile(resources.files("xlwings").joinpath("addin/xlwings.xlam")) as theirs:
        relations = etree.fromstring(theirs.read("_rels/.rels"))
        ribbon = etree.fromstring(theirs.read("customUI/customUI.xml"))
    ours = {n.get("Target"): n.get("Type") for n in etree.fromstring(package["_rels/.rels"])}
    (kind,) = (n.get("Type") for n in relations if n.get("Target") == "customUI/customUI.xml")
    assert ours["customUI/customUI.xml"] == kind
    assert etree.fromstring(package["customUI/customUI.xml"]).tag == ribbon.tag


@pytest.mark.long
def test_libreoffice_opens_it(tmp_path, program):
    kind = "Calc MS Excel 2007 VBA XML"
    with private_office(recalculate=False, program=program) as office:
        saved = office.convert(xlam.build_addin(tmp_path), f"xlsm:{kind}", load_as=kind)
        macros = list(olevba.VBA_Parser(str(saved)).extract_macros())
    names = {name for _, _, name, _ in macros}
    assert {"xlwings.bas", "CreditCellsCall.bas", "FunctionsGrading.bas"} <= names
