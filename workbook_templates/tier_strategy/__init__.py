"""The tier-strategy workbook: tiers side by side, the grade and value grid, and what-if."""
