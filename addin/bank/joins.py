"""What only all rows together show: keys that stand twice, rows of nobody, whose row is whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from addin.bank.engine import Engine, listed
from addin.bank.fault_files import Faults, row_as_json
from addin.bank.run_folder import parts_of
from addin.bank.staging import InputCount, schema
from addin.portfolio.faults import Fault, FaultLog, Place
from addin.portfolio.rules import LEFT_OUT
from workbook_templates.fields import TableName, fields

_NOT_OF_THE_SOURCE = frozenset({"place", "row", "seq", "first_row"})


@dataclass(slots=True)
class Joiner:
    """Leaves out what only all rows together show, and puts each row beside its customer.

    Attributes:
        engine: sees all rows.
        staged: the folder of the checked tables.
        counts: where the rows of each input went; rows left out here are added.
        faults: takes up why.
        dropped: the numbers of a table's rows whose key stood before, in ascending order; a table
            without any is not among them.
    """

    engine: Engine
    staged: Path
    counts: Sequence[InputCount]
    faults: Faults
    dropped: dict[TableName, npt.NDArray[np.int64]] = field(default_factory=dict, init=False)
    _usable: dict[TableName, str] = field(default_factory=dict)

    def drop_repeated(self, table: TableName) -> None:
        """Leave out the rows whose key stood before; the first usable row of each key counts."""
        parts = list(parts_of(self.staged / table))
        if not parts:
            return
        self.engine.view(table, parts)
        self._usable[table] = table
        key = next((known.name for known in fields(table) if known.key), None)
        if key is None:
            return
        twice = self.engine.keep(
            f"twice_{table}",
            f"SELECT {key} AS k, min(seq) AS first_seq FROM {table} "  # noqa: S608 - names of ours
            f"GROUP BY {key} HAVING count(*) > 1",
        )
        if twice:
            self._drop(table, key)

    def _drop(self, table: TableName, key: str) -> None:
        self.engine.keep(
            f"dropped_{table}",
            f"SELECT s.seq FROM {table} s JOIN twice_{table} t "  # noqa: S608 - names of ours
            f"ON s.{key} = t.k AND s.seq <> t.first_seq",
        )
        self.engine.define(
            f"usable_{table}",
            f"SELECT s.* FROM {table} s ANTI JOIN dropped_{table} d ON s.seq = d.seq",  # noqa: S608 - same
        )
        self._usable[table] = f"usable_{table}"
        found = (
            f'SELECT s.*, f."row" AS first_row FROM {table} s '  # noqa: S608 - same
            f"JOIN twice_{table} t ON s.{key} = t.k AND s.seq <> t.first_seq "
            f"JOIN {table} f ON f.seq = t.first_seq ORDER BY s.seq"
        )
        self.dropped[table] = self._leave_out(
            table, "duplicate id", key, found, allowed="first_row"
        )

    def join(self, table: TableName, target: Path) -> None:
        """The rows of a detail table in the order of their customers, if it has any.

        A row of nobody is left out.
        """
        if table not in self._usable:
            return
        rows, customers = self._usable[table], self._usable["customers"]
        self._leave_out(
            table,
            "unknown customer",
            "customer_id",
            f"SELECT d.* FROM {rows} d ANTI JOIN {customers} c "  # noqa: S608 - names of ours
            "ON d.customer_id = c.customer_id ORDER BY d.seq",
        )
        own = [name for name in schema(table).names if name not in {"place", "row"}]
        self.engine.write(
            f"SELECT c.seq AS owner, {listed(own, 'd')} FROM {rows} d JOIN {customers} c "  # noqa: S608 - same
            "ON d.customer_id = c.customer_id ORDER BY c.seq, d.seq",
            target,
        )

    def _leave_out(
        self, table: TableName, rule: str, column: str, found: str, allowed: str = ""
    ) -> npt.NDArray[np.int64]:
        """Note the rows of a query; gives their numbers, in its order."""
        numbers = [np.zeros(0, dtype=np.int64)]
        for batch in self.engine.batches(found):
            rows = batch.to_pylist()
            numbers.append(np.array([row["seq"] for row in rows], dtype=np.int64))
            log = FaultLog()
            cells: dict[tuple[Place, int], Mapping[str, Any]] = {}
            for place in sorted({row["place"] for row in rows}):
                own = [row for row in rows if row["place"] == place]
                count = self.counts[place]
                origin = Place(table, count.source, count.sheet)
                places = np.array([row["row"] for row in own], dtype=np.int64)
                cells |= {(origin, row["row"]): row for row in own}
                log.leave_out(origin, places)
                log.add(
                    Fault(
                        place=origin,
                        rule=rule,
                        action=LEFT_OUT,
                        column=count.column(column),
                        rows=places,
                        values=[row[column] for row in own],
                        allowed=[str(row[allowed]) for row in own] if allowed else "",
                    )
                )
                count.left_out += len(own)
                count.faults += len(own)
            self.faults.add(log, partial(_content, cells))
        return np.concatenate(numbers)


def _content(cells: Mapping[tuple[Place, int], Mapping[str, Any]], place: Place, row: int) -> str:
    own = {
        name: cell
        for name, cell in cells[place, row].items()
        if name not in _NOT_OF_THE_SOURCE and cell is not None
    }
    return row_as_json(own)
