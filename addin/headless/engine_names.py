"""Defined names of the xlwings engine over a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from addin.headless.engine_limits import refusal, refuse_the_rest
from addin.headless.workbook import Name as DefinedName

if TYPE_CHECKING:
    from addin.headless.engine import Book
    from addin.headless.engine_range import Range


@refuse_the_rest
class Names(base_classes.Names):
    """The defined names of a book, or those of one sheet."""

    def __init__(self, book: Book, scope: str | None = None) -> None:
        self._book = book
        self._scope = scope

    @property
    def api(self) -> list[DefinedName]:
        """The names underneath."""
        every = self._book.api.names
        return every if self._scope is None else [n for n in every if n.sheet == self._scope]

    def __call__(self, name_or_index: str | int) -> Name:
        """The name of a text or number, from 1."""
        if isinstance(name_or_index, int):
            found = self.api[name_or_index - 1]
            return Name(self._book, found.name, found.sheet)
        for found in self.api:
            if found.name.casefold() == name_or_index.casefold():
                return Name(self._book, found.name, found.sheet)
        raise KeyError(name_or_index)

    def contains(self, name_or_index: str | int) -> bool:
        """Whether there is such a name."""
        if isinstance(name_or_index, int):
            return 1 <= name_or_index <= len(self)
        return name_or_index.casefold() in (found.name.casefold() for found in self.api)

    def __len__(self) -> int:
        return len(self.api)

    def add(self, name: str, refers_to: str) -> Name:
        """Defines a name, or gives an existing one another meaning."""
        self._book.api.set_name(name, refers_to.removeprefix("="), self._scope)
        return Name(self._book, name, self._scope)


@refuse_the_rest
class Name(base_classes.Name):
    """A defined name."""

    def __init__(self, book: Book, name: str, scope: str | None) -> None:
        self._book = book
        self._name = name
        self._scope = scope

    @property
    def api(self) -> DefinedName:
        """The name underneath."""
        return next(
            found
            for found in self._book.api.names
            if found.name.casefold() == self._name.casefold() and found.sheet == self._scope
        )

    @property
    def name(self) -> str:
        """Its text, with the sheet before it where it belongs to one."""
        return self._name if self._scope is None else f"{self._scope}!{self._name}"

    @name.setter
    def name(self, value: Any) -> None:
        refusal("Setting Name.name")(value)

    @property
    def refers_to(self) -> str:
        """What it refers to, with `=`."""
        return "=" + self.api.text

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self._book.api.set_name(self._name, value.removeprefix("="), self._scope)

    @property
    def refers_to_range(self) -> Range:
        """The range it refers to."""
        return self._book.sheets.active.range(self.api.text)

    def delete(self) -> None:
        """Takes the name away."""
        self._book.api.delete_name(self._name, self._scope)
