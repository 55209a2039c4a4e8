"""The sources of a bank's run: files, folders of files and databases, opened and read in batches."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from addin.bank.database import database_batches
from addin.bank.text_batches import file_digest, find_text_layout, text_slice, text_slices
from addin.errors import MappingError, SourceError, install, no_such_file
from addin.portfolio.columnar import PARQUET_SUFFIXES, is_url
from addin.portfolio.delimited import Layout
from addin.portfolio.mapping import known_headers
from addin.portfolio.mapping_file import FieldRule, TablePlan, plan_tables
from addin.portfolio.model import SourceSet
from addin.portfolio.rows import RawRows, name_columns, normalise
from addin.portfolio.spreadsheets import SUFFIXES, read_spreadsheet
from udfs.errors import Words

BATCH_ROWS: Final = 50_000
_KINDS_ZH: Final = {"flag": "是否值", "date": "日期", "text": "文本", "number": "数字"}
_SAMPLE: Final = 1 << 16
_TEXT_SUFFIXES: Final = frozenset({".csv", ".txt", ".tsv", ".dat", ".psv"})
_READABLE: Final = PARQUET_SUFFIXES | SUFFIXES | _TEXT_SUFFIXES


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of one input that can be read by itself.

    Attributes:
        rows: about how many rows it has.
        start: its first row group, or the place of its first byte; 0 if it is the whole input.
        end: the row group or byte after its last; None if it is the whole input.
        before: how many rows of a Parquet file, or lines of a text, stand before it.
    """

    rows: int
    start: int = 0
    end: int | None = None
    before: int = 0


@dataclass(frozen=True, slots=True)
class Input:
    """One file or query of a run.

    Attributes:
        plan: the table it feeds, and how.
        name: what messages, rejects and the manifest call it.
        file: its path; None for a database.
        columns: the names of its columns; empty where they show only when it is read.
        kinds: what each holds, where the file says so: "number", "text", "date" or "flag".
        sha256: of the file; "" for a database.
        layout: of a delimited text.
        rows: about how many it has; 0 where that is not known.
    """

    plan: TablePlan
    name: str
    file: Path | None
    columns: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sha256: str = ""
    layout: Layout | None = None
    rows: int = 0

    def slices(self, size: int = BATCH_ROWS) -> Iterator[Slice]:
        """What it falls into: stretches of about so many rows, or itself if it cannot be cut.

        Raises:
            SourceError: it cannot be read.
        """
        if self.file is not None and self.file.suffix.casefold() in PARQUET_SUFFIXES:
            yield from _row_groups(self.file, size)
        elif self.file is not None and self.layout is not None:
            for start, end, lines, before in text_slices(self.file, self.layout):
                yield Slice(lines, start, end, before)
        else:
            yield Slice(size)

    def batches(self, part: Slice, size: int = BATCH_ROWS) -> Iterator[RawRows]:
        """The rows of a slice, so many at a time; of a text, all at once.

        Raises:
            SourceError: it cannot be read to its end.
        """
        known = known_headers(self.plan)
        if self.file is None:
            yield from database_batches(self.plan.source, size)
        elif self.file.suffix.casefold() in PARQUET_SUFFIXES:
            yield from _parquet_batches(self.file, self.name, known, part, size)
        elif self.layout is not None and part.end is not None:
            stretch = (part.start, part.end, part.before)
            yield text_slice(self.plan.source, self.file, self.name, known, self.layout, stretch)
        else:
            yield replace(read_spreadsheet(self.plan.source, self.file, known), source=self.name)


