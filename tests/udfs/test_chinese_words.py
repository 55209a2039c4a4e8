"""Chinese results and messages hold no English words but those that a formula is written in.

Those are the names of functions, arguments and tables, the codes that options and tables offer,
and what the user wrote. A few symbols are the same in Chinese.
"""

import re

import pytest

import udfs
from tests.hosts.calls import variants
from udfs import tables
from udfs.errors import CellError
from udfs.examples import parse_call
from udfs.kinds import Choice

WORD = re.compile(r"[A-Za-z][A-Za-z_]+")
NAMES_AND_CODES = re.compile(r"CR_[A-Z0-9]+|#[A-Z0-9/]+[!?]?|\b[HML]{3}\b")
"""Functions, error values, and the three letters of a customer's value, risk and need."""
GLOSSED = re.compile("[^、，。；：]+ \\([^)]*[\u4e00-\u9fff][^)]*\\)")
"""An English word that may be written, with its meaning in Chinese beside it."""


def words(text):
    return set(WORD.findall(NAMES_AND_CODES.sub(" ", text)))


SYMBOLS = words(
    "AIC AUC Breusch Brier DSCR EBITDA EPC Excel FALSE GB Gini HHI II III IV KS LLCR LPR McFadden"
    " NR PD PLCR PSI Pagan RAROC RFM Spiegelhalter TRUE VIF WoE creditcells ln"
)
"""What bankers and statisticians in China call by these letters, and names of people."""


def _texts(cells):
    if isinstance(cells, list):
        for cell in cells:
            yield from _texts(cell)
    elif isinstance(cells, str):
        yield cells


def _codes_of_tables():
    """Names of tables and columns, and what stands in their English columns."""
    for name in tables.names():
        table = tables.builtin(name)
        yield name
        for column in table.columns:
            yield column.name
            if column.kind == "text" and not column.name.endswith(("_zh", "_en")):
                yield from map(str, table.rows[column.name])


CODES = frozenset(_codes_of_tables())
CODE_WORDS = frozenset().union(*map(words, CODES))


def _column(table, column):
    return frozenset().union(*(words(str(text)) for text in tables.builtin(table).rows[column]))


GRADES = _column("master_scale", "grade") | _column("external_ratings", "external_rating")


def _options(function):
    for argument in function.arguments:
        kind = argument.kind
        choice = kind if isinstance(kind, Choice) else getattr(kind, "options", None)
        if isinstance(choice, Choice):
            yield from choice.options


def _known(function):
    """The words that a formula with the function is written in."""
    names = [argument.name for argument in function.arguments]
    defaults = [one.default for one in function.arguments if isinstance(one.default, str)]
    return SYMBOLS.union(*map(words, [*names, *defaults, *_options(function)]))


def _place(function, name):
    return next((i for i, one in enumerate(function.arguments) if one.name == name), None)


def _calls(function):
    """The examples of a function, with every kind of result, in Chinese."""
    lang, out = _place(function, "lang"), _place(function, "out")
    for example in function.help["en"].examples:
        _, cells = parse_call(example.partition(" -> ")[0])
        cells += [None] * (len(function.arguments) - len(cells))
        if lang is not None:
            cells[lang] = "zh"
        kinds = [None] if out is None else function.arguments[out].kind.options
        for kind in kinds:
            yield [kind if i == out else cell for i, cell in enumerate(cells)]


@pytest.fixture(params=udfs.FUNCTIONS.values(), ids=lambda one: one.name)
def function(request):
    return request.param


def test_results_in_chinese(function):
    if _place(function, "lang") is None or function.name == "CR_LASTERROR":
        pytest.skip("it answers in no language, or as others have")
    out = _place(function, "out")
    known = _known(function)
    for cells in _calls(function):
        if out is not None and cells[out] == "code":
            continue
        theirs = set().union(*map(words, _texts(cells)))
        for text in _texts(udfs.call(function.name, *cells)):
            if text not in CODES:
                assert words(text) <= known | theirs | GRADES, text


def test_messages_in_chinese(function):
    known = _known(function) | CODE_WORDS
    for cells in _calls(function):
        for changed in variants(function, cells):
            theirs = set().union(*map(words, _texts(changed)))
            for row in udfs.call(function.name, *changed):
                for cell in row:
                    if isinstance(cell, CellError):
                        message = cell.why("zh")
                        assert words(GLOSSED.sub("", message)) <= known | theirs, message
                        assert "。。" not in message


@pytest.mark.parametrize("text", ["缺少 score", "因子：constant", "values, column 3：'x' 不是数字"])
def test_an_english_word_is_noticed(text):
    assert words(text)


@pytest.mark.parametrize("text", ["单元格为错误值 #DIV/0!", "可用 CR_REBIN 重新计算", "比率 A"])
def test_functions_errors_and_letters_are_no_words(text):
    assert not words(text)
