"""The customer rating workbook: one corporate customer from its statements to the credit memo."""
