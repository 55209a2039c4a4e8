"""Looks through a workbook for what would embarrass it before a committee."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Final

from addin.column_rules import odd_cells
from addin.formula_rules import text_faults
from addin.headless import Sheet, Workbook
from addin.headless.calculate import Report, calculate
from addin.headless.references import Area, cell_name
from udfs.errors import CellError
from workbook_templates.portfolio.layout import CHECK_TOTAL_NAME
from workbook_templates.style import TAB_POLICY

_POLICY_WORDS: Final = ("policy", "parameter", "setting", "assumption", "政策", "参数", "假设")
_TAB: Final = re.compile(rb'<(?:\w+:)?tabColor\b[^>]*\brgb="([0-9A-Fa-f]+)"')
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
    "long": (
        "{count} formulas run over one line; take a step into a cell of its own",
        "{count} 个公式超过一行，请把中间步骤放入单独的单元格",
    ),
    "threshold": (
        "{count} formulas decide by the number {detail}; put it into a policy cell",
        "{count} 个公式以数值 {detail} 作判断，请将其放入政策单元格",
    ),
    "differs": (
        "{count} formulas differ from those above and below them",
        "{count} 个公式与上下单元格的公式不一致",
    ),
    "typed_over": (
        "{count} numbers stand in a column of formulas",
        "{count} 个数值覆盖了公式列中的公式",
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
    findings = [finding for sheet in workbook.sheets for finding in _formulas(workbook, sheet)]
    findings += [finding for sheet in workbook.sheets for finding in _rules(workbook, sheet)]
    report = calculate(workbook)
    return [*_calculation(report), *_errors(workbook), *_total(workbook), *findings]


def _formulas(workbook: Workbook, sheet: Sheet) -> Iterator[Finding]:
    """What the text of the formulas alone tells, each kind once per sheet."""
    is_policy = _is_policy(workbook, sheet)
    found: dict[tuple[str, str], list[str]] = {}
    for formula in sheet.formulas():
        for fault in text_faults(formula.text, is_policy=is_policy):
            found.setdefault(fault, []).append(cell_name(formula.row, formula.col))
    for rule, cell in odd_cells(sheet):
        found.setdefault((rule, ""), []).append(cell)
    for (rule, detail), cells in found.items():
        yield Finding(rule, sheet.name, cells[0], len(cells), detail)


def _is_policy(workbook: Workbook, sheet: Sheet) -> bool:
    """Whether thresholds belong on a sheet: by its name, or the colour of its tab."""
    if any(word in sheet.name.casefold() for word in _POLICY_WORDS):
        return True
    tab = _TAB.search(workbook.package.part(sheet.part))
    return tab is not None and tab[1].decode().upper().endswith(TAB_POLICY)


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
