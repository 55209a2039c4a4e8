"""Risk signals in notes, news and call reports."""

from udfs.text_signals import text_risk

__all__ = ["text_risk"]
