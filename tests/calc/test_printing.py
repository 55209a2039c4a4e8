"""Pages: what is on them, which sheets, where they are written, and that the book stays."""

import re
import shutil
import subprocess
from importlib import resources

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from addin.calc.office import OfficeError
from addin.calc.printing import print_book
from addin.errors import WorkbookError
from workbook_templates.registry import template

PDFTOTEXT = shutil.which("pdftotext")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def book(tmp_path):
    """A value that no program would compute, a Chinese sheet, a hidden one and a chart sheet."""
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    first = workbook.active
    first.title = "First"
    first.append(["stored one", "=1+1", "=CR_PD2GRADE(0.0018)"])
    workbook.create_sheet("客户").append(["客户评级"])
    hidden = workbook.create_sheet("Hidden")
    hidden.append(["secret", 5])
    hidden.sheet_state = "hidden"
    hidden.print_area = "A1:B1"
    chart = BarChart()
    chart.add_data(Reference(hidden, min_col=2, min_row=1))
    chart.title = "Bars"
    workbook.create_chartsheet("Chart").add_chart(chart)
    workbook.save(path)
    return path


def pages(pdf):
    if PDFTOTEXT is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    command = [PDFTOTEXT, "-layout", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout  # noqa: S603
    return text.decode().split("\f")[:-1]


@pytest.mark.long
@pytest.mark.usefixtures("program", "temporary")
def test_visible_sheets_are_printed_with_what_a_fresh_formula_gives(book):
    before = book.read_bytes()
    [pdf] = print_book(book)
    assert pdf == book.with_suffix(".pdf")
    first, second, chart = pages(pdf)
    assert re.search(r"stored one\s+2\s*A", first)
    assert "客户评级" in second
    assert chart.strip() == ""  # openpyxl's chart sheets have a chart without a size
    assert book.read_bytes() == before


@pytest.mark.long
@pytest.mark.usefixtures("program")
def test_stored_values_are_printed_as_they_are(tmp_path):
    """A value that LibreOffice would compute otherwise, and one that it could not compute."""
    shipped = template("portfolio").file("zh")
    path = tmp_path / "portfolio.xlsx"
    with resources.as_file(shipped) as source:
        shutil.copyfile(source, path)
    pdf, *pictures = print_book(path, tmp_path / "out.pdf", sheets=["看板"], pictures=True)
    [page] = pages(pdf)
    assert re.search(r"###|Err:\d|#(NAME|VALUE|REF|DIV|N/A|NUM)", page) is None
    assert "信贷组合看板" in page
    assert [picture.name for picture in pictures] == ["out-1.png"]
    assert pictures[0].read_bytes().startswith(PNG)


@pytest.mark.long
@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(
    ("sheet", "shown"), [("客户", "客户评级"), ("hidden", "secret"), ("Chart", "")]
)
def test_a_sheet_asked_for_is_printed_alone_even_if_hidden(book, tmp_path, sheet, shown):
    [pdf] = print_book(book, tmp_path / "one.pdf", sheets=[sheet])
    [page] = pages(pdf)
    assert shown in page


def test_an_unknown_sheet_is_named_with_those_there_are(book):
    with pytest.raises(WorkbookError, match=r"no sheet 'Second'.*'First', '客户'"):
        print_book(book, sheets=["Second"])


def test_the_result_must_be_a_pdf(book):
    before = book.read_bytes()
    with pytest.raises(OfficeError, match="no name of a PDF"):
        print_book(book, book)
    assert book.read_bytes() == before


@pytest.mark.usefixtures("temporary")
def test_a_folder_that_cannot_be_written_to_is_named(book, fake_office, tmp_path):
    fake_office('mkdir -p "$out"; echo pdf > "$out/book.pdf"')
    (tmp_path / "file").write_text("")
    with pytest.raises(OfficeError, match=r"book\.pdf: cannot be written"):
        print_book(book, tmp_path / "file" / "book.pdf")


@pytest.mark.usefixtures("temporary")
def test_pictures_need_poppler(book, fake_office, monkeypatch):
    fake_office('mkdir -p "$out"; echo pdf > "$out/book.pdf"')
    find = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "pdftoppm" else find(name))
    with pytest.raises(OfficeError, match="poppler"):
        print_book(book, pictures=True)
    assert not book.with_suffix(".pdf").exists()
