"""Grades, scores and PDs: scorecards, grade scales and master scales."""

from udfs.grading import grades, master_scales, risk_tiers, scales, scorecards, weighted_scores

__all__ = ["grades", "master_scales", "risk_tiers", "scales", "scorecards", "weighted_scores"]
