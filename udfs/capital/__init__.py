"""Regulatory capital: IRB, standardised risk weights, project-finance slotting."""
