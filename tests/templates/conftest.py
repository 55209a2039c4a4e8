"""A template in both languages: as built, as shipped, and live. A module's NAME says which."""

from functools import cache

import pytest

import workbook_templates
from tests.templates.every import shipped
from tests.templates.live import Live
from workbook_templates import LANGUAGES


@cache
def _built(name, lang):
    return workbook_templates.build(name, lang)


@pytest.fixture(params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture
def template_name(request):
    """The template of the module; the portfolio where it names none."""
    return getattr(request.module, "NAME", "portfolio")


@pytest.fixture
def built(template_name, lang):
    """The template as the code builds it; tests must not change it."""
    return _built(template_name, lang)


@pytest.fixture
def formulas(template_name, lang):
    """The shipped workbook with its formulas."""
    return shipped(template_name, lang, values=False)


@pytest.fixture
def values(template_name, lang):
    """The shipped workbook with its computed values."""
    return shipped(template_name, lang, values=True)


@pytest.fixture
def live(template_name, tmp_path, lang):
    """A new workbook to change and to compute."""
    return Live(template_name, tmp_path, lang)
