"""Validation: discrimination, stability and calibration of scores, PDs, grades and tiers."""

from udfs.validation import areas, cut_offs, gaps, lifts, stability

__all__ = ["areas", "cut_offs", "gaps", "lifts", "stability"]
