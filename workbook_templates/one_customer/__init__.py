"""What the workbooks about one customer share: entry forms and tables, cards, formulas."""
