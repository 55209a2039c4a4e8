"""The rules that hold for every function, shown on functions made for the purpose."""

from typing import Annotated

import numpy as np
import pandas as pd
import pytest

from udfs import binding
from udfs.binding import Whole, evaluate, to_cells
from udfs.catalogue import FUNCTIONS, udf
from udfs.errors import CallError, CellError, UnknownFunctionError, in_language
from udfs.kinds import (
    PROBABILITY,
    UNKNOWN,
    Bounds,
    Choice,
    Date,
    Dates,
    Flag,
    Flags,
    Grid,
    Language,
    Matrix,
    Number,
    NumberList,
    Numbers,
    Output,
    Table,
    TableColumn,
    Text,
    TextList,
    Texts,
)

ZH = "测试。"


@pytest.fixture(scope="module", autouse=True)
def functions():
    before = dict(FUNCTIONS)
    register()
    yield
    FUNCTIONS.clear()
    FUNCTIONS.update(before)


def register():
    register_facts()

    @udf("CR_TADD", family="tables", zh=ZH)
    def add(
        x: Annotated[np.ndarray, Numbers(bounds=PROBABILITY)],
        y: Annotated[np.ndarray, Numbers()],
        z: Annotated[np.ndarray, Numbers()] = 100.0,
        out: Output = "value",
        lang: Language = "en",
    ):
        """Test."""
        total = x + y + z
        if out == "why":
            return np.array([f"{lang}:{t:g}" for t in total], dtype=object)
        if out == "table":
            return pd.DataFrame({"x": x, "total": total})
        return total

    @udf("CR_TOPT", family="tables", zh=ZH)
    def optional(
        x: Annotated[np.ndarray, Numbers()],
        text: Annotated[np.ndarray | None, Texts()] = None,
        day: Annotated[np.ndarray | None, Dates()] = None,
        flag: Annotated[np.ndarray | None, Flags()] = None,
    ):
        """Test."""
        shown = [str(part) if part is None else part.tolist() for part in (text, day, flag)]
        return np.array([repr(shown)] * len(x), dtype=object)

    @udf("CR_TWHOLE", family="tables", zh=ZH)
    def whole(
        number: Annotated[float, Number(bounds=Bounds(lower=1, upper=9, whole=True))],
        word: Annotated[str, Text()] = "w",
        day: Annotated[np.datetime64 | None, Date()] = None,
        flag: Annotated[bool, Flag()] = False,
        pick: Annotated[str, Choice({"down": ("下",), "up": ()})] = "down",
        cuts: Annotated[np.ndarray | None, NumberList(ascending=True)] = None,
        words: Annotated[list | None, TextList()] = None,
        block: Annotated[np.ndarray | None, Matrix(square=True)] = None,
    ):
        """Test."""
        return Whole(repr((number, word, day, flag, pick, cuts, words, block)))

    @udf("CR_TSERIES", family="tables", zh=ZH)
    def series(
        key: Annotated[np.ndarray, Texts()],
        keys: Annotated[object, Texts(series="detail")],
        amounts: Annotated[object, Numbers(series="detail")],
    ):
        """Test."""
        return np.array([amounts.values[keys.values == k].sum() for k in key])

    @udf("CR_TGRID", family="tables", zh=ZH)
    def grid(values: Annotated[list, Grid()], times: Annotated[np.ndarray, Numbers()] = 1.0):
        """Test."""
        return sum(column.numbers().values for column in values) * times

    @udf("CR_TTABLE", family="tables", zh=ZH)
    def table(
        rates: Annotated[
            pd.DataFrame,
            Table(
                columns=(
                    TableColumn(name="grade", zh="等级", kind="text"),
                    TableColumn(name="rate", zh="利率"),
                    TableColumn(name="note", zh="备注", kind="text", required=False),
                )
            ),
        ],
    ):
        """Test."""
        return Whole(rates)

    @udf("CR_TOPTION", family="tables", zh=ZH)
    def option(side: Annotated[np.ndarray, Texts(options=Choice({"buy": ("买",), "sell": ()}))]):
        """Test."""
        return side


def register_facts():
    @udf("CR_TFACTS", family="tables", zh=ZH)
    def facts(
        x: Annotated[np.ndarray, Numbers(blanks=True)],
        text: Annotated[np.ndarray, Texts(blanks=True)],
        day: Annotated[np.ndarray, Dates(blanks=True)],
        flag: Annotated[np.ndarray, Flags(blanks=True)],
    ):
        """Test."""
        rows = zip(x, text, day, flag, strict=True)
        return np.array([" ".join(map(str, row)) for row in rows], dtype=object)


def call(name, *cells, **options):
    return binding.call(name, *cells, **options)


