"""Watching customers and portfolios: early warning, trends, migration, roll rates, vintages."""

from udfs.monitoring import cohorts, early_warning, migration, multi_year

__all__ = ["cohorts", "early_warning", "migration", "multi_year"]
