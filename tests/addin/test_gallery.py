"""The gallery shows every template, and its pages follow the registry."""

from dataclasses import replace

import pytest
from PIL import Image

from addin.gallery import (
    PAGES,
    READMES,
    ROOT,
    cover,
    gallery_page,
    picture_name,
    with_readme_lines,
)
from tests.templates.every import shipped
from workbook_templates import LANGUAGES, TEMPLATES


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_current(lang):
    page = (ROOT / PAGES[lang]).read_text(encoding="utf-8")
    assert page == gallery_page(lang), "run `python -m addin.gallery`"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_readme_is_current(lang):
    text = (ROOT / READMES[lang]).read_text(encoding="utf-8")
    assert text == with_readme_lines(text, lang), "run `python -m addin.gallery`"
    assert all(picture_name(one, lang) in text for one in TEMPLATES.values())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_has_a_picture_of_reasonable_size(name, lang):
    path = ROOT / "docs/pictures" / picture_name(TEMPLATES[name], lang)
    assert path.stat().st_size < 150_000
    with Image.open(path) as image:
        assert min(image.size) >= 600


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_the_cover_is_a_sheet_of_the_workbook(name, lang):
    assert cover(TEMPLATES[name], lang) in shipped(name, lang, values=True).sheetnames


def test_a_template_without_a_cover_shows_its_first_page_of_results():
    assert cover(replace(TEMPLATES["portfolio"], cover={}), "en") == "Results"
