"""Questionnaires and qualitative factors."""
