"""The refresh: new data in, everything recomputed, the last snapshot kept.

``refresh`` works on any ``xlwings.Book``: one that is open in Excel, or a file without Excel.
``refresh_file`` is the safe way to do it to a file.
"""

from __future__ import annotations

import datetime as dt
import getpass
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlwings

from addin.errors import WorkbookError
from addin.garbage import without_collection
from addin.portfolio.data_check import (
    Run,
    describe_sources,
    note_unreconciled,
    write_audit,
    write_checks,
    write_overflow,
)
from addin.portfolio.history import keep_snapshot
from addin.portfolio.model import (
    Progress,
    SourceSet,
    Summary,
    TableCount,
    Uncomputed,
    no_progress,
)
from addin.portfolio.policy import load_policy, policy_fingerprint
from addin.portfolio.portfolio_sheets import Sheets, policy_cell
from addin.portfolio.reading import read_portfolio
from addin.portfolio.results import read_results, resize_results, tier_lines
from addin.portfolio.sheet_tables import plain, uses_1904
from addin.safe_files import exclusive, replace_book
from udfs.errors import Words
from udfs.helpers.about import version
from workbook_templates.fields import TableName
from workbook_templates.portfolio.layout import (
    CAPITAL_OF_THE_CASE,
    CHECK_TOTAL_NAME,
    WORKED_CASE_NAME,
)

STEPS: Final = (
    "reading the sources",
    "writing the tables",
    "computing",
    "keeping the snapshot",
    "computing the totals",
)
_SAVING: Final = "saving"


def refresh(
    book: xlwings.Book,
    sources: SourceSet,
    *,
    as_of: dt.date | None = None,
    now: dt.datetime | None = None,
    user: str | None = None,
    progress: Progress = no_progress,
) -> Summary:
    """Bring a portfolio workbook up to date; nothing is saved.

    Sources are read and checked before anything is written, so a source that cannot be used
    leaves the workbook as it is.

    Args:
        book: the workbook, open in Excel or as a file.
        sources: what to read; a table without a source keeps its rows.
        as_of: the day that the figures are for; default the workbook's own as-of cell.
        now: when, for the audit log; default the clock.
        user: by whom, for the audit log; default the user of the operating system.
        progress: called before each step.

    Returns:
        What was read, kept and left out, and the portfolio by tier.

    Raises:
        WorkbookError: it is no portfolio workbook, or the data does not fit into it.
        SourceError: a source cannot be read.
        MappingError: a source's columns do not fit the fields.

    Example:
        >>> refresh(xlwings.Book.caller(), SourceSet.of(loans="loans.csv"))  # doctest: +SKIP
    """
    done = _refresh(book, sources, as_of, now, user, progress)
    return done.finished()


@dataclass(frozen=True, slots=True)
class _Done:
    """A refreshed workbook, with the entries that did not fit on its data check."""

    summary: Summary
    rest: pd.DataFrame | None

    def finished(self) -> Summary:
        """Write the data check's overflow once the workbook itself is safe."""
        overflow = write_overflow(Path(self.summary.book), self.rest)
        return replace(self.summary, overflow=overflow)


def _refresh(
    book: xlwings.Book,
    sources: SourceSet,
    as_of: dt.date | None,
    now: dt.datetime | None,
    user: str | None,
    progress: Progress,
) -> _Done:
    clock = _Clock(progress)
    sheets = Sheets.find(book)
    day = _as_of(book, as_of)
    clock.step(STEPS[0])
    worked_case = _holds_worked_case(book)
    portfolio = read_portfolio(sources, day, sheets.read, replace_all=worked_case)
    fresh = worked_case and "customers" not in portfolio.from_sheet
    clock.step(STEPS[1])
    with _quiet(book):
        load_policy(book, sources.policy)
        if fresh:
            book.names[WORKED_CASE_NAME].refers_to = "=FALSE"
            _clear_made_up_capital(book)
        book.names["asof"].refers_to_range.value = dt.datetime.combine(day, dt.time())
        counts, remarks = sheets.write_data(portfolio, day, carry=not fresh)
        listed = write_checks(book, sheets.checks, portfolio.log, counts, sheets.lang)
        resize_results(book, _written(counts, "customers"))
        clock.step(STEPS[2])
        book.app.calculate()
        clock.step(STEPS[3])
        results = read_results(book)
        kept = keep_snapshot(sheets.history, results, day, date1904=uses_1904(book), clear=fresh)
        remarks += [
            Words(f"snapshot of {dropped} dropped", f"已删除 {dropped} 的快照")
            for dropped in kept.dropped
        ]
        run = Run(
            at=(now or dt.datetime.now()).replace(microsecond=0),  # noqa: DTZ005 - a workbook's clock is local
            user=user or _user(),
            as_of=day,
            sources=describe_sources(counts, remarks, sheets.lang),
            policy=policy_fingerprint(book),
            version=version(),
        )
        row = write_audit(sheets.audit, run, counts, results, clear=fresh)
        clock.step(STEPS[4])
        book.app.calculate()
        difference = number_in(book.names[CHECK_TOTAL_NAME].refers_to_range.value)
        note_unreconciled(sheets.audit, row, difference)
    summary = Summary(
        book=book.fullname,
        as_of=day,
        lang=sheets.lang,
        tables=tuple(counts),
        tiers=tier_lines(results),
        faults_by_rule=portfolio.log.by_rule(),
        listed=listed.entries,
        overflow=None,
        unreconciled=difference,
        previous=kept.previous,
        uncomputed=uncomputed_formulas(book),
        seconds=clock.done(),
    )
    return _Done(summary, listed.rest)


