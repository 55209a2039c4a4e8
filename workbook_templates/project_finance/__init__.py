"""The project finance workbook: cash flow, debt sizing, cover ratios, cases, slotting, covenants."""
