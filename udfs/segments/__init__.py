"""Segments of customers: bands, size, industry, region, behaviour, account tier."""

from udfs.segments import (
    account_tiers,
    bands,
    behaviour,
    enterprise_size,
    industries,
    industry_risk,
    percentiles,
    regions,
)

__all__ = [
    "account_tiers",
    "bands",
    "behaviour",
    "enterprise_size",
    "industries",
    "industry_risk",
    "percentiles",
    "regions",
]