def open_inputs(sources: SourceSet) -> tuple[Input, ...]:
    """All inputs of a run, looked at before any of them is read.

    Text is read with a decimal point unless the mapping says otherwise: what a whole column tells
    about its decimal sign, a batch of it does not.

    Raises:
        SourceError: one of them is missing or cannot be read, or files of one folder differ in
            their columns.
        MappingError: the mapping does not work.
    """
    inputs: list[Input] = []
    for plan in plan_tables(sources):
        strict = _strict(plan)
        if is_url(plan.source.location):
            inputs.append(Input(strict, plan.source.name, None))
            continue
        parts = [_open(strict, file, name) for file, name in _files(plan)]
        _check_alike(parts)
        inputs += parts
    if not any(part.plan.table == "customers" for part in inputs):
        raise MappingError(
            "the sources",
            Words("there are no customers.", "没有客户数据。"),
            Words("Give --customers a source.", "请用 --customers 指明客户数据来源。"),
        )
    _check_distinct(inputs)
    return tuple(inputs)


def _strict(plan: TablePlan) -> TablePlan:
    def strict(rule: FieldRule) -> FieldRule:
        return replace(rule, reading=replace(rule.reading, decimal=rule.reading.decimal or "."))

    return replace(
        plan,
        reading=replace(plan.reading, decimal=plan.reading.decimal or "."),
        rules={name: strict(rule) for name, rule in plan.rules.items()},
    )


def _files(plan: TablePlan) -> list[tuple[Path, str]]:
    """The files that a location means, wherever they are read, with what messages call them."""
    location = Path(plan.source.location)
    path = (location if plan.folder is None else plan.folder / location).absolute()
    if path.is_dir():
        found = sorted(
            file
            for file in path.rglob("*")
            if file.suffix.casefold() in _READABLE
            and not file.name.startswith((".", "_"))
            and file.is_file()
        )
        if not found:
            raise SourceError(path, "holds no files.", "Name a folder of Parquet or CSV files.")
        return [(file, file.relative_to(path).as_posix()) for file in found]
    if glob.has_magic(str(path)) and not path.exists():
        found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))  # noqa: PTH207 - an absolute pattern
        if not found:
            raise SourceError(path, "no file fits this pattern.", "Check the path.")
        return [(file, file.name) for file in found]
    if not path.is_file():
        raise no_such_file(SourceError, path)
    return [(path, path.name)]


def _open(plan: TablePlan, file: Path, name: str) -> Input:
    suffix = file.suffix.casefold()
    if suffix in PARQUET_SUFFIXES:
        columns, kinds, rows = _parquet_columns(file)
        return Input(plan, name, file, columns, kinds, file_digest(file), rows=rows)
    if suffix in SUFFIXES:
        return Input(plan, name, file, sha256=file_digest(file))
    layout = find_text_layout(plan.source, file, name, known_headers(plan))
    digest = file_digest(file)
    return Input(plan, name, file, layout.columns, sha256=digest, layout=layout, rows=_lines(file))


def _lines(file: Path) -> int:
    """About how many lines a text file has, from its beginning."""
    with file.open("rb") as content:
        head = content.read(_SAMPLE)
    return round(head.count(b"\n") * file.stat().st_size / max(len(head), 1))


def _check_alike(parts: Sequence[Input]) -> None:
    """Files of one table must have the same columns: a lost one would read as blank."""
    first = parts[0]
    for part in parts[1:]:
        missing = [name for name in first.columns if name not in part.columns]
        further = [name for name in part.columns if name not in first.columns]
        if missing or further:
            told = [f"lacks {', '.join(missing)}"] if missing else []
            told += [f"has {', '.join(further)} in addition"] if further else []
            raise SourceError(
                part.name,
                f"differs in its columns from {first.name}: it {' and '.join(told)}.",
                "Export all files of a table alike, or give the odd ones a source of their own "
                "in the mapping file.",
            )
        kinds = dict(zip(first.columns, first.kinds, strict=False))
        for column, kind in zip(part.columns, part.kinds, strict=False):
            if "" not in (kind, kinds[column]) and kind != kinds[column]:
                raise SourceError(
                    part.name,
                    Words(
                        f"differs from {first.name}: {column} is {kind} here and {kinds[column]} "
                        f"in {first.name}.",
                        f"与 {first.name} 不一致：{column} 在本文件中为{_KINDS_ZH[kind]}，"
                        f"在 {first.name} 中为{_KINDS_ZH[kinds[column]]}。",
                    ),
                    Words(
                        "Export all files of a table alike.", "同一张表的各文件请按相同格式导出。"
                    ),
                )


