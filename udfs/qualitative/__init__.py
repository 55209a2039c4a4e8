"""Questionnaires and qualitative factors."""

from udfs.qualitative import ordinal_scales, questionnaires

__all__ = ["ordinal_scales", "questionnaires"]
