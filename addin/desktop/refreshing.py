"""The ribbon's refresh: asks for the sources, refreshes the open workbook, tells the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import xlwings

from addin.desktop import open_book
from addin.desktop.dialogs import Dialogs
from addin.desktop.texts import STEPS_ZH, TEXTS
from addin.portfolio import SourceSet, refresh
from addin.portfolio.mapping_file import sources_left_open
from addin.portfolio.model import Summary
from addin.portfolio.refresh import STEPS
from workbook_templates.portfolio.layout import SHEETS

WRITING: Final = STEPS[1]
"""The first step of a refresh that changes the workbook."""


def refresh_from_files(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Ask for the files of customers, loans and transactions, and refresh the portfolio."""
    texts, files = TEXTS[lang], {}
    for table in ("customers", "loans", "transactions"):
        file = dialogs.source_file(texts[table], "data")
        if file is not None:
            files[table] = str(file)
    if not files:
        dialogs.tell(texts["no_source"])
        return
    _refresh(book, dialogs, SourceSet.of(named=files), lang)


def refresh_by_mapping(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Ask for the mapping file, and for the sources that it leaves open, and refresh."""
    texts = TEXTS[lang]
    mapping = dialogs.source_file(texts["mapping"], "mapping")
    if mapping is None:
        dialogs.tell(texts["no_source"])
        return
    named = {}
    for name in sources_left_open(mapping):
        location = dialogs.ask(texts["location"].format(name=name))
        if location is None:
            dialogs.tell(texts["no_source"])
            return
        named[name] = location
    _refresh(book, dialogs, SourceSet.of(named=named, mapping=mapping), lang)


def keep_snapshot(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Recompute the portfolio with its own rows and keep them in its history."""
    _refresh(book, dialogs, SourceSet.of(), lang)


def _refresh(book: xlwings.Book, dialogs: Dialogs, sources: SourceSet, lang: str) -> None:
    texts, backups = TEXTS[lang], []

    def show(step: str, done: int, total: int) -> None:
        _ = done, total
        if step == WRITING:  # until now nothing was changed, and the sources are known to be good
            backups.append(open_book.keep_backup(book))
        named = STEPS_ZH[step] if lang == "zh" else step
        book.app.status_bar = texts["working"].format(step=named)

    open_book.require_saved(book)
    try:
        summary = refresh(book, sources, progress=show)
    finally:
        book.app.status_bar = False  # Excel's own text again
    told = [*outcome(summary, lang), *(texts["backup"].format(file=file) for file in backups)]
    dialogs.tell("\n".join(told))


def outcome(summary: Summary, lang: str) -> Iterator[str]:
    """What a refresh did, in lines that a message box can show."""
    texts = TEXTS[lang]
    yield texts["as_of"].format(day=summary.as_of)
    yield ""
    for one in summary.tables:
        yield texts["table"].format(
            table=SHEETS[one.table][lang],
            read=one.read,
            kept=one.kept,
            left_out=one.left_out,
            source=one.source,
        )
    yield ""
    for line in summary.tiers:
        yield texts["tier"].format(
            tier=line.tier or texts["no_tier"],
            customers=line.customers,
            exposure=line.exposure,
            loss=line.expected_loss,
        )
    yield ""
    yield texts["faults"].format(count=summary.faults)
    if summary.previous is not None:
        yield texts["previous"].format(day=summary.previous)
    if summary.overflow is not None:
        yield texts["overflow"].format(file=summary.overflow)
    if summary.unreconciled:
        yield texts["unreconciled"].format(count=summary.unreconciled)
