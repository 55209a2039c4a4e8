"""Code for xlwings Lite in workbooks: it reads back, and nothing else is touched."""

import shutil
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lite_books import OTHER, book_with, lite_extension, parts_of, plain_book
from lxml import etree
from typer.testing import CliRunner

from addin.calc.office import private_office
from addin.cli import app
from addin.errors import WorkbookError
from addin.headless.package import Package
from addin.lite.code import main_py, merged_requirements, project, requirements
from addin.lite.embedding import embed_file, read_code
from addin.lite.web_extensions import store_lite
from workbook_templates.registry import TEMPLATES

CORPUS = Path(__file__).parents[2] / "../shared/data/workbooks"
FILES = sorted(
    file
    for group in ("chinese_cjk", "features", "odd_generators")
    for file in (CORPUS / group).glob("*.xls[xm]")
    if file.name != "poi__49609.xlsx"  # no content types: no package of Office
)
CONTAINER = {"[Content_Types].xml", "_rels/.rels"}
EXTENSION = "xl/webextensions/webextension1.xml"
PROPERTY = "{http://schemas.microsoft.com/office/webextensions/webextension/2010/11}property"


def test_the_code_reads_back(tmp_path):
    book = embed_file(plain_book(tmp_path / "book.xlsx"), tmp_path / "lite.xlsx", lang="zh")
    assert read_code(book) == {"main.py": main_py("zh"), "requirements.txt": requirements()}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_code_is_python_that_asks_for_the_language(lang):
    compile(main_py(lang), "main.py", "exec")
    assert f'LANG = "{lang}"' in main_py(lang)


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text())
def test_any_text_reads_back(main, other):
    with tempfile.TemporaryDirectory() as folder:
        path = plain_book(Path(folder) / "book.xlsx")
        book = Package.open(path)
        store_lite(book, {"main.py": "print(1)", "other": other})
        store_lite(book, {"main.py": main})
        book.save()
        assert read_code(path) == {"main.py": main, "other": other}


def test_a_workbook_without_code_has_none(tmp_path):
    assert read_code(plain_book(tmp_path / "book.xlsx")) == {}


def test_only_what_belongs_to_the_add_in_is_new(tmp_path):
    book = plain_book(tmp_path / "book.xlsx")
    before, after = parts_of(book), parts_of(embed_file(book, tmp_path / "lite.xlsx"))
    assert {name: after[name] for name in before if name not in CONTAINER} == {
        name: data for name, data in before.items() if name not in CONTAINER
    }
    assert set(after) - set(before) == {
        EXTENSION,
        "xl/webextensions/taskpanes.xml",
        "xl/webextensions/_rels/taskpanes.xml.rels",
    }


def test_content_types_and_relationships_only_grow(tmp_path):
    book = plain_book(tmp_path / "book.xlsx")
    lite = embed_file(book, tmp_path / "lite.xlsx")
    for part in CONTAINER:
        old, new = (
            [entry.attrib for entry in etree.fromstring(parts_of(file)[part])]
            for file in (book, lite)
        )
        assert new[: len(old)] == old
        assert len(new) - len(old) == {"[Content_Types].xml": 2, "_rels/.rels": 1}[part]


