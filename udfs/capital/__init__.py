"""Regulatory capital: IRB, standardised risk weights, project-finance slotting."""

from udfs.capital import irb, irb_lgd

__all__ = ["irb", "irb_lgd"]
