"""What can go wrong with templates."""

from udfs.errors import CreditCellsError, Words


class UnknownTemplateError(CreditCellsError):
    """There is no template of that name or language."""


class UnknownFieldError(CreditCellsError):
    """The field dictionary has no such field."""


class NoCaseError(CreditCellsError):
    """A template without a worked case has nothing to leave out."""


class CapacityError(CreditCellsError):
    """A table of data cannot have so many rows.

    Attributes:
        english: the message.
        chinese: the same in Chinese.
    """

    def __init__(self, english: str, chinese: str) -> None:
        self.english = english
        self.chinese = chinese
        super().__init__(Words(english, chinese))
