"""Compliance: consent gate, masking and check digits of identity numbers."""

from udfs.compliance import consents, id_checks, masks

__all__ = ["consents", "id_checks", "masks"]
