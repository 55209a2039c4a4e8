"""What a loan must earn and what a customer brings: rates, RAROC, contribution, funding."""

from udfs.pricing import (
    contribution,
    cost_plus,
    funding_mix,
    raroc,
    rate_checks,
    rates,
    spreads,
)

__all__ = [
    "contribution",
    "cost_plus",
    "funding_mix",
    "raroc",
    "rate_checks",
    "rates",
    "spreads",
]
