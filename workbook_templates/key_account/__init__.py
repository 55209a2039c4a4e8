"""The key account workbook: one group of customers, from admission to service and early signals."""