NUM, NA, VALUE, DIV0 = (CellError(code) for code in ("#NUM!", "#N/A", "#VALUE!", "#DIV/0!"))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((0.5, 1), [[101.5]]),
        (([[0.5], [0.25]], 1), [[101.5], [101.25]]),
        (([[0.5], [0.25]], [[1], [2]]), [[101.5], [102.25]]),
        (([0.5, 0.25], 1), [[101.5, 101.25]]),
        (([[0.5], [0.25]], [1, 2, 3]), [[101.5, 102.5, 103.5], [101.25, 102.25, 103.25]]),
        (([[0.1, 0.2], [0.3, 0.4]], 0, 0), [[0.1, 0.2], [0.3, 0.4]]),
        ((0.5, 1, [[1], [2]]), [[2.5], [3.5]]),
    ],
)
def test_arguments_broadcast_and_the_result_has_their_shape(cells, expected):
    assert call("CR_TADD", *cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (([[0.5], [None]], 1), [[101.5], [None]]),
        (([[0.5], [""]], [[1], [None]]), [[101.5], [None]]),
        (([[0.5], [None]], [[1], [2]]), [[101.5], [NA]]),
        (([[0.5], ["x"]], 1), [[101.5], [VALUE]]),
        (([[0.5], [1.5]], 1), [[101.5], [NUM]]),
        (([[0.5], ["#DIV/0!"]], 1), [[101.5], [DIV0]]),
        (([[0.5], [0.5]], [["#N/A"], [1]]), [[NA], [101.5]]),
        (([[0.5], [0.5]], None), [[NA], [NA]]),
        ((None, None), [[None]]),
        (([[None], [None]], [[None], [None]]), [[None], [None]]),
        (([[0.5], [0.25]], "x"), [[VALUE], [VALUE]]),
    ],
)
def test_faulty_or_blank_row_answers_for_itself_alone(cells, expected):
    assert call("CR_TADD", *cells) == expected


def test_blank_optional_cell_takes_the_default():
    assert call("CR_TADD", [[0.5], [0.5]], 0, [[1], [None]]) == [[1.5], [100.5]]


@pytest.mark.parametrize(
    ("lang", "reasons"),
    [
        ("en", [["en:101.5"], [None], ["x: 'bad' is not a number."], ["y is missing."]]),
        ("zh", [["zh:101.5"], [None], ["x：'bad' 不是数字。"], ["缺少 y。"]]),
    ],
)
def test_why_of_a_row_without_a_result_is_the_reason_it_has_none(lang, reasons):
    rows = [[0.5], [None], ["bad"], [0.5]], [[1], [None], [1], [None]]
    assert call("CR_TADD", *rows, None, "why", lang) == reasons


def test_table_has_headers_and_a_row_for_every_row():
    rows = call("CR_TADD", [[0.5], [None], [7]], 1, None, "table")
    assert rows == [["x", "total"], [0.5, 101.5], [None, None], [NUM, NUM]]


@pytest.mark.parametrize(
    ("name", "cells", "message"),
    [
        ("CR_TADD", ([[1], [2]], [[1], [2], [3]]), r"^x and y must be ranges of one size"),
        ("CR_TADD", (1, 2, 3, "value", "en", 6), r"^the call must be at most 5 arguments"),
        ("CR_TADD", (1, 2, 3, "why not"), r"^out must be one of value, why, table; got 'why not'"),
        ("CR_TADD", (1, 2, 3, "value", "fr"), r"^lang must be one of en, zh; got 'fr'"),
        ("CR_TWHOLE", (None,), r"^number must be a whole number from 1 to 9; got a blank cell"),
        ("CR_TWHOLE", (0,), r"^number must be a whole number from 1 to 9; got 0\.$"),
        ("CR_TWHOLE", (1.5,), r"^number must be a whole number from 1 to 9; got 1\.5"),
        ("CR_TWHOLE", ("x",), r"^number must be .*; got 'x'"),
        ("CR_TWHOLE", ([[1], [2]],), r"^number must be one cell; got 2×1 cells"),
        ("CR_TWHOLE", (1, None, "soon"), r"^day must be a date such as"),
        ("CR_TWHOLE", (1, None, None, "perhaps"), r"^flag must be TRUE or FALSE"),
        ("CR_TWHOLE", (1, None, None, None, "left"), r"^pick must be one of down, up; got 'left'"),
        ("CR_TWHOLE", (1, None, None, None, None, [1, 1]), r"^cuts must be .*ascending"),
        ("CR_TWHOLE", (1, None, None, None, None, [1, "x"]), r"^cuts, cell 2 must be"),
        ("CR_TWHOLE", (1, *[None] * 6, [[1, 2]]), r"^block must be as many rows as columns"),
        ("CR_TWHOLE", (1, *[None] * 6, [[1, None]]), r"^block must be a number in every cell"),
        ("CR_TSERIES", ("a", [["a"], ["b"]], [[1]]), r"^keys and amounts must be ranges with as"),
        ("CR_TTABLE", (None,), r"^rates must be a table with headers"),
        ("CR_TTABLE", ([["grade", "x"], ["A", 1]],), r"^rates must be a table with a column rate"),
        ("CR_TTABLE", ([["grade", "rate"]],), r"^rates must be a header row and at least one row"),
        ("CR_TTABLE", ([["grade", "rate"], ["A", "x"]],), r"^rates, column rate, row 1 must be"),
        ("CR_TTABLE", ([["grade", "rate"], ["A", None]],), r"column rate, row 1 .* a blank cell"),
        ("CR_TTABLE", ([["rate", "利率", "等级"], [1, 2, "A"]],), r"^rates must be .* once"),
    ],
)
def test_bad_call_is_one_error_that_names_argument_value_and_what_is_allowed(name, cells, message):
    ((error,),) = call(name, *cells)
    assert isinstance(error, CellError)
    with pytest.raises(CallError, match=message):
        evaluate(FUNCTIONS[name], cells)


