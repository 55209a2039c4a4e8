"""Recency, frequency and monetary value: scores and segments of all customers together."""

from udfs.rfm import base, scores, segments

__all__ = ["base", "scores", "segments"]
