import math

import pytest

import udfs
from udfs.errors import CellError
from udfs.examples import parse_call, parse_result

HELP_LIMIT = 255
WIZARD_LIMIT = 254
FUNCTIONS = sorted(udfs.FUNCTIONS.values(), key=lambda f: f.name)
EXAMPLES = [(f.name, example) for f in FUNCTIONS for example in f.help["en"].examples]


@pytest.fixture(params=FUNCTIONS, ids=lambda f: f.name)
def function(request):
    return request.param


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help_fits_the_function_wizard(function, lang):
    assert 0 < len(function.help[lang].summary) <= HELP_LIMIT
    for argument in function.arguments:
        assert 0 < len(argument.help[lang]) <= HELP_LIMIT, argument.name


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help_speaks_of_exactly_the_arguments(function, lang):
    assert list(function.help[lang].arguments) == [a.name for a in function.arguments]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help_states_result_and_errors(function, lang):
    assert function.help[lang].result
    assert function.help[lang].errors


def test_help_has_a_source_in_both_languages_and_an_example(function):
    assert function.help["en"].source
    assert function.help["zh"].source.endswith("。")
    assert function.help["en"].examples


def test_argument_names_fit_the_wizard(function):
    names = ", ".join(a.name for a in function.arguments)
    assert len(names) <= WIZARD_LIMIT


def test_family_is_known(function):
    assert function.family in udfs.FAMILIES


def test_name_is_one_that_every_host_takes(function):
    assert function.name.startswith("CR_")
    assert function.name[3:].isalnum()
    assert function.name.isupper()


def test_argument_that_decides_has_its_options_in_the_help(function):
    for argument in function.arguments:
        if isinstance(argument.kind, udfs.kinds.Choice):
            for option in argument.kind.options:
                assert option in argument.help["en"], (argument.name, option)


def test_optional_arguments_come_last(function):
    required = [a.required for a in function.arguments]
    assert required == sorted(required, reverse=True)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_example_gives_what_it_promises(name, example):
    formula, _, promised = example.partition(" -> ")
    called, cells = parse_call(formula)
    assert called == name
    result = udfs.call(called, *cells)
    expected = parse_result(promised)
    assert len(result) == len(expected), result
    for row, expected_row in zip(result, expected, strict=True):
        assert len(row) == len(expected_row), row
        for cell, wanted in zip(row, expected_row, strict=True):
            assert same(cell, wanted), (cell, wanted)


def same(cell, wanted):
    if isinstance(wanted, float) and isinstance(cell, float):
        return math.isclose(cell, wanted, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(wanted, CellError):
        return cell == wanted
    return (cell or None) == (wanted or None)
