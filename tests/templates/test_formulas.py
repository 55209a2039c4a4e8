"""Formulas are written by argument name, in the catalogue's order."""

import pytest

from workbook_templates.formulas import FormulaError, compute, udf


@pytest.mark.parametrize(
    ("function", "arguments", "formula"),
    [
        ("CR_PD2GRADE", {"pd": "A1"}, "CR_PD2GRADE(A1)"),
        ("CR_PD2GRADE", {"pd": "A1", "lang": "lang"}, "CR_PD2GRADE(A1,,,lang)"),
        ("CR_PD2GRADE", {"lang": "lang", "pd": "A1"}, "CR_PD2GRADE(A1,,,lang)"),
        ("CR_ABOUT", {}, "CR_ABOUT()"),
    ],
)
def test_arguments_go_to_their_places(function, arguments, formula):
    assert udf(function, **arguments) == formula


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("CR_NONE", {}, "function must be one of the catalogue; got 'CR_NONE'"),
        (
            "CR_PD2GRADE",
            {"pd": "A1", "colour": "B1"},
            "CR_PD2GRADE must get some of pd, .*'colour'",
        ),
        ("CR_PD2GRADE", {"lang": "lang"}, "CR_PD2GRADE must get its argument 'pd'"),
    ],
)
def test_a_call_that_does_not_fit_the_catalogue_is_refused(function, arguments, message):
    with pytest.raises(FormulaError, match=message):
        udf(function, **arguments)


def test_a_call_by_name_computes():
    assert compute("CR_PD2GRADE", lang="zh", pd=[[0.0018], [0.03]]) == [["A"], ["BB"]]
