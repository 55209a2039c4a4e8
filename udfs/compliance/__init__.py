"""Consent, masking and identity numbers."""
