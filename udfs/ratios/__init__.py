"""Financial ratios, distress scores and peers, from the figures of a customer's statements."""

from udfs.ratios import (
    altman,
    debt_to_income,
    distress_models,
    merton,
    piotroski,
    ratio_columns,
    ratio_statement,
)

__all__ = [
    "altman",
    "debt_to_income",
    "distress_models",
    "merton",
    "piotroski",
    "ratio_columns",
    "ratio_statement",
]
