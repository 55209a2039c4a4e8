"""The pages as LibreOffice prints them, and the values as LibreOffice computes them."""

import re
import shutil
import subprocess
import zipfile
from importlib import resources

import openpyxl
import pytest

import workbook_templates
from workbook_templates.portfolio.layout import SHEETS

SOFFICE = shutil.which("soffice")
PDFTOTEXT = shutil.which("pdftotext")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here"),
]

OURS = re.compile(rb"<f\b[^>]*>[^<]*CR_[^<]*</f>")
ALL = re.compile(rb"<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>")
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def without(formulas, lang, path):
    """The shipped workbook with the values of some formulas instead of the formulas."""
    with resources.as_file(workbook_templates.template("portfolio").file(lang)) as shipped:
        source = zipfile.ZipFile(shipped)
        with source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                part = source.read(name)
                if name.startswith("xl/worksheets/sheet"):
                    part = formulas.sub(b"", part)
                target.writestr(name, part)
    return path


def converted(path, kind, folder):
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    out = folder / "out"
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless",
               "--convert-to", kind, "--outdir", str(out), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)  # noqa: S603
    return out / f"{path.stem}.{kind}"


@pytest.fixture
def pages(tmp_path, lang):
    """The text of each printed page."""
    if PDFTOTEXT is None:
        pytest.skip("pdftotext is not installed here")
    book = without(ALL, lang, tmp_path / "values.xlsx")
    pdf = converted(book, "pdf", tmp_path)
    command = [PDFTOTEXT, "-layout", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout  # noqa: S603
    return text.decode().split("\f")


def test_pages_show_no_error_and_no_number_too_wide(pages):
    for page in pages:
        assert re.search(r"###|Err:\d|#(NAME|VALUE|REF|DIV|N/A|NUM)", page) is None


def test_the_committee_page_is_one_page(pages, lang):
    footers = [page.strip().splitlines()[-1] for page in pages if page.strip()]
    name = SHEETS["strategy"][lang]
    assert len([footer for footer in footers if re.search(rf"\s{name}\s", footer)]) == 1


def test_libreoffice_computes_the_same_values(tmp_path, lang, values):
    book = without(OURS, lang, tmp_path / "native.xlsx")
    theirs = openpyxl.load_workbook(converted(book, "xlsx", tmp_path), data_only=True)
    different = []
    for sheet in values:
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
