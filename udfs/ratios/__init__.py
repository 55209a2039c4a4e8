"""Financial ratios, distress scores and peers, from the figures of a customer's statements."""

from udfs.ratios import ratio_columns, ratio_statement

__all__ = ["ratio_columns", "ratio_statement"]
