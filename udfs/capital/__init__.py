"""Regulatory capital: IRB, standardised risk weights, project-finance slotting."""

from udfs.capital import capital_requirement, irb, irb_lgd, project_phase, risk_weights

__all__ = ["capital_requirement", "irb", "irb_lgd", "project_phase", "risk_weights"]
