"""The pages as LibreOffice prints them; `tests/calc` compares what it computes."""

import re
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from openpyxl.worksheet.cell_range import CellRange
from PIL import Image

from addin import rendering
from addin.gallery import cover
from tests.templates.every import EVERY, shipped, shipped_path
from workbook_templates import TEMPLATES
from workbook_templates.style import TAB_POLICY

POPPLER = ("pdftotext", "pdftoppm")
pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("program"),
    pytest.mark.skipif(not all(map(shutil.which, POPPLER)), reason="poppler is not installed here"),
]

BAD_TEXT = re.compile(
    r"###|Err:\d|(?:^|\s{2})#(?:NAME\?|VALUE!|REF!|DIV/0!|N/A|NUM!)(?:\s{2}|$)", re.MULTILINE
)
"""A number too wide for its cell, or an error value that is all that a cell shows."""
COMMITTEE = {"en": "Committee page", "zh": "贷审会材料"}
MOST_POLICY_PAGES = 28
"""Of a workbook; as many tables as are in use stand beside each other, to grow downwards."""


@dataclass(frozen=True)
class Printed:
    """A template, its language, and all its sheets on paper."""

    name: str
    lang: str
    pdf: Path

    @cached_property
    def texts(self):
        return rendering.page_texts(self.pdf)

    def pages(self, title):
        return rendering.pages_titled(self.texts, title)


@pytest.fixture(params=EVERY, ids="-".join, scope="module")
def printed(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("printed")
    return Printed(*request.param, rendering.to_pdf(shipped_path(*request.param), folder))


def test_pages_show_no_error_and_no_number_too_wide(printed):
    for page in printed.texts:
        assert BAD_TEXT.search(page) is None, page


@pytest.mark.parametrize("line", ["  ######  ", "a   #N/A   b", "#VALUE!", "x  #DIV/0!", "Err:508"])
def test_a_bad_page_is_noticed(line):
    assert BAD_TEXT.search(f"first\n{line}\nlast")


@pytest.mark.parametrize("line", ["shows #VALUE! in the cell", "No. #12"])
def test_an_error_in_a_sentence_is_no_error(line):
    assert BAD_TEXT.search(line) is None


def test_every_sheet_is_on_paper(printed):
    for title in shipped(printed.name, printed.lang, values=True).sheetnames:
        assert printed.pages(title), title


def test_the_cover_and_the_committee_page_are_one_page_each(printed):
    name, lang = printed.name, printed.lang
    committee = {COMMITTEE[lang]} & set(shipped(name, lang, values=True).sheetnames)
    for title in {cover(TEMPLATES[name], lang)} | committee:
        assert len(printed.pages(title)) == 1, title


def policy_sheets(book):
    return [sheet for sheet in book if sheet.sheet_properties.tabColor.rgb.endswith(TAB_POLICY)]


def test_policy_is_printed_on_few_pages(printed):
    sheets = policy_sheets(shipped(printed.name, printed.lang, values=False))
    assert sheets
    assert sum(len(printed.pages(sheet.title)) for sheet in sheets) <= MOST_POLICY_PAGES


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
    drawn = rendering.pictures(printed.pdf, tmp_path / "page", width=400)
    assert len(drawn) == len(printed.texts)
    for page, picture in enumerate(drawn, start=1):
        with Image.open(picture) as image:
            darkest, lightest = image.convert("L").getextrema()
            assert lightest - darkest > 100, page
    alone = rendering.picture(printed.pdf, len(drawn), tmp_path / "alone", width=400)
    assert alone.read_bytes() == drawn[-1].read_bytes()
