"""The portfolio workbook: customers, loans and transactions in, tiers and strategy out."""
