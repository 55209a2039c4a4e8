"""The pages as LibreOffice prints them, and the values as LibreOffice computes them."""

import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.cell_range import CellRange
from PIL import Image

from addin import rendering
from addin.gallery import cover
from tests.templates.every import EVERY, shipped, shipped_path
from workbook_templates import TEMPLATES
from workbook_templates.style import TAB_POLICY

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not rendering.is_possible(), reason="LibreOffice and poppler are not installed here"
    ),
]

OURS = re.compile(rb"<f\b[^>]*>[^<]*CR_[^<]*</f>")
BAD_TEXT = re.compile(
    r"###|Err:\d|(?:^|\s{2})#(?:NAME\?|VALUE!|REF!|DIV/0!|N/A|NUM!)(?:\s{2}|$)", re.MULTILINE
)
"""A number too wide for its cell, or an error value that is all that a cell shows."""
MOST_POLICY_PAGES = 28
"""Of a workbook; as many tables as are in use stand beside each other, to grow downwards."""
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


@pytest.fixture(params=EVERY, ids="-".join, scope="module")
def printed(request, tmp_path_factory):
    """A template, its language, and all its sheets on paper."""
    folder = tmp_path_factory.mktemp("printed")
    return *request.param, rendering.to_pdf(shipped_path(*request.param), folder)


def test_pages_show_no_error_and_no_number_too_wide(printed):
    for page in rendering.page_texts(printed[2]):
        assert BAD_TEXT.search(page) is None, page


@pytest.mark.parametrize("line", ["  ######  ", "a   #N/A   b", "#VALUE!", "x  #DIV/0!", "Err:508"])
def test_a_bad_page_is_noticed(line):
    assert BAD_TEXT.search(f"first\n{line}\nlast")


@pytest.mark.parametrize("line", ["shows #VALUE! in the cell", "No. #12"])
def test_an_error_in_a_sentence_is_no_error(line):
    assert BAD_TEXT.search(line) is None


def test_every_sheet_is_on_paper(printed):
    name, lang, pdf = printed
    for title in shipped(name, lang, values=True).sheetnames:
        assert rendering.pages_of(pdf, title), title


def test_the_cover_is_one_page(printed):
    name, lang, pdf = printed
    assert len(rendering.pages_of(pdf, cover(TEMPLATES[name], lang))) == 1


def policy_sheets(book):
    return [sheet for sheet in book if sheet.sheet_properties.tabColor.rgb.endswith(TAB_POLICY)]


def test_policy_is_printed_on_few_pages(printed):
    name, lang, pdf = printed
    sheets = policy_sheets(shipped(name, lang, values=False))
    assert sheets
    assert sum(len(rendering.pages_of(pdf, sheet.title)) for sheet in sheets) <= MOST_POLICY_PAGES


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_policy_is_printed_without_the_blank_cells_under_short_tables(name, lang):
    for sheet in policy_sheets(shipped(name, lang, values=False)):
        areas = [CellRange(area.split("!")[1].replace("$", "")) for area in areas_of(sheet)]
        for table in sheet.tables.values():
            held = CellRange(table.ref)
            parts = [area for area in areas if not area.isdisjoint(held)]
            assert (
                sum(area.intersection(held).size["columns"] for area in parts)
                == held.size["columns"]
            )
            assert all(area.max_row >= held.max_row for area in parts), table.name


def areas_of(sheet):
    return sheet.print_area.split(",") if isinstance(sheet.print_area, str) else sheet.print_area


def test_every_page_becomes_a_picture_with_something_on_it(printed, tmp_path):
    _, _, pdf = printed
    for page in range(1, len(rendering.page_texts(pdf)) + 1):
        with Image.open(rendering.picture(pdf, page, tmp_path / "page", width=400)) as image:
            darkest, lightest = image.convert("L").getextrema()
            assert lightest - darkest > 100, page


def without_ours(path, copy):
    """A copy of a workbook with the values of our functions instead of their formulas."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            is_sheet = name.startswith("xl/worksheets/sheet")
            target.writestr(name, OURS.sub(b"", part) if is_sheet else part)
    return copy


def recalculated(path, folder):
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    out = folder / "out"
    command = [shutil.which("soffice"), f"-env:UserInstallation={profile.as_uri()}", "--headless",
               "--convert-to", "xlsx", "--outdir", str(out), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)  # noqa: S603
    return out / path.name


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_libreoffice_computes_the_same_values(tmp_path, name, lang):
    book = without_ours(shipped_path(name, lang), tmp_path / "native.xlsx")
    theirs = openpyxl.load_workbook(recalculated(book, tmp_path), data_only=True)
    different = []
    for sheet in shipped(name, lang, values=True):
        for row in sheet.iter_rows():
            for cell in row:
                mine, other = cell.value, theirs[sheet.title][cell.coordinate].value
                if isinstance(mine, int | float) and isinstance(other, int | float):
                    same = mine == pytest.approx(other, rel=1e-9, abs=1e-9)
                else:
                    same = (mine or None) == (other or None)
                if not same:
                    different.append((sheet.title, cell.coordinate, mine, other))
    assert different == []
