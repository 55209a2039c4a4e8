"""What may stand in a table: the field dictionary's rules, and those between the tables.

A cell at fault is left blank, so that it never counts as good; a row that cannot be used at all
is left out. Both are noted in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from addin.portfolio.cleaning import Mask
from addin.portfolio.faults import Fault, FaultLog, Place
from addin.portfolio.mapping import Mapped
from addin.portfolio.rows import IntArray
from addin.portfolio.rules import BLANKED, KEEPS_THE_CELL, KEPT, LEFT_OUT, UNTOUCHED
from addin.portfolio.values import UNKNOWN, Values, blank_of, missing
from udfs.parsing import serial_to_date
from workbook_templates.fields import Field

_INDIVIDUAL: Final = "individual"


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """The rows of a table that can be used, ready for its sheet.

    Attributes:
        table: such as "customers", "loans" or "transactions".
        fields: those of its dictionary.
        frame: a column per field of the dictionary that any source gives: text, float, day or
            flag (1, 0, -1), with "", NaN, NaT or -1 where blank; options in their English word.
        places: where each row came from, as a position in ``origins``.
        rows: the source's row number of each row.
        origins: the sources.
    """

    table: str
    fields: tuple[Field, ...]
    frame: pd.DataFrame
    places: IntArray
    rows: IntArray
    origins: tuple[Place, ...]


@dataclass(slots=True)
class _Part:
    """One source's rows while they are checked."""

    mapped: Mapped
    place: Place
    log: FaultLog
    on_sheet: bool
    out: Mask
    noted: dict[tuple[str, str], Mask] = field(default_factory=dict)

    @property
    def rows(self) -> IntArray:
        return self.mapped.raw.rows

    def has_field(self, name: str) -> bool:
        """Whether the table's dictionary has a field of the name."""
        return any(known.name == name for known in self.mapped.plan.fields)

    def find(self, name: str) -> Field:
        """A field of the table's dictionary."""
        return next(known for known in self.mapped.plan.fields if known.name == name)

    def note(
        self,
        rule: str,
        cells: Mask,
        known: Field,
        *,
        action: str,
        allowed: str | Sequence[str] = "",
        column: str = "",
    ) -> None:
        """Note cells of a field that break a rule; a row that needs the field is left out.

        A source's cell that several fields use is noted once.
        """
        if not cells.any():
            return
        if action == BLANKED and known.required:
            action = LEFT_OUT
        if action == LEFT_OUT:
            self.out |= cells
            if not self.on_sheet:
                self.log.leave_out(self.place, self.rows[cells])
        column = column or self._column(known)
        before = self.noted.get((rule, column), np.zeros(len(cells), dtype=bool))
        self.noted[rule, column] = before | cells
        fresh = cells & ~before
        if not isinstance(allowed, str):
            allowed = [text for text, new in zip(allowed, fresh[cells], strict=True) if new]
        self.log.add(
            Fault(
                place=self.place,
                rule=rule,
                action=UNTOUCHED if self.on_sheet else action,
                column=column,
                rows=self.rows[fresh],
                values=self._cells(column, known, fresh),
                allowed=allowed,
            )
        )

    def _column(self, known: Field) -> str:
        """How the source calls a field's column; the field's own name if it is computed."""
        values = self.mapped.fields.get(known.name)
        return values.column if values is not None and values.column else known.name

    def _cells(self, column: str, known: Field, cells: Mask) -> Sequence[Any]:
        frame = self.mapped.raw.frame
        if column in frame:
            return list(frame[column].to_numpy()[cells])
        values = self.mapped.fields.get(known.name)
        if values is None or values.kind == "flag":
            return [""] * int(cells.sum())
        return list(values.data[cells])


