"""Beyond one sheet: the chain of a policy workbook over all customers of a bank."""
