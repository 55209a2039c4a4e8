"""Watching customers and portfolios: early warning, trends, migration, roll rates, vintages."""

from udfs.monitoring import (
    adjustments,
    churn,
    cohorts,
    default_rates,
    delinquency,
    early_warning,
    grade_moves,
    loan_migration,
    loss_rates,
    migration,
    multi_year,
    roll_rates,
    trends,
    vintages,
)

__all__ = [
    "adjustments",
    "churn",
    "cohorts",
    "default_rates",
    "delinquency",
    "early_warning",
    "grade_moves",
    "loan_migration",
    "loss_rates",
    "migration",
    "multi_year",
    "roll_rates",
    "trends",
    "vintages",
]
