"""Loans: the eighteen classification lists, five-tier classification, provisions."""
