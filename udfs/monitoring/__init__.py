"""Watching customers and portfolios: early warning, trends, migration, roll rates, vintages."""

from udfs.monitoring import early_warning

__all__ = ["early_warning"]
