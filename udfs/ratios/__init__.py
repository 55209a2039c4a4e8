"""Financial ratios, distress scores and peers, from the figures of a customer's statements."""

from udfs.ratios import altman, distress_models, ratio_columns, ratio_statement

__all__ = ["altman", "distress_models", "ratio_columns", "ratio_statement"]
