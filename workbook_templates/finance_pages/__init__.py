"""What the finance workbooks share: entries, result lines, time rows, charts, policy in formulas."""
