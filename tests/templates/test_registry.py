"""Templates are found by name and language, and copied for a user."""

import pytest

import workbook_templates
from addin.errors import WorkbookError
from addin.templates import new_workbook
from workbook_templates import TEMPLATES, UnknownTemplateError


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_shipped(name, lang):
    assert workbook_templates.template(name).file(lang).is_file()


def test_every_template_has_a_title(lang):
    assert all(template.title[lang] for template in TEMPLATES.values())


def test_an_unknown_template_names_the_known_ones():
    with pytest.raises(
        UnknownTemplateError, match=f"template must be one of {', '.join(TEMPLATES)}; got 'budget'"
    ):
        workbook_templates.template("budget")


@pytest.mark.parametrize("lang", ["fr", ""])
def test_an_unknown_language_names_the_known_ones(lang):
    with pytest.raises(UnknownTemplateError, match="lang must be one of en, zh"):
        workbook_templates.template("portfolio").file(lang)


def test_a_new_workbook_is_the_shipped_one(tmp_path, lang):
    path = new_workbook("portfolio", tmp_path / "mine.xlsx", lang=lang)
    assert path.read_bytes() == workbook_templates.template("portfolio").file(lang).read_bytes()


def test_a_folder_gets_the_templates_own_name(tmp_path):
    assert new_workbook("portfolio", tmp_path, lang="zh") == tmp_path / "portfolio.zh.xlsx"


def test_a_workbook_that_is_there_already_stays(tmp_path):
    path = tmp_path / "mine.xlsx"
    path.write_text("precious")
    with pytest.raises(WorkbookError, match="exists already"):
        new_workbook("portfolio", path)
    assert path.read_text() == "precious"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkbookError, match="cannot be written"):
        new_workbook("portfolio", tmp_path / "file" / "mine.xlsx")
