"""What a loan must earn and what a customer brings: rates, RAROC, contribution, funding."""

from udfs.pricing import contribution, funding_mix, rate_checks, rates, spreads

__all__ = ["contribution", "funding_mix", "rate_checks", "rates", "spreads"]
