"""The refresh of a portfolio workbook that is open in the Excel of somebody else."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Final

import xlwings

from addin.portfolio import SourceSet, Summary
from addin.portfolio.refresh import refresh
from addin.server.twin import State, make_twin, repeat
from workbook_templates.portfolio.layout import SHEETS


def refresh_remote(
    book: xlwings.Book,
    sources: SourceSet,
    *,
    as_of: dt.date | None = None,
    now: dt.datetime | None = None,
    user: str | None = None,
) -> Summary:
    """Bring a portfolio workbook up to date that Excel sent; Excel carries it out afterwards.

    Args:
        book: the workbook, as xlwings Server hands it over.
        sources: what to read, on the server; a table without a source keeps its rows.
        as_of: the day that the figures are for; default the workbook's own as-of cell.
        now: when, for the audit log; default the server's clock.
        user: by whom, for the audit log.

    Returns:
        What was read, kept and left out, and the portfolio by tier.

    Raises:
        WorkbookError: it is no portfolio workbook as the template makes it, or the data does not
            fit into it.
        SourceError: a source cannot be read.
        MappingError: a source's columns do not fit the fields.
    """
    with tempfile.TemporaryDirectory(prefix="creditcells-") as folder:
        twin = make_twin(book, Path(folder))
        before = State.of(twin)
        summary = refresh(twin, sources, as_of=as_of, now=now, user=user)
        repeat(book, twin, before, State.of(twin))
    return summary


_TOLD: Final = {
    "en": (
        "{table}: {read} read, {kept} kept, {left} left out",
        "Findings: {n}; on the data check: {listed}",
    ),
    "zh": (
        "{table}：读取 {read}，保留 {kept}，剔除 {left}",
        "发现问题：{n}，数据检查列出：{listed}",
    ),
}


def told(summary: Summary) -> str:
    """What the refresh did, in a few lines in the workbook's language."""
    row, findings = _TOLD[summary.lang]
    lines = [
        row.format(table=SHEETS[t.table][summary.lang], read=t.read, kept=t.kept, left=t.left_out)
        for t in summary.tables
    ]
    return "\n".join([*lines, findings.format(n=summary.faults, listed=summary.listed)])
