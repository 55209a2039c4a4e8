"""Cells as Excel hands them over."""

from decimal import Decimal

import pytest

from addin.portfolio.sheet_tables import plain


@pytest.mark.parametrize(
    ("cell", "value"),
    [(Decimal("1234.5678"), 1234.5678), (1.5, 1.5), ("a", "a"), (None, None), (True, True)],
)
def test_cells_with_a_currency_format_are_plain_numbers(cell, value):
    assert plain(cell) == value
    assert type(plain(cell)) is type(value)
