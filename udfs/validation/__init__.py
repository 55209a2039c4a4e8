"""Validation: discrimination, stability and calibration of scores, PDs, grades and tiers."""

from udfs.validation import areas, gaps, stability

__all__ = ["areas", "gaps", "stability"]