def test_error_in_a_single_argument_is_the_result_of_the_call():
    assert call("CR_TWHOLE", "#REF!") == [[CellError("#REF!")]]
    assert call("CR_TADD", 0.5, 1, 0, "#NAME?") == [[CellError("#NAME?")]]


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ((1,), "(1.0, 'w', None, False, 'down', None, None, None)"),
        (("2", "x", None, "是", "下"), "(2.0, 'x', None, True, 'down', None, None, None)"),
        ((1, "", None, "", ""), "(1.0, 'w', None, False, 'down', None, None, None)"),
    ],
)
def test_single_arguments_take_defaults_and_other_words(cells, shown):
    assert call("CR_TWHOLE", *cells) == [[shown]]


def test_lists_leave_blanks_out():
    assert "array([1., 2.])" in call("CR_TWHOLE", 1, *[None] * 4, [[1], [None], [2]])[0][0]
    assert "['a', 'b']" in call("CR_TWHOLE", 1, *[None] * 5, ["a", None, "b"])[0][0]


def test_omitted_optional_row_argument_is_none_and_a_blank_one_is_missing():
    assert call("CR_TOPT", 1) == [["['None', 'None', 'None']"]]
    shown = call("CR_TOPT", [[1], [2]], [["a"], [None]], None, [[True], [None]])[0][0]
    assert shown == f"[['a', ''], 'None', [1, {UNKNOWN}]]"


def test_series_has_its_own_number_of_rows():
    rows = call("CR_TSERIES", [["a"], ["b"], ["c"]], [["a"], ["a"], ["b"]], [[1], [2], [4]])
    assert rows == [[3.0], [4.0], [0.0]]


def test_grid_gives_one_result_per_row():
    assert call("CR_TGRID", [[1, 2], [3, 4], [None, None]]) == [[3.0], [7.0], [None]]
    assert call("CR_TGRID", [1, 2, 3]) == [[6.0]]
    assert call("CR_TGRID", [[1, 2], [3, 4]], [[10], [100]]) == [[30.0], [700.0]]


def test_table_is_found_by_headers_in_either_language_and_any_order():
    rows = [["利率", "other", " GRADE "], ["5%", 1, "A"], [None, None, None], [0.06, 2, "B"]]
    assert call("CR_TTABLE", rows) == [
        ["grade", "rate", "note"],
        ["A", 0.05, None],
        ["B", 0.06, None],
    ]


def test_row_option_is_known_by_its_other_words_and_others_are_refused_row_by_row():
    rows = call("CR_TOPTION", [["BUY"], ["买"], ["hold"], [None]])
    assert rows == [["buy"], ["buy"], [VALUE], [None]]


def test_unknown_function_is_refused_by_name():
    with pytest.raises(UnknownFunctionError, match="CR_NONE"):
        call("CR_NONE", 1)


@pytest.mark.parametrize("name", ["CR_GRDE", "grade", " Grades "])
def test_the_function_that_may_be_meant_is_named_in_both_languages(name):
    with pytest.raises(UnknownFunctionError, match="Did you mean CR_GRADE") as caught:
        call(name, 1)
    assert "是否指 CR_GRADE" in in_language(caught.value.told, "zh")


@pytest.mark.parametrize("name", [3, None])
def test_what_is_no_name_at_all_is_refused_like_an_unknown_one(name):
    with pytest.raises(UnknownFunctionError, match=f"got {name}"):
        call(name, 1)


def test_one_row_is_the_same_as_in_a_batch():
    xs = [[0.1], ["x"], [None], [2], [0.3]]
    batch = call("CR_TADD", xs, 1)
    assert [call("CR_TADD", x[0], [[1]])[0] for x in xs if x != [None]] == [
        row for x, row in zip(xs, batch, strict=True) if x != [None]
    ]


def test_arrays_and_series_go_in_without_becoming_cells():
    result = evaluate(FUNCTIONS["CR_TADD"], (pd.Series([0.5, np.nan]), np.array([1.0, np.nan])))
    assert to_cells(result) == [[101.5], [None]]


def test_blank_that_is_a_fact_reaches_the_function_as_such():
    blanks, text, day, flag = [[None], [None]], "x", 46112, True
    assert call("CR_TFACTS", blanks, [[text], [None]], [[day], [None]], [[flag], [None]]) == [
        ["nan x 2026-03-31 1"],
        [f"nan  NaT {UNKNOWN}"],
    ]
