"""The loan-classification workbook: eighteen lists, five-tier classes, provisions, summary."""
