"""Which products are held together, and how often: frequent sets by the Apriori principle.

A product is one bit per customer. A set is frequent only if each of its parts is, so sets grow
one product at a time and whatever falls below the threshold is never looked at again.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from udfs.errors import CallError, Words
from udfs.learning.factor_columns import IndexArray
from udfs.records import record

MOST_SETS: Final = 200_000
"""More frequent sets than this are no longer a table that anybody reads."""

_BLOCK_WORDS: Final = 1 << 20
"""Words compared at a time, so that they stay in the processor's reach."""

Bits: TypeAlias = npt.NDArray[np.uint64]
ProductSet: TypeAlias = tuple[int, ...]


@record
class Holdings:
    """Who holds what.

    Attributes:
        customer: of each holding; each pair of customer and product stands once.
        product: of each holding, its place in ``names``.
        names: the products in alphabetical order.
        customers: how many customers there are, those without products included.
    """

    customer: IndexArray
    product: IndexArray
    names: tuple[str, ...]
    customers: int


def frequent_sets(held: Holdings, support: float, longest: int) -> dict[ProductSet, int]:
    """How many customers hold each frequent set; products of a set in alphabetical order.

    Args:
        held: who holds what.
        support: least share of customers.
        longest: most products in a set.

    Raises:
        CallError: there are too many such sets.
    """
    # Rounding must not ask for one customer more: 0.1 × 30 is 3.0000000000000004.
    least = max(math.ceil(support * held.customers * (1 - 1e-12)), 1)
    counts = np.bincount(held.product, minlength=len(held.names))
    products = np.flatnonzero(counts >= least)
    sets: dict[ProductSet, int] = {(int(p),): int(counts[p]) for p in products}
    if longest > 1 and len(products) > 1:
        _grow(sets, (), None, products, _bits(held, products), least, longest)
    return sets


def _bits(held: Holdings, products: IndexArray) -> Bits:
    """One row of bits per product, one bit per customer."""
    words = -(-held.customers // 64)
    rows = np.zeros((len(products), words * 8), dtype=np.uint8)
    for row, product in enumerate(products.tolist()):
        flags = np.zeros(words * 64, dtype=bool)
        flags[held.customer[held.product == product]] = True
        rows[row] = np.packbits(flags)
    return rows.view(np.uint64)


def _grow(
    sets: dict[ProductSet, int],
    start: ProductSet,
    together: Bits | None,
    products: IndexArray,
    bits: Bits,
    least: int,
    longest: int,
) -> None:
    """Add every frequent set that begins with ``start`` and goes on with the products."""
    for place in range(len(products) - 1):
        grown = (*start, int(products[place]))
        common = bits[place] if together is None else together & bits[place]
        counts = _counts(common, bits[place + 1 :])
        kept = np.flatnonzero(counts >= least)
        later = products[place + 1 :][kept]
        sets.update(
            ((*grown, product), count)
            for product, count in zip(later.tolist(), counts[kept].tolist(), strict=True)
        )
        if len(sets) > MOST_SETS:
            raise CallError(
                "minimum_support",
                Words(
                    f"more than {MOST_SETS:,} sets of products", f"超过 {MOST_SETS:,} 个产品组合"
                ),
                Words("higher, or longest lower", "更高的支持度，或更小的 longest"),
            )
        if len(grown) + 1 < longest and len(kept) > 1:
            _grow(sets, grown, common, later, bits[place + 1 :][kept], least, longest)


def _counts(common: Bits, others: Bits) -> IndexArray:
    """How many customers each of the others shares with ``common``."""
    step = max(_BLOCK_WORDS // len(common), 1)
    parts = [
        np.bitwise_count(others[start : start + step] & common).sum(axis=1, dtype=np.intp)
        for start in range(0, len(others), step)
    ]
    return np.concatenate(parts)
