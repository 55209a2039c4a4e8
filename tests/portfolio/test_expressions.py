"""Expressions of a mapping: what they compute, what they refuse, and which faults they pass on."""

import numpy as np
import pandas as pd
import pytest

from addin.portfolio.cleaning import Reading
from addin.portfolio.expressions import evaluate
from addin.portfolio.rows import RawRows
from addin.portfolio.scope import ExpressionError, Scope

READING = Reading(dates=("%d-%b-%y",), two_digit_years_from=1960)
COLUMNS = {
    "Loan Nr": ["1", "2", "3"],
    "amount": ["$1,000.00", "x", ""],
    "term": ["12", "0", "24"],
    "状态": ["PAID", "CHGOFF", ""],
    "opened": ["31-jan-97", "28-feb-97", "soon"],
    "twice": ["a", "b", "c"],
}


@pytest.fixture
def scope():
    frame = pd.DataFrame(COLUMNS, dtype=object)
    rows = RawRows("f.csv", "", frame, np.arange(2, 5), twice=frozenset({"twice"}))
    return Scope(rows, READING, np.datetime64("2020-01-31"))


def cells(values):
    if values.kind == "date":
        return [None if np.isnat(day) else str(day) for day in values.data]
    if values.kind == "number":
        return [None if np.isnan(value) else float(value) for value in values.data]
    return values.data.tolist()


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Loan Nr", ["1", "2", "3"]),
        ("loan  nr", ["1", "2", "3"]),
        ('column("Loan Nr")', ["1", "2", "3"]),
        ("amount / 100", [10.0, None, None]),
        ("-term + 2 * (term - 1)", [10.0, -2.0, 22.0]),
        ("round(term / 7, 1)", [1.7, 0.0, 3.4]),
        ("max(term, 15)", [15.0, 15.0, 24.0]),
        ("min(term, amount)", [12.0, 0.0, 24.0]),
        ("abs(0 - term)", [12.0, 0.0, 24.0]),
        ('if(状态 == "CHGOFF", "yes", "no")', ["no", "yes", "no"]),
        ('if(状态 == "", "?", if(term > 0, "paid", "off"))', ["paid", "off", "?"]),
        ('"a" if term >= 12 else "b"', ["a", "b", "a"]),
        ("if(term > 0, term)", ["12", "", "24"]),
        ("term > 0 and not is_blank(状态)", [1, 0, 0]),
        ("term > 0 or amount > 5", [1, -1, 1]),
        ("coalesce(number(amount), term)", [1000.0, None, 24.0]),
        ('concat("L", column("Loan Nr"), separator="-")', ["L-1", "L-2", "L-3"]),
        ("left(状态, 2)", ["PA", "CH", ""]),
        ("right(状态, 2)", ["ID", "FF", ""]),
        ('lower(replace(状态, "OFF", ""))', ["paid", "chg", ""]),
        ("date(opened)", ["1997-01-31", "1997-02-28", None]),
        ('date(opened, "%d-%b-%Y")', [None, None, None]),
        ("add_months(opened, 1)", ["1997-02-28", "1997-03-28", None]),
        ("days(opened, add_months(opened, term))", [365.0, 0.0, None]),
        ("year(opened)", [1997.0, 1997.0, None]),
        ("days(as_of(), as_of())", [0.0, 0.0, 0.0]),
        ('number(amount, blanks=["x"])', [1000.0, None, None]),
        ("flag(term)", [-1, 0, -1]),
        ("5", [5.0, 5.0, 5.0]),
    ],
)
def test_computes(scope, text, result):
    assert cells(evaluate(text, scope, READING)) == result


@pytest.mark.parametrize(
    ("text", "faulty"),
    [
        ("amount / 100", {("text in number", "amount"): [1]}),
        ("term / (term - 12)", {("division by zero", ""): [0]}),
        ("if(term > 0, amount, 0)", {}),
        ("if(term == 0, number(amount), 0)", {("text in number", "amount"): [1]}),
        ("coalesce(number(amount), term)", {("text in number", "amount"): [1]}),
        ("add_months(opened, term)", {("not a date", "opened"): [2]}),
    ],
)
def test_passes_on_the_faults_of_the_cells_that_were_used(scope, text, faulty):
    values = scope.read_as(
        evaluate(text, scope, READING), "number" if "opened" not in text else "date", READING
    )
    found = {(f.rule, f.column): np.flatnonzero(f.cells).tolist() for f in values.faults}
    assert found == faulty


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "amont + 1",
            r"no column 'amont'\. Did you mean 'amount'\? Its columns are Loan Nr, amount",
        ),
        ("twice", "stands more than once"),
        ('__import__("os").system("true")', "there is no function"),
        ('__import__("os")', "no function '__import__'; use one of abs"),
        ("[x for x in term]", "not allowed"),
        ("term.data", "not allowed"),
        ("term[0]", "not allowed"),
        ("(lambda: 1)()", "no function"),
        ("2 ** 999999999", "not allowed"),
        ("1 < term < 5", "not allowed"),
        ('"%s" % term', "not allowed"),
        ("f'{term}'", "not allowed"),
        ("b'x'", "not allowed"),
        ("1 <", "neither a column nor an expression"),
        ("left(term)", "left takes 2 arguments; got 1"),
        ('date(opened, decimal=".")', "date has no option 'decimal'; its options: blanks, dates"),
        ("left(term, amount)", "must be a text or a number"),
        ('"a" if term > 0 else date(opened)', "text and date cannot be mixed"),
        ("-" * 100 + "1", "nested too deeply"),
        ("1" + "+1" * 2000, "longer than 2000"),
        ("date(opened) + 1", "a date cannot be read as a number"),
    ],
)
def test_refuses(scope, text, message):
    with pytest.raises(ExpressionError, match=message):
        evaluate(text, scope, READING)


def test_a_column_is_read_once_however_often_it_is_used(scope):
    evaluate("term + term * term", scope, READING)
    assert len(scope.read) == 1
