"""How much may be lent: limits, collateral, large exposures, concentration."""
