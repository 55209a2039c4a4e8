"""The portfolio template in both languages: as built, and as shipped with its values."""

from functools import cache
from importlib import resources

import openpyxl
import pytest

import workbook_templates
from workbook_templates import LANGUAGES


@cache
def _built(lang):
    return workbook_templates.build("portfolio", lang)


@cache
def _shipped(lang, *, values):
    with resources.as_file(workbook_templates.template("portfolio").file(lang)) as path:
        return openpyxl.load_workbook(path, data_only=values)


@pytest.fixture(params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture
def built(lang):
    """The template as the code builds it; tests must not change it."""
    return _built(lang)


@pytest.fixture
def formulas(lang):
    """The shipped workbook with its formulas."""
    return _shipped(lang, values=False)


@pytest.fixture
def values(lang):
    """The shipped workbook with its computed values."""
    return _shipped(lang, values=True)
