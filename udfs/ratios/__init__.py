"""Financial ratios, distress scores and peers, from the figures of a customer's statements."""

from udfs.ratios import (
    altman,
    benchmarks,
    debt_to_income,
    distress_models,
    merton,
    peer_tables,
    piotroski,
    ratio_columns,
    ratio_statement,
    strengths,
)

__all__ = [
    "altman",
    "benchmarks",
    "debt_to_income",
    "distress_models",
    "merton",
    "peer_tables",
    "piotroski",
    "ratio_columns",
    "ratio_statement",
    "strengths",
]
