"""The gallery shows every template, and its pages follow the registry."""

import pytest
from PIL import Image

from addin.gallery import PAGES, READMES, ROOT, gallery_page, picture_name, with_readme_lines
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
def test_every_template_names_its_cover(name, lang):
    assert TEMPLATES[name].cover.get(lang)
