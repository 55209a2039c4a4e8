"""Regulatory capital: IRB, standardised risk weights, project-finance slotting."""

from udfs.capital import (
    capital_requirement,
    irb,
    irb_lgd,
    project_phase,
    risk_weights,
    slotting,
    slotting_grid,
    slotting_items,
)

__all__ = [
    "capital_requirement",
    "irb",
    "irb_lgd",
    "project_phase",
    "risk_weights",
    "slotting",
    "slotting_grid",
    "slotting_items",
]