def check_table(
    parts: Sequence[Mapped],
    log: FaultLog,
    *,
    customers: CheckedTable | None = None,
    on_sheet: bool = False,
    row_by_row: bool = False,
) -> CheckedTable:
    """The usable rows of a table from all its sources.

    Args:
        parts: the table's sources, mapped; at least one.
        log: takes up whatever is found wrong.
        customers: the checked customers, or whatever else the rows must belong to by its key.
        on_sheet: whether the rows stand on the workbook's own sheet: then nothing is changed and
            nothing left out, only listed.
        row_by_row: whether to leave out what compares rows with each other: whether a key stands
            twice.

    Returns:
        The rows in the order of the sources.
    """
    plan = parts[0].plan
    checked = [_check_part(mapped, log, on_sheet=on_sheet) for mapped in parts]
    joined = _join(plan.fields, checked)
    out = np.concatenate([part.out for part in checked])
    positions = _positions(checked)
    for known in plan.fields:
        if known.key and known.name in joined and not row_by_row:
            _check_key(known, joined[known.name].to_numpy(), out, positions, checked)
    if customers is not None:
        _check_customers(joined, out, positions, checked, customers)
    kept = ~np.concatenate([part.out for part in checked])
    if on_sheet:
        kept[:] = True
    places = np.repeat(np.arange(len(checked)), [len(part.rows) for part in checked])
    rows = np.concatenate([part.rows for part in checked])
    return CheckedTable(
        plan.table,
        plan.fields,
        joined.loc[kept].reset_index(drop=True),
        places[kept],
        rows[kept],
        tuple(part.place for part in checked),
    )


def _check_part(mapped: Mapped, log: FaultLog, *, on_sheet: bool) -> _Part:
    place = Place(mapped.plan.table, mapped.raw.source, mapped.raw.sheet)
    part = _Part(mapped, place, log, on_sheet, np.zeros(len(mapped.raw.rows), dtype=bool))
    for row in mapped.raw.broken:
        rows = np.array([row.row], dtype=np.int64)
        log.leave_out(place, rows)
        log.add(
            Fault(
                place=place,
                rule=row.rule,
                action=LEFT_OUT,
                column="",
                rows=rows,
                values=[row.text],
                allowed=row.allowed,
            )
        )
    for known in mapped.plan.fields:
        if known.name in mapped.fields:
            _check_field(part, known)
    _check_maturity(part)
    _check_consent(part)
    return part


def _check_field(part: _Part, known: Field) -> None:
    values = part.mapped.fields[known.name]
    faulty = np.zeros(len(values), dtype=bool)
    for fault in values.faults:
        action = KEEPS_THE_CELL.get(fault.rule, BLANKED)
        part.note(fault.rule, fault.cells, known, action=action, column=fault.column)
        if action == BLANKED:
            faulty |= fault.cells
    data = values.data
    if known.options and known.kind == "text":
        data = _check_options(part, known, values)
    elif known.kind in ("number", "date"):
        data = _check_bounds(part, known, values)
    part.mapped.fields[known.name] = Values(values.kind, data, values.faults, values.column)
    if known.required:
        blank = missing(values, part.mapped.plan.reading) & ~faulty
        part.note("missing", blank, known, action=LEFT_OUT)


def _check_options(part: _Part, known: Field, values: Values) -> Any:
    codes, distinct = pd.factorize(values.data)
    options = [known.option(text) if text else "" for text in distinct]
    unknown = np.array([option is None for option in options], dtype=bool)
    allowed = ", ".join(en if en == zh else f"{en} ({zh})" for en, zh in known.options.items())
    if options:
        part.note("not an option", unknown[codes], known, action=BLANKED, allowed=allowed)
    return np.array([option or "" for option in options] + [""], dtype=object)[codes]


def _check_bounds(part: _Part, known: Field, values: Values) -> Any:
    lower, upper = _limits(known)
    data = values.data
    with np.errstate(invalid="ignore"):
        below = data < lower if lower is not None else np.zeros(len(data), dtype=bool)
        above = data > upper if upper is not None else np.zeros(len(data), dtype=bool)
    if known.kind == "number" and known.lower == 0:
        part.note("negative", below, known, action=BLANKED, allowed="0")
        part.note("out of bounds", above, known, action=BLANKED, allowed=f"≤ {known.upper:,.10g}")
    else:
        allowed = " and ".join(
            text
            for text, limit in ((f"≥ {_figure(lower)}", lower), (f"≤ {_figure(upper)}", upper))
            if limit is not None
        ).replace(" and ", ", ")
        rule = "date out of bounds" if known.kind == "date" else "out of bounds"
        part.note(rule, below | above, known, action=BLANKED, allowed=allowed)
    if not (below | above).any():
        return data
    data = data.copy()
    data[below | above] = blank_of(values.kind)
    return data


