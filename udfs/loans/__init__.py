"""Loans: the eighteen classification lists, five-tier classification, provisions."""

from udfs.loans import (
    loan_classes,
    npl_ratios,
    obligor_classes,
    provisions,
    screening,
    tags,
    upgrades,
)

__all__ = [
    "loan_classes",
    "npl_ratios",
    "obligor_classes",
    "provisions",
    "screening",
    "tags",
    "upgrades",
]
