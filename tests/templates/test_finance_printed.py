"""The finance workbooks as LibreOffice prints them, and their values as LibreOffice computes them."""

import re
import shutil
import subprocess
import zipfile
from importlib import resources

import openpyxl
import pytest

import workbook_templates

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
PAGES = {
    "project_finance": {"en": "Committee page", "zh": "贷审会材料"},
    "pricing_limit": {"en": "Committee page", "zh": "贷审会材料"},
}


@pytest.fixture(params=PAGES)
def name(request):
    return request.param


def without(formulas, name, lang, path):
    """The shipped workbook with the values of some formulas instead of the formulas."""
    with resources.as_file(workbook_templates.template(name).file(lang)) as shipped:
        source = zipfile.ZipFile(shipped)
        with source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for part in source.namelist():
                data = source.read(part)
                if part.startswith("xl/worksheets/sheet"):
                    data = formulas.sub(b"", data)
                target.writestr(part, data)
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
def pages(tmp_path, name, lang):
    """The text of each printed page."""
    if PDFTOTEXT is None:
        pytest.skip("pdftotext is not installed here")
    book = without(ALL, name, lang, tmp_path / "values.xlsx")
    command = [PDFTOTEXT, "-layout", str(converted(book, "pdf", tmp_path)), "-"]
    text = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout  # noqa: S603
    return text.decode().split("\f")


def test_pages_show_no_error_and_no_number_too_wide(pages):
    for page in pages:
        assert re.search(r"###|Err:\d|#(NAME|VALUE|REF|DIV|N/A|NUM)", page) is None


def test_the_committee_page_is_one_page(pages, name, lang):
    footers = [page.strip().splitlines()[-1] for page in pages if page.strip()]
    title = PAGES[name][lang]
    assert len([footer for footer in footers if re.search(rf"\s{title}\s", footer)]) == 1


def test_libreoffice_computes_the_same_values(tmp_path, name, lang):
    """Every formula of Excel's own, from the values of ours."""
    book = without(OURS, name, lang, tmp_path / "native.xlsx")
    theirs = openpyxl.load_workbook(converted(book, "xlsx", tmp_path), data_only=True)
    with resources.as_file(workbook_templates.template(name).file(lang)) as path:
        mine = openpyxl.load_workbook(path, data_only=True)
    different = []
    for sheet in mine:
        for row in sheet.iter_rows():
            for cell in row:
                other = theirs[sheet.title][cell.coordinate].value
                value = cell.value
                if isinstance(value, int | float) and isinstance(other, int | float):
                    same = other == pytest.approx(value, rel=1e-9, abs=1e-9)
                else:
                    same = (value or "") == (other or "")
                if not same:
                    different.append((sheet.title, cell.coordinate, value, other))
    assert different == []
