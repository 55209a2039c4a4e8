"""Rows of files into the data tables of a template's workbook, which is then recomputed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import xlwings

from addin.errors import WorkbookError
from addin.filling.growing import regrown
from addin.filling.own_formulas import own_formulas
from addin.filling.recognised import Recognised, recognise
from addin.filling.rows import NewRows, owner_of, read_rows
from addin.filling.summary import Filled
from addin.filling.worked_case import holds_worked_case
from addin.portfolio.data_check import write_overflow
from addin.portfolio.data_sheets import write_table
from addin.portfolio.model import Progress, SourceSet, TableCount, no_progress
from addin.portfolio.refresh import number_in, uncomputed_formulas
from addin.portfolio.sheet_tables import SheetTable, uses_1904
from addin.safe_files import exclusive, replace_book
from udfs.errors import Words
from workbook_templates.pages.check_sheet import CHECK_TOTAL_NAME

_AS_OF: Final = "asof"
_STEPS: Final = ("reading the sources", "writing the tables", "computing", "saving")


def fill_file(
    path: str | Path,
    sources: SourceSet,
    out: str | Path | None = None,
    *,
    as_of: dt.date | None = None,
    grow: bool = False,
    progress: Progress = no_progress,
) -> Filled:
    """Write rows of files into a workbook's data tables, and recompute it, without Excel.

    The rows of a table that a source fills are replaced; columns that no source gives keep their
    cells where the table has a key. Sources are read and checked before anything is written.
    Whatever fails, the workbook stays as it was.

    Args:
        path: an .xlsx or .xlsm workbook made from a template with data tables.
        sources: what to read, each named after its table, or after its name in the mapping.
        out: the workbook to write; by default the workbook itself, which leaves a backup.
        as_of: the day that the figures are for; default what the workbook says.
        grow: whether to build the workbook anew where a table lacks room, with all inputs and
            policy carried over.
        progress: called before each step.

    Returns:
        What was read, written and left out.

    Raises:
        BookInUseError: it is open elsewhere, or another run works on it.
        WorkbookError: it cannot be read or written, is of no such template, or has no room.
        SourceError: a source cannot be read.
        MappingError: a source's columns do not fit the fields.

    Example:
        >>> fill_file("rfm.xlsx", SourceSet.of(transactions="t.csv"))  # doctest: +SKIP
    """
    from addin.headless.engine import open_book  # noqa: PLC0415 - slow to import

    file = Path(path).resolve()
    target_file = file if out is None else Path(out).resolve()
    with exclusive(file):
        progress(_STEPS[0], 0, len(_STEPS))
        target = recognise(open_book(file))
        rows = read_rows(target, sources, as_of or _day(target.book))
        over = _over(target, rows)
        if over and not grow:
            raise _overflow(target, over)
        own = own_formulas(target) if over else ()
        if over:
            target = regrown(target, over)
        progress(_STEPS[1], 1, len(_STEPS))
        cleared = _write(target, rows, as_of)
        progress(_STEPS[2], 2, len(_STEPS))
        target.book.app.calculate()
        progress(_STEPS[3], 3, len(_STEPS))
        backup = _save(target.book, file, target_file)
        files = (file, target_file, backup)
        summary = _summary(target, rows, cleared, files)
        return replace(summary, grown=bool(over), own_formulas=own)


def _day(book: xlwings.Book) -> dt.date | None:
    """The workbook's as-of date, if it has one."""
    if _AS_OF not in book.names:
        return None
    cell = book.names[_AS_OF].refers_to_range.value
    return cell.date() if isinstance(cell, dt.datetime) else None


def _over(target: Recognised, rows: NewRows) -> dict[str, int]:
    """The rows to be written to tables that have no room for them."""
    needed = {name: len(table.frame) for name, table in rows.tables.items()}
    return {name: count for name, count in needed.items() if count > target.tables[name].rows}


def _overflow(target: Recognised, over: Mapping[str, int]) -> WorkbookError:
    told = ", ".join(
        f"{name} has room for {target.tables[name].rows:,} rows, and {count:,} are to be written"
        for name, count in over.items()
    )
    asked = " ".join(f"--rows {name}={count}" for name, count in over.items())
    return WorkbookError(
        target.path,
        f"{told}; nothing was changed.",
        f"Let it grow with --grow, or make a larger one: "
        f"`creditcells new {target.template.name} FILE {asked}`.",
    )


def _write(target: Recognised, rows: NewRows, as_of: dt.date | None) -> tuple[str, ...]:
    book = target.book
    if as_of is not None:
        _set_day(book, as_of)
    cleared = _made_up(target, rows)
    for name, table in rows.tables.items():
        sheet = target.tables[name]
        write_table(
            sheet,
            table,
            target.lang,
            date1904=uses_1904(book),
            carry=not holds_worked_case(target, name),
            room=sheet.rows,
        )
    for name in cleared:
        clear(target.tables[name])
    return cleared


def _made_up(target: Recognised, rows: NewRows) -> tuple[str, ...]:
    """Tables that hold the worked case of customers who are about to go."""
    return tuple(
        name
        for name in target.tables
        if name not in rows.tables
        and owner_of(name, target.dictionary) in rows.tables
        and holds_worked_case(target, name)
    )


def clear(sheet: SheetTable) -> None:
    """Blank the cells of a table, but not its formulas."""
    blank = [None] * sheet.rows
    places = range(len(sheet.headers))
    sheet.write({place: blank for place in places if not sheet.has_formula(place)})


def _set_day(book: xlwings.Book, day: dt.date) -> None:
    if _AS_OF not in book.names:
        raise WorkbookError(
            book.fullname,
            Words("has no as-of date.", "没有基准日。"),
            Words("Leave --as-of away for this template.", "该模板请去掉 --as-of。"),
        )
    book.names[_AS_OF].refers_to_range.value = dt.datetime.combine(day, dt.time())


def _save(book: xlwings.Book, file: Path, out: Path) -> Path | None:
    if out == file:
        return replace_book(file, book.save)
    book.save(out)
    return None


def _counts(rows: NewRows) -> list[TableCount]:
    return [
        TableCount(
            table=read.place.table,
            source=read.place.source,
            read=read.read,
            kept=read.kept,
            left_out=len(rows.log.left_out.get(read.place, ())),
            faults=rows.log.count(read.place),
            written=read.kept,
            sha256=read.sha256,
            detail=read.detail,
        )
        for read in rows.reads
    ]


def _summary(
    target: Recognised,
    rows: NewRows,
    cleared: tuple[str, ...],
    files: tuple[Path, Path, Path | None],
) -> Filled:
    book, out, backup = files
    entries = rows.log.entries(target.lang)
    titles = {table.name: table.titles[target.lang] for table in target.template.tables}
    entries = entries.assign(table=entries["table"].map(titles))
    return Filled(
        book=str(book),
        out=str(out),
        template=target.template.name,
        lang=target.lang,
        tables=tuple(_counts(rows)),
        room={name: sheet.rows for name, sheet in target.tables.items()},
        grown=False,
        own_formulas=(),
        cleared=cleared,
        faults_by_rule=rows.log.by_rule(),
        listed=write_overflow(out, entries if len(entries) else None),
        difference=number_in(target.book.names[CHECK_TOTAL_NAME].refers_to_range.value),
        uncomputed=uncomputed_formulas(target.book),
        backup=backup,
    )
