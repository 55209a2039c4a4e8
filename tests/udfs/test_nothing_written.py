"""No function writes to what was read once from a table and is kept for later calls."""
# ruff: noqa: SLF001, S302 - this looks at what is kept, and reads the bytes that we wrote

import marshal
from dataclasses import fields, is_dataclass
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

import udfs
from udfs import one_row, read_once, tables
from udfs.examples import parse_call

DECODED = "_known"  # what a block of cells remembers of itself
ANSWERS = ("value", "why", "table")


def content(kept):
    """All that is in an object, however deep, in a form that compares by value."""
    if isinstance(kept, pd.DataFrame):
        parts = [(name, kept[name].to_numpy()) for name in kept.columns]
    elif isinstance(kept, np.ndarray):
        parts = (kept.dtype.str, kept.shape, repr(kept.tolist()))
    elif isinstance(kept, dict):
        parts = list(kept.items())
    elif is_dataclass(kept):
        parts = [getattr(kept, each.name) for each in fields(kept) if each.name != DECODED]
    elif hasattr(kept, "__dict__") and not callable(kept):
        parts = list(vars(kept).items())
    else:
        parts = kept
    return type(kept), list(map(content, parts)) if isinstance(parts, list | tuple) else repr(parts)


def calls(function):
    """The examples of a function's help, and each with every answer in both languages."""
    names = [argument.name for argument in function.arguments]
    for text in function.help["en"].examples:
        cells = parse_call(text.partition(" -> ")[0])[1]
        yield cells
        padded = [*cells, *[None] * (len(names) - len(cells))]
        for answer, lang in product(ANSWERS, ("en", "zh")):
            chosen = {"out": answer, "lang": lang}
            yield [chosen.get(name, cell) for name, cell in zip(names, padded, strict=True)]


def readings():
    """What is kept with every built-in table: the reader, how it reads anew, and what is kept."""
    kept_with = [(None, read_once._of_no_table)]
    rows = [tables.builtin(name).rows for name in tables.names()]
    kept_with += [(table, vars(table)[read_once._READINGS]) for table in rows]
    for table, kept in kept_with:
        for (read, *_), (made, (others, named)) in kept.items():
            yield read, partial(read, table, *others, **named), made


def cells_read():
    """What is remembered of cells, likewise."""
    for (read, date1904, raw), made in one_row._memory._known.items():
        yield read, partial(read, marshal.loads(raw), date1904), made


def test_what_is_kept_is_what_would_be_read_anew():
    for function in udfs.FUNCTIONS.values():
        for cells in calls(function):
            udfs.call(function.name, *cells)
    kept = [*readings(), *cells_read()]
    assert len(kept) > 500
    for read, read_anew, made in kept:
        assert content(made) == content(read_anew()), read
