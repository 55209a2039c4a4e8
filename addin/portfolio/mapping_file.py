"""The mapping from a source's columns to the field dictionary.

A mapping file is TOML. Sources say how text is read; each table names its source and gives a
field per line: a column, an expression, or a table with more to say::

    [sources.core]
    file = "export.csv"          # may also come from the command line
    dates = ["%d-%b-%y"]
    two_digit_years_from = 1950

    [loans]
    source = "core"

    [loans.fields]
    loan_id = "LoanNr"
    amount = "number(Gross) / 10000"
    default = { column = "Status", values = { "CHGOFF" = "yes", "PAID" = "no" } }

``[[loans]]`` in place of ``[loans]`` joins several sources into one table. Without a mapping
file, columns are recognised by the fields' names and headers in either language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from addin.errors import MappingError, no_such_file
from addin.portfolio.cleaning import Reading
from addin.portfolio.model import Source, SourceSet
from addin.portfolio.rows import normalise
from addin.portfolio.scope import with_options
from udfs.errors import Words
from workbook_templates.fields import Dictionary, Field, portfolio_dictionary

_READING_KEYS: Final = frozenset(
    {"decimal", "thousands", "currency", "dates", "two_digit_years_from", "blanks"}
)
_SOURCE_KEYS: Final = frozenset(
    {"file", "url", "sheet", "header_row", "query", "encoding", "delimiter"}
)
_VALUE_KEYS: Final = ("column", "expression", "value")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one field is made.

    Attributes:
        expression: a column's name or an expression; None for a constant.
        constant: the value of every row, if there is no expression.
        reading: how text is read.
        values: what texts stand for, by their normalised spelling.
    """

    expression: str | None
    constant: Any
    reading: Reading
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One part of a table: a source, and how its columns become fields.

    Attributes:
        table: such as "customers", "loans" or "transactions".
        fields: the table's fields, by the workbook's dictionary.
        source: where the rows are.
        folder: where a relative path starts; None for the working folder.
        reading: how the source's text is read.
        rules: how each field is made.
        by_name: whether columns are recognised by their names for the other fields.
        mapping: what messages call the mapping.
    """

    table: str
    fields: tuple[Field, ...]
    source: Source
    folder: Path | None
    reading: Reading
    rules: Mapping[str, FieldRule]
    by_name: bool
    mapping: str


def plan_tables(sources: SourceSet, dictionary: Dictionary | None = None) -> list[TablePlan]:
    """What is to be read for which table.

    Args:
        sources: what to read.
        dictionary: the fields of each table; those of the portfolio by default.

    Raises:
        MappingError: the mapping file is no TOML, names what does not exist, or a source belongs
            to no table.
    """
    known = portfolio_dictionary() if dictionary is None else dictionary
    if sources.mapping is not None:
        return _plans_from_file(sources, sources.mapping, known)
    plans = []
    for source in sources.sources:
        if source.name not in known:
            raise MappingError(
                source.name,
                f"source {source.name!r} belongs to no table.",
                f"Call it {', '.join(known)}, or give a mapping file.",
            )
        table, reading = source.name, Reading()
        plans.append(TablePlan(table, known[table], source, None, reading, {}, True, table))
    return plans


def _plans_from_file(sources: SourceSet, file: Path, dictionary: Dictionary) -> list[TablePlan]:
    content = _load(file)
    _known_keys(file, "the file", content, {*dictionary, "sources"})
    described: dict[str, Any] = content.get("sources", {})
    given = {source.name: source for source in sources.sources}
    plans: list[TablePlan] = []
    for table, fields in dictionary.items():
        parts = content.get(table, [])
        parts = parts if isinstance(parts, list) else [parts]
        plans += [_plan(file, (table, fields), part, described, given) for part in parts]
    used = {plan.source.name for plan in plans}
    for name in given:
        if name not in used:
            known = ", ".join(sorted(used)) or "none"
            raise MappingError(file, f"uses no source {name!r}.", f"Its sources are {known}.")
    return plans


def sources_left_open(file: Path) -> list[str]:
    """The sources that a mapping file uses without saying where they are.

    Raises:
        MappingError: the file cannot be read or is no TOML.
    """
    content = _load(file)
    described = content.get("sources", {})
    found: list[str] = []
    for table in portfolio_dictionary():
        parts = content.get(table, [])
        for part in parts if isinstance(parts, list) else [parts]:
            name = part.get("source", table) if isinstance(part, dict) else table
            about = described.get(name, {}) if isinstance(described, dict) else {}
            located = isinstance(about, dict) and bool({"file", "url"} & about.keys())
            if not located and name not in found:
                found.append(name)
    return found


def _load(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise no_such_file(MappingError, file) from None
    except OSError as problem:
        raise MappingError(file, f"cannot be read ({problem.strerror}).", "Check it.") from None
    except UnicodeDecodeError:
        raise MappingError(
            file,
            Words("is not UTF-8.", "不是 UTF-8 编码。"),
            Words("Save it as UTF-8.", "请另存为 UTF-8。"),
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise MappingError(
            file,
            Words(f"is no TOML: {problem}.", f"不是 TOML 格式：{problem}。"),
            Words("Correct that line.", "请更正该行。"),
        ) from None


def _known_keys(file: Path, where: str, content: Any, known: set[str] | frozenset[str]) -> None:
    if not isinstance(content, dict):
        raise MappingError(file, f"{where} must be a table.", f"Write [{where}].")
    for key in content:
        if key not in known:
            raise MappingError(
                file, f"{where} has the unknown key {key!r}.", f"Use {', '.join(sorted(known))}."
            )


def _plan(
    file: Path,
    wanted: tuple[str, tuple[Field, ...]],
    part: Any,
    described: Mapping[str, Any],
    given: dict[str, Source],
) -> TablePlan:
    table, fields = wanted
    _known_keys(file, table, part, {"source", "fields", "by_name"})
    name = part.get("source", table)
    about = described.get(name, {})
    _known_keys(file, f"sources.{name}", about, _SOURCE_KEYS | _READING_KEYS)
    options = {key: value for key, value in about.items() if key in _READING_KEYS}
    reading = _reading(file, f"sources.{name}", Reading(), options)
    rules = {
        key: _rule(file, f"{table}.{key}", rule, reading)
        for key, rule in part.get("fields", {}).items()
    }
    known = [known_field.name for known_field in fields]
    for key in rules:
        if key not in known:
            raise MappingError(
                file, f"{table} has no field {key!r}.", f"Its fields are {', '.join(known)}."
            )
    source, folder = _source(file, name, about, given)
    by_name = bool(part.get("by_name", not rules))
    return TablePlan(table, fields, source, folder, reading, rules, by_name, str(file))


def _source(
    file: Path, name: str, about: Mapping[str, Any], given: Mapping[str, Source]
) -> tuple[Source, Path | None]:
    settings = {key: about[key] for key in _SOURCE_KEYS - {"file", "url"} if key in about}
    if name in given:
        # What the command line says holds; the file fills in what it leaves open.
        source = given[name]
        open_keys = [key for key in settings if getattr(source, key) is None]
        return replace(source, **{key: settings[key] for key in open_keys}), None
    location = about.get("file", about.get("url"))
    if location is None:
        raise MappingError(
            file,
            f"source {name!r} has no file.",
            f"Give sources.{name} a file or url, or name the file on the command line.",
        )
    return Source(location=str(location), name=name, **settings), file.parent


def _reading(file: Path, where: str, base: Reading, options: Mapping[str, Any]) -> Reading:
    decimal = options.get("decimal", ".")
    if decimal not in (".", ","):
        raise MappingError(file, f"{where}: decimal {decimal!r} is neither . nor ,.", "Use one.")
    first = options.get("two_digit_years_from", 0)
    if not isinstance(first, int):
        raise MappingError(
            file, f"{where}: two_digit_years_from must be a year; got {first!r}.", "Use 1970, say."
        )
    try:
        return with_options(base, options)
    except TypeError:
        raise MappingError(
            file, f"{where}: dates, currency and blanks are lists of texts.", "Write them in [ ]."
        ) from None


def _rule(file: Path, where: str, rule: Any, reading: Reading) -> FieldRule:
    if isinstance(rule, str):
        return FieldRule(rule, None, reading)
    if not isinstance(rule, dict):
        return FieldRule(None, rule, reading)
    _known_keys(file, where, rule, {*_VALUE_KEYS, "values", *_READING_KEYS})
    said = [key for key in _VALUE_KEYS if key in rule]
    if len(said) != 1:
        raise MappingError(
            file, f"{where} must have one of column, expression and value.", "Give it one."
        )
    options = {key: value for key, value in rule.items() if key in _READING_KEYS}
    values = {normalise(key): value for key, value in rule.get("values", {}).items()}
    expression = rule.get("expression", _as_column(rule.get("column")))
    return FieldRule(expression, rule.get("value"), _reading(file, where, reading, options), values)


def _as_column(name: str | None) -> str | None:
    return None if name is None else f"column({name!r})"