@pytest.mark.skipif(not FILES, reason="the workbooks of ../shared/data are not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_other_peoples_workbooks_keep_every_part(file, tmp_path):
    lite = embed_file(copied(file, tmp_path), tmp_path / f"lite{file.suffix}")
    before, after = parts_of(file), parts_of(lite)
    changed = {name for name in before if after.get(name) != before[name]}
    assert {name.lower() for name in changed} <= {name.lower() for name in CONTAINER}
    assert read_code(lite) == {"main.py": main_py("en"), "requirements.txt": requirements()}


def copied(file, folder):
    return Path(shutil.copy(file, folder / f"book{file.suffix}"))


def test_the_same_workbook_gives_the_same_bytes(tmp_path):
    book = plain_book(tmp_path / "book.xlsx")
    one, two = (embed_file(book, tmp_path / name) for name in ("one.xlsx", "two.xlsx"))
    assert one.read_bytes() == two.read_bytes()


def test_embedding_twice_changes_nothing(tmp_path):
    once = embed_file(plain_book(tmp_path / "book.xlsx"), tmp_path / "once.xlsx")
    twice = embed_file(once, tmp_path / "twice.xlsx")
    assert parts_of(twice) == parts_of(once)


def test_the_workbook_itself_is_replaced_and_leaves_a_backup(tmp_path):
    book = plain_book(tmp_path / "book.xlsx")
    before = book.read_bytes()
    assert embed_file(book) == book
    assert (tmp_path / "book.bak.xlsx").read_bytes() == before
    assert read_code(book)["main.py"] == main_py("en")


def test_the_language_can_be_changed_later(tmp_path):
    book = embed_file(plain_book(tmp_path / "book.xlsx"), tmp_path / "lite.xlsx", lang="en")
    assert read_code(embed_file(book, lang="zh"))["main.py"] == main_py("zh")


def test_other_add_ins_keep_what_is_theirs(tmp_path):
    book = book_with(tmp_path / "book.xlsx", OTHER)
    lite = embed_file(book, tmp_path / "lite.xlsx")
    after = parts_of(lite)
    assert after[EXTENSION] == OTHER.encode()
    panes = etree.fromstring(after["xl/webextensions/taskpanes.xml"])
    assert [pane.get("row") for pane in panes] == ["1", "2"]
    assert read_code(lite)["main.py"] == main_py("en")


def test_code_of_somebody_else_is_not_replaced_unasked(tmp_path):
    theirs = lite_extension({"main.py": "print('theirs')\n", "requirements.txt": "polars\n"})
    book = book_with(tmp_path / "book.xlsx", OTHER, theirs)
    before = book.read_bytes()
    with pytest.raises(
        WorkbookError, match=r"other Python code for xlwings Lite \(main.py\).*--rep"
    ):
        embed_file(book)
    assert book.read_bytes() == before


def test_on_request_it_is_replaced_and_the_rest_of_theirs_stays(tmp_path):
    theirs = {
        "main.py": "print('theirs')\n",
        "requirements.txt": "xlwings==0.36.1  # required\npolars\ncreditcells==0.0.1\n",
        "pyodideVersion": "0.29.3",
        "helper.py": "x = '<&\">'\n",
        "settings": {"theme": "dark"},
    }
    book = book_with(tmp_path / "book.xlsx", OTHER, lite_extension(theirs))
    lite = embed_file(book, tmp_path / "lite.xlsx", replace=True, package="creditcells>=0.1")
    read = read_code(lite)
    assert read["main.py"] == main_py("en")
    assert read["requirements.txt"].splitlines() == [
        "xlwings==0.36.1  # required",
        "polars",
        "numpy",
        "pandas",
        "scipy",
        "scikit-learn",
        "creditcells>=0.1",
    ]
    assert read["helper.py"] == theirs["helper.py"]
    held = etree.fromstring(parts_of(lite)["xl/webextensions/webextension2.xml"]).iter(PROPERTY)
    assert {entry.get("name") for entry in held} == set(theirs)


def test_lite_without_any_code_yet_gets_ours(tmp_path):
    bare = lite_extension({}).replace("<we:properties></we:properties>", "")
    lite = embed_file(book_with(tmp_path / "book.xlsx", bare), tmp_path / "lite.xlsx")
    assert read_code(lite)["main.py"] == main_py("en")
    assert set(parts_of(lite)) == set(parts_of(tmp_path / "book.xlsx"))


def test_damaged_code_names_the_part(tmp_path):
    broken = lite_extension({"main.py": "x"}).replace("&quot;x&quot;", "no json")
    with pytest.raises(WorkbookError, match=r"part xl/webextensions/webextension1\.xml is damaged"):
        read_code(book_with(tmp_path / "book.xlsx", broken))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("xlwings==0.37.8  # required", "xlwings"),
        ("scikit_learn>=1", "scikit-learn"),
        ("  Pandas ; python_version > '3'", "pandas"),
        ("https://example.org/files/creditcells-0.1.0-py3-none-any.whl", "creditcells"),
        ("# a comment", ""),
        ("", ""),
    ],
)
def test_requirements_are_told_apart_by_project(line, named):
    assert project(line) == named


def test_requirements_of_the_workbook_stay_and_ours_come_once():
    merged = merged_requirements("# mine\nnumpy\n", "numpy\npandas\ncreditcells==0.1.0\n")
    assert merged == "# mine\nnumpy\npandas\ncreditcells==0.1.0\n"
    assert merged_requirements(merged, "numpy\npandas\ncreditcells==0.1.0\n") == merged


def test_the_command_writes_the_workbook(tmp_path):
    book = plain_book(tmp_path / "book.xlsx")
    out = tmp_path / "lite.xlsx"
    done = CliRunner().invoke(app, ["lite", str(book), "--out", str(out), "--lang", "zh"])
    assert done.exit_code == 0
    assert read_code(out)["main.py"] == main_py("zh")


def test_openpyxl_opens_it_with_its_formulas(tmp_path):
    lite = embed_file(plain_book(tmp_path / "book.xlsx"), tmp_path / "lite.xlsx")
    assert openpyxl.load_workbook(lite).active["B1"].value == "=CR_PD2GRADE(A1)"


@pytest.mark.long
def test_libreoffice_opens_a_template_with_code(tmp_path, program):
    with TEMPLATES["portfolio"].file("zh").open("rb") as source:
        (tmp_path / "book.xlsx").write_bytes(source.read())
    lite = embed_file(tmp_path / "book.xlsx", tmp_path / "lite.xlsx")
    with private_office(recalculate=False, program=program) as office:
        assert office.convert(lite, "csv").read_text(encoding="utf-8").strip()


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "no.xlsx", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(WorkbookError, match="no Excel workbook"):
        embed_file(tmp_path / "no.xlsx")
