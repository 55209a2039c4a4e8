"""The bank's tables as files, with the dirt that real files have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd

from addin.demo.bank import Bank
from workbook_templates.fields import TABLES, fields

DIRT_SHARE: Final = 0.001
Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """Where the three tables were written."""

    customers: Path
    loans: Path
    transactions: Path


def write_sources(
    bank: Bank, folder: Path, *, lang: Language = "en", seed: int = 2026
) -> SourceFiles:
    """Write the bank's tables as CSV files, about one row in a thousand of each with a fault.

    The English files are UTF-8 with commas; the Chinese ones GB 18030, as a Chinese Excel saves
    them. Headers are the field dictionary's names, so that no mapping is needed.

    Args:
        bank: what to write.
        folder: where; made if need be.
        lang: language of the headers.
        seed: the same seed spoils the same rows.

    Returns:
        The three files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 9])
    spoiled = {
        "customers": _spoil_customers(_as_text(bank.customers), rng),
        "loans": _spoil_loans(_as_text(bank.loans), rng),
        "transactions": _spoil_transactions(_as_text(bank.transactions), rng),
    }
    files = SourceFiles(*(folder / f"{table}.csv" for table in spoiled))
    for table in TABLES:
        frame = spoiled[table]
        headers = {field.name: field.header(lang) for field in fields(table)}
        if lang == "zh":
            frame = frame.assign(
                **{f.name: frame[f.name].replace(f.options) for f in fields(table) if f.options}
            )
        frame[list(headers)].rename(columns=headers).to_csv(
            folder / f"{table}.csv",
            index=False,
            encoding="gb18030" if lang == "zh" else "utf-8",
            lineterminator="\n",
        )
    return files


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The cells as they go into the file: dates written out, blanks empty, any text allowed."""
    cells = {}
    for name, column in frame.items():
        written = column.dt.strftime("%Y-%m-%d") if column.dtype.kind == "M" else column
        cells[name] = written.astype(object).where(column.notna(), "")
    return pd.DataFrame(cells, dtype=object)


def _rows(frame: pd.DataFrame, rng: np.random.Generator) -> list[int]:
    """A few rows to spoil in one way."""
    count = max(1, round(DIRT_SHARE * len(frame)))
    return sorted(rng.choice(len(frame), size=count, replace=False).tolist())


def _put(frame: pd.DataFrame, column: str, value: str | int, rng: np.random.Generator) -> None:
    frame.loc[_rows(frame, rng), column] = value


def _spoil_customers(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    _put(frame, "debt_ratio", "n/a", rng)
    _put(frame, "current_ratio", "待补", rng)
    _put(frame, "revenue", "12,345.60", rng)
    _put(frame, "profit_margin", "8%", rng)
    _put(frame, "last_review", "2026-02-30", rng)
    _put(frame, "management", "excellent?", rng)
    _put(frame, "employees", -5, rng)
    _put(frame, "interest_cover", "", rng)
    _put(frame, "name", "=cmd|' /C calc'!A0", rng)
    _put(frame, "owner", "+1+1", rng)
    individuals = np.flatnonzero(frame["kind"] == "individual")
    if len(individuals):
        frame.loc[individuals[: max(1, len(individuals) // 20)], "consent"] = "no"
    return pd.concat([frame, frame.iloc[_rows(frame, rng)]], ignore_index=True)


def _spoil_loans(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    _put(frame, "balance", -100, rng)
    _put(frame, "customer_id", "C999999", rng)
    _put(frame, "start", "31/12/2025", rng)
    _put(frame, "overdue_days", "thirty", rng)
    _put(frame, "amount", "１２３４．５", rng)
    _put(frame, "rate", "4.35%", rng)
    return pd.concat([frame, frame.iloc[_rows(frame, rng)]], ignore_index=True)


def _spoil_transactions(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    _put(frame, "customer_id", "X000001", rng)
    _put(frame, "date", "2026-13-01", rng)
    _put(frame, "amount", "#N/A", rng)
    _put(frame, "kind", "unknown", rng)
    return frame