def _check_distinct(inputs: Sequence[Input]) -> None:
    for part in inputs:
        same = [i for i in inputs if i.plan.table == part.plan.table and i.name == part.name]
        if len(same) > 1:
            raise MappingError(
                part.plan.mapping,
                f"{part.plan.table} takes {part.name} twice.",
                "Give each of the table's sources a file name of its own.",
            )


def _parquet_columns(file: Path) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    pa, pq = _pyarrow(file)
    try:
        metadata = pq.read_metadata(file)
    except (pa.ArrowException, OSError) as problem:
        raise SourceError(
            file, f"cannot be read as Parquet ({problem}).", "Export it again."
        ) from None
    schema = metadata.schema.to_arrow_schema()
    kinds = tuple(_kind(pa, column.type) for column in schema)
    return tuple(map(str, schema.names)), kinds, metadata.num_rows


def _kind(pa: Any, column: Any) -> str:
    """What an Arrow column holds; "" where that says nothing, as of a column of nulls."""
    if pa.types.is_dictionary(column):
        column = column.value_type
    tests = {
        "flag": pa.types.is_boolean,
        "date": pa.types.is_temporal,
        "text": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
        "number": lambda kind: (
            pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        ),
    }
    return next((name for name, test in tests.items() if test(column)), "")


def _row_groups(file: Path, size: int) -> Iterator[Slice]:
    """Row groups that follow each other, until they have so many rows."""
    _, pq = _pyarrow(file)
    metadata = pq.read_metadata(file)
    first, before, rows = 0, 0, 0
    for number in range(metadata.num_row_groups):
        rows += metadata.row_group(number).num_rows
        if rows >= size or number == metadata.num_row_groups - 1:
            yield Slice(rows, first, number + 1, before)
            first, before, rows = number + 1, before + rows, 0


def _parquet_batches(
    file: Path, name: str, known: frozenset[str], part: Slice, size: int
) -> Iterator[RawRows]:
    pa, pq = _pyarrow(file)
    start = part.before
    try:
        with pq.ParquetFile(file) as parquet:
            wanted = [c for c in parquet.schema_arrow.names if normalise(c) in known]
            groups = range(part.start, part.end or parquet.num_row_groups)
            for batch in parquet.iter_batches(size, row_groups=groups, columns=wanted):
                yield raw_rows(batch.to_pandas(), name, start, "Parquet")
                start += batch.num_rows
    except (pa.ArrowException, OSError) as problem:
        raise SourceError(
            file,
            f"cannot be read after row {start:,} ({problem}).",
            "Export it again; the last good output is as it was.",
        ) from None


def raw_rows(frame: pd.DataFrame, source: str, start: int, detail: str) -> RawRows:
    """A batch as rows of untouched cells; blank rows are left out, row 1 is the source's first."""
    names, twice = name_columns(list(frame.columns), source)
    frame = frame.set_axis(names, axis=1)
    filled = frame.notna().any(axis=1).to_numpy()
    rows = np.flatnonzero(filled).astype(np.int64) + 1 + start
    kept = frame if filled.all() else frame.loc[filled].reset_index(drop=True)
    return RawRows(source, "", kept, rows, twice=twice, detail=detail)


def _pyarrow(file: Path) -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional extra, slow to import
        import pyarrow.parquet as pq  # noqa: PLC0415 - same
    except ImportError:
        raise SourceError(
            file, Words("needs pyarrow.", "需要 pyarrow。"), install("bank")
        ) from None
    return pa, pq
