"""Why a formula cannot be computed here."""

from __future__ import annotations

from udfs.errors import CreditCellsError


class UncomputableError(CreditCellsError):
    """A formula keeps its last value, for a reason that the report shows.

    Attributes:
        reason: one sentence for the user.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
