"""Watching customers and portfolios: early warning, trends, migration, roll rates, vintages."""

from udfs.monitoring import (
    adjustments,
    cohorts,
    delinquency,
    early_warning,
    loan_migration,
    migration,
    multi_year,
    roll_rates,
    trends,
)

__all__ = [
    "adjustments",
    "cohorts",
    "delinquency",
    "early_warning",
    "loan_migration",
    "migration",
    "multi_year",
    "roll_rates",
    "trends",
]
