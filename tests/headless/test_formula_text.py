"""Formula text to a tree and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.headless.formula_text import (
    Call,
    Kind,
    Leaf,
    parse,
    plain_name,
    quote,
    render,
    strip_brackets,
    unquote,
    walk,
)
from addin.headless.uncomputable import UncomputableError


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=SUM( A1 , B2 )", "SUM(A1,B2)"),
        ("IF(A1>5,,{1,2;3,4})", "IF(A1>5,,{1,2;3,4})"),
        ('"a ""quoted"" (text)"&B1', '"a ""quoted"" (text)"&B1'),
        ("客户!A1+'客 户'!B2", "'客户'!A1+'客 户'!B2"),
        ("'It''s'!A:A", "'It''s'!A:A"),
        ("-2^-2%", "-2^-2%"),
        ('{1,"a;}";TRUE,#N/A}', '{1,"a;}";TRUE,#N/A}'),
        ("LAMBDA(x,x)(2)", "LAMBDA(x,x)(2)"),
        ("TODAY()-1", "TODAY()-1"),
        ("T[[#This Row],[a b]]*2", "T[[#This Row],[a b]]*2"),
        ("A1#", "A1#"),
        ("1.5E-3+.5", "1.5E-3+.5"),
        ("A1:B9 B1:B2", "A1:B9 B1:B2"),
    ],
)
def test_a_formula_is_written_as_it_was_read(text, written):
    assert render(parse(text)) == written
    assert render(parse(render(parse(text)))) == written


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("LOG10", [Kind.REFERENCE]),
        ("R1C1", [Kind.NAME]),
        ("TRUE", [Kind.LOGICAL]),
        ("Tax.Rate", [Kind.NAME]),
        ("名称", [Kind.NAME]),
        ("$A$1:$B2", [Kind.REFERENCE]),
        ("A:C", [Kind.REFERENCE]),
        ("3:5", [Kind.REFERENCE]),
        ("[@金额]", [Kind.TABLE]),
        ("#DIV/0!", [Kind.ERROR]),
        ("Sheet1!#REF!", [Kind.ERROR]),
        ("A1 B1", [Kind.REFERENCE, Kind.INTERSECTION, Kind.REFERENCE]),
    ],
)
def test_a_word_is_what_it_looks_like(text, kinds):
    assert [leaf.kind for leaf in parse(text)] == kinds


def test_a_function_is_told_from_a_cell_of_the_same_name():
    (call,) = parse("LOG10(A1)")
    assert isinstance(call, Call)
    assert call.name == "LOG10"


def test_the_sheet_of_a_reference_stands_apart_from_its_cells():
    (leaf,) = parse("'O''Neil & 客户'!$B$2:C9")
    assert leaf.sheet == "O'Neil & 客户"
    assert leaf.text == "$B$2:C9"


@pytest.mark.parametrize("text", ["SUM(A1", "A1)", "1,2", "A1+\x01", '"open', "{1,2"])
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(UncomputableError, match="formula"):
        parse(text)


@pytest.mark.parametrize(
    ("stored", "plain"),
    [
        ("CR_PD", "CR_PD"),
        ("cr_pd", "CR_PD"),
        ("_xldudf_CR_PD", "CR_PD"),
        ("_xll.CR_PD", "CR_PD"),
        ("[1]!CR_PD", "CR_PD"),
        (r"'C:\tools\creditcells.xlam'!CR_PD", "CR_PD"),
        ("_xlfn._xlws.SORT", "SORT"),
        ("_xlfn.STDEV.S", "STDEV.S"),
    ],
)
def test_what_hosts_put_before_a_function_is_taken_off(stored, plain):
    (call,) = parse(f"{stored}(A1)")
    assert plain_name(call.name) == plain


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12))
@settings(deadline=None, max_examples=200)
def test_any_sheet_name_survives_quoting(name):
    assert unquote(quote(name)) == name
    (leaf,) = parse(quote(name) + "A1")
    assert leaf.sheet == name


ATOMS = st.sampled_from(["A1", "客户!B2", "1.5", '"x,(y"', "TRUE", "{1,2}", "T[a]", "#N/A", "name"])
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/^&="), inner).map("".join),
        st.lists(inner, max_size=3).map(lambda parts: f"F.X({','.join(parts)})"),
        inner.map("({})".format),
    ),
    max_leaves=12,
)


@given(FORMULAS)
@settings(deadline=None, max_examples=150)
def test_writing_and_reading_again_changes_nothing(text):
    once = render(parse(text))
    assert render(parse(once)) == once
    assert once.replace("'", "") == text


def test_walking_meets_every_node():
    words = [n.text for n in walk(parse("IF(A1,(B1+2),F(C1))")) if isinstance(n, Leaf)]
    assert words == ["A1", "B1", "+", "2", "C1"]


def test_outer_brackets_are_taken_off():
    assert render(strip_brackets(parse("((A1+1))"))) == "A1+1"
    assert render(strip_brackets(parse("(A1)+1"))) == "(A1)+1"
