"""What can go wrong with templates."""

from udfs.errors import CreditCellsError


class UnknownTemplateError(CreditCellsError):
    """There is no template of that name or language."""


class UnknownFieldError(CreditCellsError):
    """The field dictionary has no such field."""


class NoCaseError(CreditCellsError):
    """A template without a worked case has nothing to leave out."""


class CapacityError(CreditCellsError):
    """A table of data cannot have so many rows."""
