"""What can go wrong with templates."""

from udfs.errors import CreditCellsError


class UnknownTemplateError(CreditCellsError):
    """There is no template of that name or language."""


class UnknownFieldError(CreditCellsError):
    """The field dictionary has no such field."""
