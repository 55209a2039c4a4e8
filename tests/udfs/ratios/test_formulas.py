import ast
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.errors import CallError
from udfs.ratios.formulas import read_formula


@pytest.mark.parametrize(
    ("text", "items", "opening", "closing"),
    [
        ("liabilities / assets", ["liabilities", "assets"], 0, 0),
        ("average(assets)", ["assets"], 1, 0),
        ("growth(revenue)", ["revenue"], 1, 1),
        ("change(average(assets))", ["assets"], 2, 1),
        ("prior(prior(assets)) + min(cash, 3)", ["assets", "cash"], 2, 2),
        ("=（利润总额＋财务费用）÷平均（资产总计）", ["利润总额", "财务费用", "资产总计"], 1, 0),
        ("'Net sales (export)' × -2.5e3", ["Net sales (export)"], 0, 0),
    ],
)
def test_items_and_periods_of_a_formula(text, items, opening, closing):
    formula = read_formula(text, "here")
    assert formula.items() == items
    assert formula.periods_back(opening=True) == opening
    assert formula.periods_back(opening=False) == closing


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "''"),
        ("''", "''"),
        ("' ' + assets", "' '"),
        ("liabilities /", "liabilities /"),
        ("a b", "a b"),
        ("assets ** 2", "assets ** 2"),
        ("assets // 2", "assets // 2"),
        ("assets if cash else 1", "assets if"),
        ("assets.cash", "assets.cash"),
        ("assets[0]", "assets[0]"),
        ("lambda: 1", "lambda"),
        ("[x for x in assets]", "[x for"),
        ("(a := 1)", "a := 1"),
        ("eval(assets)", "eval(assets)"),
        ("__import__('os').system('x')", "__import__"),
        ("average(assets, cash)", "average(assets, cash)"),
        ("min(assets)", "min(assets)"),
        ("average(x=assets)", "average(x=assets)"),
        ("average(*assets)", "*assets"),
        ("True + 1", "True"),
        ("1j", "1j"),
        ("None", "None"),
        ("assets < 1", "assets < 1"),
        ("assets and cash", "assets and cash"),
        ("not assets", "not assets"),
        ("(" * 400 + "1" + ")" * 400, "characters"),
        ("(" * 240 + "1" + ")" * 240, "((("),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text, part):
    with pytest.raises(CallError) as caught:
        read_formula(text, "definitions, row 3")
    assert str(caught.value).startswith("definitions, row 3 must be")
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("(a + b) / (c * d)", "(a + b) / (c × d)"),
        ("a - (b - c)", "a - (b - c)"),
        ("a + (b + c)", "a + b + c"),
        ("a / b / c", "a / b / c"),
        ("a / (b / c)", "a / (b / c)"),
        ("-(a + b)", "-(a + b)"),
        ("a / positive(average(b + c))", "a / average(b + c)"),
        ("a / positive(b + c)", "a / (b + c)"),
        ("max(a, 360)", "max(a, 360)"),
    ],
)
def test_formula_is_shown_with_the_brackets_it_needs(text, shown):
    assert read_formula(text, "x").show(str, "en") == shown


def test_functions_are_shown_in_the_language():
    assert read_formula("average(a)", "x").show(str, "zh") == "平均(a)"


NODES = st.recursive(
    st.sampled_from(["a", "b", "2.0"]),
    lambda part: st.tuples(part, st.sampled_from("+-*/"), part).map(
        lambda three: f"({three[0]} {three[1]} {three[2]})"
    ),
    max_leaves=8,
)


@given(NODES)
@settings(deadline=None, max_examples=100)
def test_shown_formula_means_what_was_read(text):
    shown = read_formula(text, "x").show(str, "en").replace("×", "*")
    here = {"a": 3.7, "b": -1.3}

    def value(source):
        try:
            return eval(compile(ast.parse(source, mode="eval"), "x", "eval"), here)  # noqa: S307 - our own text
        except ZeroDivisionError:
            return "zero"

    assert value(shown) == pytest.approx(value(text), rel=1e-9) if value(text) != "zero" else True


@given(st.text("ab+-*/()'.,1é中\\ \t\n:=[]{}\"", max_size=30))
@settings(deadline=None, max_examples=300)
def test_any_text_is_a_formula_or_refused(text):
    with contextlib.suppress(CallError):
        assert read_formula(text, "x").show(str, "en")
