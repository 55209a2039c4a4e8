"""What Excel's function wizard can take: lengths of names and help (xlwings issue 1489)."""

import re

import pytest

import udfs
from addin.desktop.help_sheets import help_rows
from addin.desktop.wrappers import vba_name, wrapper

FUNCTIONS = sorted(udfs.FUNCTIONS.values(), key=lambda f: f.name)
LANGUAGES = ("en", "zh")
ROWS = {lang: {row[0]: row for row in help_rows(lang)} for lang in LANGUAGES}
MOST_ARGUMENTS = 60  # of a VBA procedure
LONGEST_IDENTIFIER = 255
LONGEST_HELP = 255  # MacroOptions takes no more for a description
CELL_LIKE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}|R[0-9]*C[0-9]*", re.IGNORECASE)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_names_of_the_arguments_fit_together(function):
    names = [vba_name(argument.name) for argument in function.arguments]
    assert len(names) + sum(map(len, names)) <= 254
    assert len(names) <= MOST_ARGUMENTS


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_names_are_words_of_vba_and_not_like_cells(function):
    for name in (function.name, *(vba_name(a.name) for a in function.arguments)):
        assert re.fullmatch(r"[A-Za-z]\w*", name)
        assert len(name) <= LONGEST_IDENTIFIER
    assert not CELL_LIKE.fullmatch(function.name)
    names = [vba_name(a.name).casefold() for a in function.arguments]
    assert len(set(names)) == len(names)
    assert function.name.casefold() not in names


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_help_is_whole_and_fits(function, lang):
    _, category, description, count, *helps = ROWS[lang][function.name]
    assert description == function.help[lang].summary
    assert helps == [argument.help[lang] for argument in function.arguments]
    assert count == len(helps)
    for text in (description, *helps):
        assert 0 < len(text) <= LONGEST_HELP
    assert len(category) <= LONGEST_HELP


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_description_in_the_source_is_the_summary_as_the_code_page_has_it(function):
    (line,) = (one for one in wrapper(function).splitlines() if ".VB_Description" in one)
    text = re.fullmatch(r'Attribute \w+\.VB_Description = "((?:[^"]|"")*)"', line)[1]
    shown = text.replace('""', '"').encode("cp1252").decode("cp1252")
    summary = function.help["en"].summary
    assert len(shown) == len(summary)
    assert all(a in (b, "?") for a, b in zip(shown, summary, strict=True))
