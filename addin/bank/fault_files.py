"""What was found wrong in a run's rows, written out as it comes, for whoever has to correct it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from addin.bank.run_folder import RunFolder
from addin.portfolio.faults import COLUMNS, FaultLog, Place

_FAULT_TYPES: Final = {"row": pa.int64(), "left_out": pa.int64()}
FAULT_SCHEMA: Final = pa.schema(
    [
        *((name, _FAULT_TYPES.get(name, pa.string())) for name in COLUMNS),
        ("content", pa.string()),
        ("number", pa.int64()),
    ]
)
"""An entry of the data check, the cells of its row if the row was left out, and its number."""


class Faults:
    """The entries of the data check, written out as they come.

    Args:
        run: the run's folder.
        folder: where they stand in it.
        lang: their language.
        chunk: the chunk of the inputs that they are about.
        first: the number of the first entry.
    """

    def __init__(
        self, run: RunFolder, folder: Path, lang: str, *, chunk: int = 0, first: int = 0
    ) -> None:
        self.count = first
        self._run = run
        self._folder = folder
        self._lang = lang
        self._chunk = chunk
        self._parts = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, log: FaultLog, content: Callable[[Place, int], str | None]) -> None:
        """Write the entries of a log.

        Args:
            log: what was found wrong in one batch.
            content: gives the cells of a row that was left out.
        """
        if not log.faults:
            return
        entries = log.entries(self._lang)
        place_of = {(p.table, p.source, p.sheet): p for p in log.left_out}
        keys = zip(
            entries["table"], entries["source"], entries["sheet"], entries["row"], strict=True
        )
        gone = entries["left_out"].to_numpy() == 1
        cells = [
            content(place_of[table, source, sheet], int(row)) if out else None
            for (table, source, sheet, row), out in zip(keys, gone, strict=True)
        ]
        number = np.arange(self.count, self.count + len(entries))
        frame = entries.assign(content=pd.Series(cells, dtype=object), number=number)
        arrow = pa.Table.from_pandas(
            frame.astype({name: object for name in frame if name != "number"}),
            FAULT_SCHEMA,
            preserve_index=False,
        )
        file = self._folder / f"part-{self._chunk:06d}-{self._parts:06d}.parquet"
        self._run.write(arrow, file)
        self._parts += 1
        self.count += len(entries)


def row_as_json(cells: Mapping[Any, Any]) -> str:
    """A row's cells as JSON text, blank ones left out."""
    filled = {str(name): cell for name, cell in cells.items() if cell != "" and not pd.isna(cell)}
    return json.dumps(filled, ensure_ascii=False, default=str)
