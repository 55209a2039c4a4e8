"""What a template is: its name, its titles, how it is built, what an empty copy keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable

from openpyxl.workbook import Workbook

from workbook_templates.data_tables import Capacity, DataTable, capacity
from workbook_templates.emptying import empty
from workbook_templates.errors import NoCaseError
from workbook_templates.language import Lang, language
from workbook_templates.properties import describe
from workbook_templates.protection import protect


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook that a bank can start from.

    Attributes:
        name: what ``creditcells new`` calls it.
        title: what it is for, by language.
        draft: makes it, with its worked case and without computed values, from the language and,
            if it has tables of data, the room of each.
        cover: the sheet that shows it best, by language; the first result sheet by default.
        keeps: defined names of inputs that stay in an empty copy; policy sheets, the as-of date
            and the language stay anyway.
        empty_draft: makes an empty copy, for a template whose worked case is more than its
            input cells.
        stay_open: titles of sheets that are not protected, beside those with tables and policy.
        has_case: whether there is a worked case to leave out.
        tables: of data that a bank fills with its own rows; the first gives the size.
    """

    name: str
    title: dict[Lang, str]
    draft: Callable[..., Workbook]
    cover: Mapping[str, str] = field(default_factory=dict)
    keeps: frozenset[str] = frozenset()
    empty_draft: Callable[[Lang], Workbook] | None = None
    stay_open: frozenset[str] = frozenset()
    has_case: bool = True
    tables: tuple[DataTable, ...] = ()

    def capacity(self, asked: Capacity, whole: int | None = None) -> Capacity:
        """The room of each table of data; see ``data_tables.capacity``.

        Raises:
            CapacityError: there is no such table, or it cannot have so many rows.
        """
        return capacity(self.name, self.tables, asked, whole)

    def build(
        self, lang: Lang, *, without_case: bool = False, rows: Capacity | None = None
    ) -> Workbook:
        """The workbook without computed values, its sheets protected.

        Args:
            lang: language of sheets, headers and texts.
            without_case: whether the inputs are blank instead of holding the worked case.
            rows: the room of its tables of data, as ``capacity`` gives it; by default each
                table's own.

        Raises:
            NoCaseError: the template has no worked case to leave out.
        """
        if without_case and not self.has_case:
            raise NoCaseError(f"{self.name} has no worked case to leave out; use it as it is.")
        if without_case and self.empty_draft is not None:
            book = self.empty_draft(lang)
        else:
            book = self._drafted(lang, rows or {})
            if without_case:
                empty(book, self.keeps)
        protect(book, self.stay_open)
        describe(book, self.title[lang], lang)
        return book

    def _drafted(self, lang: Lang, rows: Capacity) -> Workbook:
        sizes = (self.capacity(rows),) if self.tables or rows else ()
        return self.draft(lang, *sizes)

    def file(self, lang: str) -> Traversable:
        """The ready-made workbook of a language, with its values.

        Raises:
            UnknownTemplateError: there is none in that language.
        """
        chosen = language(lang)
        return resources.files("workbook_templates").joinpath(self.name, self.file_name(chosen))

    def file_name(self, lang: Lang) -> str:
        """Such as ``portfolio.zh.xlsx``."""
        return f"{self.name}.{lang}.xlsx"
