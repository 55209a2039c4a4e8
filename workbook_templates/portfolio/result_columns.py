"""What a column of the results sheet is, and what its formulas refer to."""

from __future__ import annotations

from dataclasses import dataclass

from workbook_templates.language import Lang
from workbook_templates.portfolio.inputs import FIRST_FACTOR, LAST_FACTOR
from workbook_templates.portfolio.layout import DATA_TABLES, reference, result_name


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column of the results sheet.

    Attributes:
        name: its defined name without the prefix.
        en: its English header.
        zh: its Chinese header.
        group: the group of columns it belongs to, in the sheet's language.
        kind: of number format.
        width: in characters.
        formula: the array formula that fills it.
        decides: whether it is a result to act on rather than a step on the way.
    """

    name: str
    en: str
    zh: str
    group: str
    kind: str
    width: float
    formula: str
    decides: bool = False

    def header(self, lang: Lang) -> str:
        """The column's header in a language."""
        return self.zh if lang == "zh" else self.en


class References:
    """References to the data tables, in the language of their headers."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def width(self, en: float, zh: float) -> float:
        """The width for the language."""
        return zh if self.lang == "zh" else en

    def customer(self, field: str) -> str:
        """A column of the customers."""
        return reference("customers", field, self.lang)

    def loan(self, field: str) -> str:
        """A column of the loans."""
        return reference("loans", field, self.lang)

    def event(self, field: str) -> str:
        """A column of the transactions."""
        return reference("transactions", field, self.lang)

    def factors(self) -> str:
        """The factor columns of the customers, side by side."""
        first = self.customer(FIRST_FACTOR).removeprefix(DATA_TABLES["customers"])
        last = self.customer(LAST_FACTOR).removeprefix(DATA_TABLES["customers"])
        return f"{DATA_TABLES['customers']}[{first}:{last}]"


def result(name: str) -> str:
    """A column of the results by its defined name."""
    return result_name(name)


def quoted(value: str) -> str:
    """A text in a formula."""
    return f'"{value}"'


def overdue_beyond(days: str) -> str:
    """Whether the days overdue exceed a limit; blank where there is debt but no such figure.

    Excel holds any text, even "", to be more than every number.
    """
    overdue, exposure = result("overdue_days"), result("exposure")
    return f'IF(ISNUMBER({overdue}),{overdue}>{days},IF({exposure}=0,FALSE,""))'


def if_filled(column: str, formula: str) -> str:
    """The formula where a column of the results holds something, otherwise a blank.

    Who is not scored for want of consent, or has no loan, has no such result either; that is no
    error.
    """
    return f'IF({result(column)}="","",{formula})'
