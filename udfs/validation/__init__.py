"""Validation: discrimination, stability and calibration of scores, PDs, grades and tiers."""

from udfs.validation import (
    areas,
    back_tests,
    binomial_tests,
    brier_scores,
    calibrations,
    cut_offs,
    gaps,
    hosmer_lemeshow,
    lifts,
    low_default,
    pd_adjustments,
    stability,
    tier_tests,
)

__all__ = [
    "areas",
    "back_tests",
    "binomial_tests",
    "brier_scores",
    "calibrations",
    "cut_offs",
    "gaps",
    "hosmer_lemeshow",
    "lifts",
    "low_default",
    "pd_adjustments",
    "stability",
    "tier_tests",
]
