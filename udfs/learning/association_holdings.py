"""Who holds what, read from a list of customers and products or from a grid of flags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from udfs.cells import Column, Mixed, decode_flags
from udfs.errors import CallError, Words
from udfs.keys import KeyColumn, unique_keys
from udfs.kinds import UNKNOWN
from udfs.learning.association_sets import Holdings
from udfs.learning.factor_columns import IndexArray, factor_names
from udfs.learning.value_lists import split_list
from udfs.records import record

_HELD: Final = 1


@record
class History:
    """Holdings, and how many rows of the list could not be used.

    Attributes:
        held: who holds what.
        nobody: rows without a customer.
        faulty: rows whose product is an error.
    """

    held: Holdings
    nobody: int
    faulty: int


class Products:
    """The products of any cells, each known by its name in any case."""

    def __init__(self, names: list[str]) -> None:
        shown: dict[str, str] = {}
        for name in sorted(names):
            shown.setdefault(name.casefold(), name)
        self.names = tuple(shown.values())
        self._places = {folded: place for place, folded in enumerate(shown)}

    def places(self, names: Iterable[str]) -> list[int]:
        """Where those of the names that are known stand among them, each once."""
        folded = dict.fromkeys(name.casefold() for name in names)
        return sorted(self._places[name] for name in folded if name in self._places)


def read_history(customers: KeyColumn, products: list[Mixed], names: list[str] | None) -> History:
    """Who holds what.

    Raises:
        CallError: a customer is an error cell, or a grid has no names or a cell that is no flag.
    """
    _, lookup = unique_keys(customers, "customers")
    place = lookup.place
    nobody = int((place < 0).sum())
    if names is None and len(products) > 1:
        raise CallError(
            "names",
            Words("nothing", "空"),
            Words(
                f"the names of the {len(products)} columns of products, as they hold yes or no",
                f"products 的 {len(products)} 列“是/否”所代表的产品名称",
            ),
        )
    if names is None:
        rows, products_of, known, faulty = _from_list(products[0])
    else:
        rows, products_of, known = _from_grid(
            products, factor_names(products, names, "en", ("products", "names"))
        )
        faulty = 0
    if lookup.count == 0:
        raise CallError(
            "customers",
            Words("no customer", "没有客户"),
            Words("a customer in at least one row", "至少一行有客户的区域"),
        )
    owner = place[rows]
    used = owner >= 0
    pairs = np.sort(owner[used] * np.intp(max(len(known.names), 1)) + products_of[used])
    # numpy's own unique hashes, which takes ten times as long.
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]
    customer, product = np.divmod(pairs, max(len(known.names), 1))
    return History(Holdings(customer, product, known.names, lookup.count), nobody, faulty)


def _from_list(column: Mixed) -> tuple[IndexArray, IndexArray, Products, int]:
    """The row and the product of each holding in a column of names."""
    texts = column.texts()
    codes, distinct = pd.factorize(texts.values)
    listed = [[text for text, _ in split_list(str(cell))] for cell in distinct]
    known = Products([name for names in listed for name in names])
    places = [known.places(names) for names in listed]
    sizes = np.array([len(each) for each in places], dtype=np.intp)
    starts = np.cumsum(sizes) - sizes
    flat = np.array([place for each in places for place in each], dtype=np.intp)
    rows = np.repeat(np.arange(len(codes)), sizes[codes])
    first = np.repeat(starts[codes], sizes[codes])
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(sizes[codes]) - sizes[codes], sizes[codes])
    return rows, flat[first + nth] if len(flat) else flat, known, len(texts.faults)


def _from_grid(columns: list[Mixed], names: list[str]) -> tuple[IndexArray, IndexArray, Products]:
    """The row and the product of each holding in a grid of flags."""
    known = Products(names)
    rows, products = [], []
    for column, name in zip(columns, names, strict=True):
        flags = held_flags(column, name)
        for row, fault in flags.faults.items():
            raise CallError(
                Words(
                    f"products, column {name}, row {row + 1}",
                    f"products 的“{name}”列第 {row + 1} 行",
                ),
                Words(fault.reason or str(fault), fault.why("zh") or str(fault)),
                Words("yes, no or blank", "是、否或空白"),
                code=fault.code,
            )
        found = np.flatnonzero(flags.values == _HELD)
        rows.append(found)
        products.append(np.full(len(found), known.places([name])[0], dtype=np.intp))
    return np.concatenate(rows), np.concatenate(products), known


def held_flags(column: Mixed, name: str) -> Column:
    """Whether each customer holds a product."""
    cells = column.block.cells
    if cells.dtype.kind == "f":
        blank = np.isnan(cells)
        if (blank | (cells == 0) | (cells == _HELD)).all():
            flags = np.where(blank, UNKNOWN, np.nan_to_num(cells)).astype(np.int8)
            return Column(flags, blank, {}, column.block.shape)
    return decode_flags(column.block, name)
