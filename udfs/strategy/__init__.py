"""What follows from a tier: strategy, action, review, product."""

from udfs.strategy import products, tier_strategy

__all__ = ["products", "tier_strategy"]
