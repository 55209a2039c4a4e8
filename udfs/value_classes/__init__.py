"""ABC classes, account classes, and value-risk-need."""

from udfs.value_classes import abc_classes, account_classes, value_risk_need

__all__ = ["abc_classes", "account_classes", "value_risk_need"]