def refresh_file(
    path: str | Path,
    sources: SourceSet,
    *,
    as_of: dt.date | None = None,
    now: dt.datetime | None = None,
    user: str | None = None,
    progress: Progress = no_progress,
) -> Summary:
    """Bring a portfolio workbook file up to date without Excel, safely.

    The new version takes the old one's place in one step when all is done, and the old one
    becomes the backup ``BOOK.bak.xlsx``. Whatever fails, the workbook stays as it was.

    Args:
        path: an .xlsx or .xlsm portfolio workbook.
        sources: what to read; a table without a source keeps its rows.
        as_of: the day that the figures are for; default the workbook's own as-of cell.
        now: when, for the audit log; default the clock.
        user: by whom, for the audit log; default the user of the operating system.
        progress: called before each step.

    Returns:
        What was read, kept and left out, and the portfolio by tier.

    Raises:
        BookInUseError: it is open elsewhere, or another run works on it.
        WorkbookError: it cannot be read or written, or is no portfolio workbook.
        SourceError: a source cannot be read.
        MappingError: a source's columns do not fit the fields.

    Example:
        >>> refresh_file("portfolio.xlsx", SourceSet.of(loans="loans.csv"))  # doctest: +SKIP
    """
    from addin.headless.engine import open_book  # noqa: PLC0415 - Excel's users do not need it

    file = Path(path).resolve()
    with exclusive(file), without_collection():
        before = file.stat()
        book = open_book(file)
        done = _refresh(book, sources, as_of, now, user, progress)
        progress(_SAVING, len(STEPS), len(STEPS) + 1)
        started = time.perf_counter()
        if _changed(before, file.stat()):
            raise WorkbookError(
                file, "was changed by someone else meanwhile.", "Run the refresh again."
            )
        backup = replace_book(file, book.save)
        summary = done.finished()
        seconds = {**summary.seconds, _SAVING: time.perf_counter() - started}
    return replace(summary, backup=backup, seconds=seconds)


def _changed(before: Any, after: Any) -> bool:
    return (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size)


def _written(counts: Sequence[TableCount], table: TableName) -> int:
    return sum(count.written for count in counts if count.table == table)


def _as_of(book: xlwings.Book, given: dt.date | None) -> dt.date:
    if given is not None:
        return given
    cell = policy_cell(book, "asof")
    if not isinstance(cell, dt.datetime):
        raise WorkbookError(
            book.fullname,
            f"the as-of cell holds {cell!r}, which is no date.",
            "Write a date into it on the policy sheet, or give --as-of.",
        )
    return cell.date()


def _holds_worked_case(book: xlwings.Book) -> bool:
    """Whether the workbook still holds the template's made-up customers."""
    if WORKED_CASE_NAME not in book.names:
        return False
    return str(book.names[WORKED_CASE_NAME].refers_to).strip("= ").upper() == "TRUE"


def _clear_made_up_capital(book: xlwings.Book) -> None:
    """Let no made-up capital stand beside a bank's own customers; what was typed in stays."""
    for name, made_up in CAPITAL_OF_THE_CASE.items():
        if name in book.names:
            cell = book.names[name].refers_to_range
            if cell.value == made_up:
                cell.value = None


@contextmanager
def _quiet(book: xlwings.Book) -> Iterator[None]:
    """Let Excel neither compute nor draw until all is written."""
    app = book.app
    before = (app.calculation, app.screen_updating)
    app.calculation, app.screen_updating = "manual", False
    try:
        yield
    finally:
        app.calculation, app.screen_updating = before


def _user() -> str:
    """The user of the operating system; "unknown" where, as in some containers, it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def number_in(cell: Any) -> float:
    """The number that a cell holds; NaN for anything else."""
    number = plain(cell)
    return float(number) if isinstance(number, int | float) else float("nan")


def uncomputed_formulas(book: xlwings.Book) -> tuple[Uncomputed, ...]:
    """What the calculation without Excel could not do; Excel has no such report."""
    report = getattr(book.app.impl, "report", None)
    if report is None:
        return ()
    return tuple(
        Uncomputed(sheet=item.sheet, cell=item.cell, formula=item.formula, reason=item.reason)
        for item in report.uncomputed
    )


@dataclass(slots=True)
class _Clock:
    """Tells the steps and how long each took."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    started: float = 0.0
    current: str = ""

    def step(self, name: str) -> None:
        self._stop()
        self.current, self.started = name, time.perf_counter()
        self.progress(name, STEPS.index(name), len(STEPS) + 1)

    def done(self) -> dict[str, float]:
        self._stop()
        return self.seconds

    def _stop(self) -> None:
        if self.current:
            self.seconds[self.current] = time.perf_counter() - self.started