def _limits(known: Field) -> tuple[Any, Any]:
    if known.kind == "number":
        return known.lower, known.upper
    days = (
        None if limit is None else serial_to_date(limit) for limit in (known.lower, known.upper)
    )
    lower, upper = (None if day is None else np.datetime64(day, "D") for day in days)
    return lower, upper


def _figure(limit: Any) -> str:
    return f"{limit:,.10g}" if isinstance(limit, float) else str(limit)


def _check_maturity(part: _Part) -> None:
    start, maturity = part.mapped.fields.get("start"), part.mapped.fields.get("maturity")
    if start is None or maturity is None:
        return
    early = maturity.data < start.data
    if not early.any():
        return
    days = [str(day) for day in start.data[early]]
    known = part.find("maturity")
    part.note("maturity before start", early, known, action=BLANKED, allowed=days)
    data = maturity.data.copy()
    data[early] = blank_of("date")
    part.mapped.fields["maturity"] = Values("date", data, maturity.faults, maturity.column)


def _check_consent(part: _Part) -> None:
    kind, consent = part.mapped.fields.get("kind"), part.mapped.fields.get("consent")
    if kind is None or not part.has_field("consent"):
        return
    given = consent.data == 1 if consent is not None else np.zeros(len(kind), dtype=bool)
    person = kind.data == _INDIVIDUAL
    part.note("no consent", person & ~given, part.find("consent"), action=KEPT)


def _join(fields: Sequence[Field], parts: Sequence[_Part]) -> pd.DataFrame:
    """The parts' fields under each other; a field that a part does not give is blank there."""
    columns = {}
    for known in fields:
        if any(known.name in part.mapped.fields for part in parts):
            cells = np.concatenate([_column(part, known) for part in parts])
            # Left to itself pandas copies text into strings of its own kind, and back again.
            columns[known.name] = pd.Series(cells, dtype=object if known.kind == "text" else None)
    return pd.DataFrame(columns)


def _column(part: _Part, known: Field) -> Any:
    values = part.mapped.fields.get(known.name)
    if values is not None:
        return values.data
    blank = np.empty(len(part.rows), dtype=_dtype(known))
    blank[:] = blank_of(known.kind)
    return blank


def _dtype(known: Field) -> Any:
    return {"number": float, "date": "datetime64[D]", "flag": np.int8}.get(known.kind, object)


def _positions(parts: Sequence[_Part]) -> list[slice]:
    ends = np.cumsum([len(part.rows) for part in parts])
    return [
        slice(int(end) - len(part.rows), int(end)) for part, end in zip(parts, ends, strict=True)
    ]


def _check_key(
    known: Field, keys: Any, out: Mask, positions: Sequence[slice], parts: Sequence[_Part]
) -> None:
    """Leave out all but the first usable row of each key."""
    candidates = pd.Series(keys, dtype=object).where(~out & (keys != ""))
    again = candidates.duplicated().to_numpy() & candidates.notna().to_numpy()
    if not again.any():
        return
    rows = np.concatenate([part.rows for part in parts])
    first = pd.Series(rows).groupby(candidates).first()
    for part, here in zip(parts, positions, strict=True):
        repeated = again[here]
        allowed = [str(first[key]) for key in keys[here][repeated]]
        part.note("duplicate id", repeated, known, action=LEFT_OUT, allowed=allowed)


def _check_customers(
    joined: pd.DataFrame,
    out: Mask,
    positions: Sequence[slice],
    parts: Sequence[_Part],
    customers: CheckedTable,
) -> None:
    key = next(known.name for known in customers.fields if known.key)
    if joined.empty or key not in joined:
        return
    known = parts[0].find(key)
    ids = joined[key]
    known_ids = set(customers.frame[key])
    codes, distinct = pd.factorize(ids)
    absent = np.array([key != "" and key not in known_ids for key in distinct], dtype=bool)
    stranger = absent[codes] & ~out
    for part, here in zip(parts, positions, strict=True):
        part.note("unknown customer", stranger[here], known, action=LEFT_OUT)


__all__ = ["UNKNOWN", "CheckedTable", "check_table"]
