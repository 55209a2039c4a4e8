"""Looks through a workbook for what would embarrass it before a committee."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Final

import udfs
from addin.headless import Formula, Sheet, Workbook
from addin.headless.calculate import Report, calculate
from addin.headless.formula_text import Call, Expression, parse, plain_name, walk
from addin.headless.references import Area, cell_name
from addin.headless.uncomputable import UncomputableError
from udfs.errors import CellError
from workbook_templates.portfolio.layout import CHECK_TOTAL_NAME

VOLATILE: Final = frozenset(
    {"NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "OFFSET", "INDIRECT", "CELL", "INFO"}
)
DEEPEST_IF: Final = 2
_OURS: Final = re.compile(r"\bCR_[A-Z0-9]+(?=\()")
_RULE_FORMULAS: Final = re.compile(
    rb"<(?:\w+:)?(?P<kind>cfRule|dataValidation)\b.*?</(?:\w+:)?(?P=kind)>", re.DOTALL
)

RULES: Final = {
    "stale": (
        "{count} stored values differ from the computed ones; run `creditcells recalc`",
        "{count} 个保存值与计算值不同，请运行 `creditcells recalc`",
    ),
    "error": ("{count} cells show {detail}", "{count} 个单元格显示 {detail}"),
    "uncomputed": ("keeps its old value: {detail}", "未能计算，保留原值：{detail}"),
    "unknown": ("{detail} is not a creditcells function", "{detail} 不是 creditcells 函数"),
    "volatile": (
        "{detail} makes the workbook recalculate at every change",
        "{detail} 为易失性函数，每次改动都会重算",
    ),
    "nested": (
        "IF within IF within IF; put the cases into a table",
        "IF 嵌套超过两层，请改用对照表",
    ),
    "rule": (
        "{detail} stands in a conditional format or validation, which other hosts cannot compute",
        "{detail} 用在条件格式或数据验证中，其他软件无法计算",
    ),
    "total": ("the data check does not come to zero: {detail}", "数据检查差额不为零：{detail}"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes:
        rule: a key of ``RULES``.
        sheet: the sheet.
        cell: the first cell concerned; "" where it is about the sheet.
        count: how many cells it concerns.
        detail: what the rule's sentence speaks of.
    """

    rule: str
    sheet: str
    cell: str = ""
    count: int = 1
    detail: str = ""

    def text(self, lang: str = "en") -> str:
        """The finding in words."""
        return RULES[self.rule][0 if lang == "en" else 1].format(
            count=f"{self.count:,}", detail=self.detail
        )

    def to_json(self) -> dict[str, Any]:
        """The finding for machines, with its words in English."""
        return asdict(self) | {"text": self.text()}


def check_file(path: Path) -> list[Finding]:
    """Everything in a workbook that needs looking at; the file is not changed.

    Raises:
        WorkbookError: the file cannot be read.
    """
    workbook = Workbook.open(path)
    findings = [finding for sheet in workbook.sheets for finding in _formulas(sheet)]
    findings += [finding for sheet in workbook.sheets for finding in _rules(workbook, sheet)]
    report = calculate(workbook)
    return [*_calculation(report), *_errors(workbook), *_total(workbook), *findings]


def _formulas(sheet: Sheet) -> Iterator[Finding]:
    """What the text of the formulas alone tells, each kind once per sheet."""
    found: dict[tuple[str, str], list[str]] = {}
    for formula in sheet.formulas():
        for rule, detail in _faults(formula):
            found.setdefault((rule, detail), []).append(cell_name(formula.row, formula.col))
    for (rule, detail), cells in found.items():
        yield Finding(rule, sheet.name, cells[0], len(cells), detail)


def _faults(formula: Formula) -> Iterator[tuple[str, str]]:
    try:
        tree = parse(formula.text)
    except UncomputableError:
        return  # the calculation reports it with its reason
    for node in walk(tree):
        if not isinstance(node, Call):
            continue
        name = plain_name(node.name)
        if name in VOLATILE:
            yield "volatile", name
        if name.startswith("CR_") and name not in udfs.FUNCTIONS:
            yield "unknown", name
    if _if_depth(tree) > DEEPEST_IF:
        yield "nested", ""


def _if_depth(expression: Expression) -> int:
    deepest = 0
    for node in walk(expression):
        if isinstance(node, Call) and plain_name(node.name) == "IF":
            inner = max((_if_depth(argument) for argument in node.arguments), default=0)
            deepest = max(deepest, 1 + inner)
    return deepest


def _rules(workbook: Workbook, sheet: Sheet) -> Iterator[Finding]:
    """Our functions in conditional formats and validations."""
    names = {
        name
        for match in _RULE_FORMULAS.finditer(workbook.package.part(sheet.part))
        for name in _OURS.findall(match[0].decode("utf-8", errors="replace"))
    }
    for name in sorted(names):
        yield Finding("rule", sheet.name, detail=name)


def _calculation(report: Report) -> Iterator[Finding]:
    for sheet, count in report.changed.items():
        yield Finding("stale", sheet, count=count)
    for cell in report.uncomputed:
        yield Finding("uncomputed", cell.sheet, cell.cell, detail=f"{cell.formula}: {cell.reason}")


def _errors(workbook: Workbook) -> Iterator[Finding]:
    """Error values that formulas show, each kind once per sheet."""
    for sheet in workbook.sheets:
        areas = [Area.parse(f.ref or cell_name(f.row, f.col)) for f in sheet.formulas()]
        if not areas:
            continue
        around = reduce(Area.union, areas)
        block = sheet.values(*astuple(around))
        shown: dict[str, list[str]] = {}
        for row, column in _cells(areas):
            value = block[row - around.first_row][column - around.first_column]
            if isinstance(value, CellError):
                shown.setdefault(value.code, []).append(cell_name(row, column))
        for code, cells in shown.items():
            yield Finding("error", sheet.name, cells[0], len(cells), code)


def _cells(areas: list[Area]) -> Iterator[tuple[int, int]]:
    for area in areas:
        for row in range(area.first_row, area.last_row + 1):
            for column in range(area.first_column, area.last_column + 1):
                yield row, column


def _total(workbook: Workbook) -> Iterator[Finding]:
    for name in workbook.names:
        if name.name != CHECK_TOTAL_NAME:
            continue
        sheet, _, cell = name.text.rpartition("!")
        area = Area.parse(cell.replace("$", ""))
        title = sheet.strip("'").replace("''", "'")
        value = workbook.sheet(title).value(area.first_row, area.first_column)
        if value != 0:
            yield Finding("total", title, str(area), detail=str(value))
