"""The demo from start to saved workbook: two quarters of a synthetic bank, refreshed twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addin.demo.bank import Bank, make_bank
from addin.demo.files import Language, write_sources
from addin.headless.engine import open_book
from addin.portfolio import Progress, SourceSet, Summary, refresh_file
from addin.portfolio.model import no_progress
from addin.templates import new_workbook
from workbook_templates.portfolio.layout import NET_CAPITAL_NAME, TIER1_NAME

QUARTERS: Final = (1, 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the demo made.

    Attributes:
        sources: the folder with the files of each quarter.
        workbook: the refreshed portfolio workbook.
        summary: what the last refresh found.
    """

    sources: Path
    workbook: Path
    summary: Summary


def run_demo(
    out: Path,
    *,
    lang: Language = "en",
    customers: int = 5000,
    seed: int = 2026,
    progress: Progress = no_progress,
) -> Outcome:
    """Make the bank's files for two quarters, and refresh a new workbook with each in turn.

    The first refresh leaves the snapshot that the migration matrix of the second one needs.

    Args:
        out: folder to write to; made if need be. What the demo wrote there before is replaced.
        lang: language of files and workbook.
        customers: size of the bank.
        seed: the same seed makes the same bank.
        progress: called with each step.

    Returns:
        Where everything is, and the summary of the last refresh.
    """
    out.mkdir(parents=True, exist_ok=True)
    book = out / f"portfolio.{lang}.xlsx"
    book.unlink(missing_ok=True)
    new_workbook("portfolio", book, lang=lang)
    for quarter in QUARTERS:
        progress("making the bank", 0, 1)
        bank = make_bank(customers, quarter=quarter, seed=seed)
        _enter_capital(book, bank)
        files = write_sources(bank, out / "sources" / str(bank.as_of), lang=lang, seed=seed)
        sources = SourceSet.of(
            customers=str(files.customers),
            loans=str(files.loans),
            transactions=str(files.transactions),
        )
        summary = refresh_file(
            book, sources, as_of=dt.date.fromisoformat(str(bank.as_of)), progress=progress
        )
    return Outcome(out / "sources", book, summary)


def _enter_capital(file: Path, bank: Bank) -> None:
    """Type the bank's own capital into the risk policy, as its officers do each quarter."""
    book = open_book(file)
    for name, amount in ((TIER1_NAME, bank.tier1_capital), (NET_CAPITAL_NAME, bank.net_capital)):
        book.names[name].refers_to_range.value = amount
    book.save()
