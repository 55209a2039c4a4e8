"""The commands of LibreOffice, as a person types them."""

import json

import openpyxl
import pytest


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.append([0.0018, "=CR_PD2GRADE(A1)", '="a"&TRUE'])
    workbook.save(path)
    return path


def test_build_writes_the_addin(run, tmp_path):
    code, out, _ = run("calc-addin", "build", tmp_path)
    assert code == 0
    assert "creditcells.oxt" in out
    assert (tmp_path / "creditcells.oxt").is_file()


def test_workbook_writes_a_copy_for_calc(run, book, tmp_path):
    before = book.read_bytes()
    code, _, _ = run("calc-addin", "workbook", book, tmp_path / "copy.xlsx")
    assert code == 0
    formula = openpyxl.load_workbook(tmp_path / "copy.xlsx").active["B1"].value
    assert formula == '=CR_PD2GRADE(IF(ISBLANK(A1),"",A1))'
    assert book.read_bytes() == before


def test_compare_has_nothing_to_write(run, book, tmp_path):
    code, _, err = run("recalc", book, "--compare", "--out", tmp_path / "out.xlsx")
    assert code == 2
    assert "writes nothing" in err


def test_the_doctor_speaks_chinese(run, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("addin.calc.office._USUAL_PLACES", ())
    code, out, _ = run("calc-addin", "doctor", "--lang", "zh")
    assert code == 1
    assert out.startswith("✗ LibreOffice：LibreOffice：未安装。请安装")
    assert "Install" not in out


def test_without_libreoffice_every_command_says_what_to_do(run, book, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("addin.calc.office._USUAL_PLACES", ())
    before = book.read_bytes()
    for command in (
        ["pdf", book],
        ["recalc", book, "--engine", "libreoffice"],
        ["recalc", book, "--compare"],
        ["calc-addin", "install"],
    ):
        code, _, err = run(*command)
        assert code == 3
        assert "Install LibreOffice 25.2" in err
    code, out, _ = run("calc-addin", "doctor", "--lang", "zh")
    assert code == 1
    assert "✗ LibreOffice：" in out
    assert book.read_bytes() == before


@pytest.mark.long
@pytest.mark.usefixtures("program")
def test_compare_lists_what_differs_and_writes_nothing(run, book):
    before = book.read_bytes()
    code, out, _ = run("recalc", book, "--compare")
    assert code == 1
    assert "C1" in out
    assert "1 cells differ" in out
    code, out, _ = run("recalc", book, "--compare", "--json")
    [one] = json.loads(out)["differences"]
    assert (code, one["ours"], one["theirs"]) == (1, "aTRUE", "a1")
    assert book.read_bytes() == before


@pytest.mark.long
@pytest.mark.usefixtures("program")
def test_libreoffice_computes_and_prints(run, book, tmp_path):
    code, out, _ = run("recalc", book, "--engine", "libreoffice")
    assert code == 0
    assert "2 of 2 formulas computed" in out
    assert openpyxl.load_workbook(book, data_only=True).active["B1"].value == "A"
    code, out, _ = run("pdf", book, "--out", tmp_path / "pages", "--png")
    assert code == 3  # neither a folder nor a name of a PDF
    code, out, _ = run("pdf", book, "--out", tmp_path / "pages.pdf", "--png")
    assert code == 0
    assert (tmp_path / "pages.pdf").is_file()
    assert (tmp_path / "pages-1.png").is_file()
