"""Array formulas in pieces that Excel takes."""

import pytest

from addin.workbook_tools.long_arrays import LONGEST, split


@pytest.mark.parametrize("formula", ["=CR_GRADE(B2:B9)", "=" + "1+" * 126 + "1"])
def test_short_formula_stays_as_it_is(formula):
    assert split(formula) == (formula, [])


@pytest.mark.parametrize(
    "formula",
    [
        f"=CR_GRADE({'A1:A9+' * 40}0,{'B1:B9+' * 30}0)",
        f"=SUM(IF(A1:A9>0,MAX(MIN({'B1:B9,' * 35}1),{'C1:C9,' * 30}2),3),(4,5))",
        f"=CR_X(987654001,{'D1:D9+' * 41}0,987654002)",
        f'=CR_X("{"x" * 200}","{"y" * 200}")',
    ],
)
def test_long_formula_comes_together_again(formula):
    assert len(formula) > LONGEST
    short, later = split(formula)
    assert len(short) <= LONGEST
    for number, argument in later:
        assert len(argument) <= LONGEST
        assert short.count(number) == 1
        short = short.replace(number, argument)
    assert short == formula


def test_argument_that_stands_twice_is_replaced_twice():
    argument = "A1:A9" + "+0" * 60
    formula = f"=CR_X({argument},{argument},{argument})"
    ((number, text),) = split(formula)[1]
    assert (text, split(formula)[0]) == (argument, f"=CR_X({number},{number},{number})")


def test_formula_without_arguments_to_move_stays_long():
    formula = "=" + "A1:A9+" * 60 + "0"
    assert split(formula) == (formula, [])
