"""What the command writes to the terminal: progress, tables, messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from udfs.errors import Words, in_language

if TYPE_CHECKING:  # so that `creditcells --help` need not load pandas
    from addin.bank.score import Outcome
    from addin.bank.summary import RunSummary
    from addin.calc.doctor import Check
    from addin.calc.referee import Difference
    from addin.check import Finding
    from addin.filling.field_list import ListedTable
    from addin.filling.summary import Filled
    from addin.headless.calculate import Report, Uncomputed
    from addin.portfolio.model import Progress as ReportProgress
    from addin.portfolio.model import Summary, TableCount
    from addin.workbook_tools.reasons import Reason

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


def show(text: str = "") -> None:
    """A line of the result, without any markup in it being read."""
    out.print(text, markup=False, highlight=False)


def complain(message: str) -> None:
    """A line about what went wrong, to standard error, and its Chinese twin where there is one."""
    err.print(f"creditcells: {message}", markup=False, highlight=False)
    if isinstance(message, Words):
        err.print(f"creditcells：{message.zh}", markup=False, highlight=False)


def show_json(value: Any) -> None:
    """A result for machines."""
    show(json.dumps(value, ensure_ascii=False, indent=2))


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int = 0) -> None:
    """A table; the last ``numbers`` columns hold figures and stand to the right."""
    table = Table(*headers[: len(headers) - numbers])
    for header in headers[len(headers) - numbers :]:
        table.add_column(header, justify="right")
    for row in rows:
        table.add_row(*row)
    out.print(table, markup=False)


def _no_progress(step: str, done: int, total: int) -> None:
    """Report nothing."""


@contextmanager
def progress(*, quiet: bool) -> Iterator[ReportProgress]:
    """A progress bar on standard error, where that is a terminal; yields what moves it."""
    if quiet or not err.is_terminal:
        yield _no_progress
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task: TaskID = bar.add_task("", total=1)

        def move(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=max(total, 1))

        yield move


_SUMMARY: Final = {
    "en": {
        "rows": ("table", "source", "read", "kept", "left out", "faults"),
        "tiers": ("tier", "customers", "exposure (万元)", "expected loss (万元)", "average PD"),
        "read": "{source}: {detail}.",
        "listed": "As of {day}: {count:,} entries on the data check.",
        "previous": "Migration is measured against the snapshot of {day}.",
        "overflow": "The data check did not fit on its sheet; all entries are in {file}.",
        "unreconciled": "{count} rows are not accounted for: please report this as a fault.",
        "kept": "Kept its old value: {place} {formula}: {reason}",
        "outcome": "{seconds:,.0f} s; results, outcome.xlsx and report.html are in {out}.",
    },
    "zh": {
        "rows": ("数据表", "来源", "读入", "保留", "剔除", "问题"),
        "tiers": ("层级", "客户数", "敞口（万元）", "预期损失（万元）", "平均违约概率"),
        "read": "{source}：{detail}。",
        "listed": "基准日 {day}：数据检查共 {count:,} 条。",
        "previous": "迁徙以 {day} 的快照为基准。",
        "overflow": "数据检查超出工作表容量，全部条目见 {file}。",
        "unreconciled": "有 {count} 行去向不明，请作为程序问题上报。",
        "kept": "保留旧值：{place} {formula}：{reason}",
        "outcome": "用时 {seconds:,.0f} 秒；结果、outcome.xlsx 与 report.html 位于 {out}。",
    },
}


def show_summary(summary: Summary) -> None:
    """What a refresh did, in the workbook's language: rows by table, customers by tier, findings."""
    from workbook_templates.portfolio.layout import SHEETS

    words = _SUMMARY[summary.lang]
    show_table(
        words["rows"],
        [
            (
                SHEETS[t.table][summary.lang],
                t.source,
                *(f"{count:,}" for count in (t.read, t.kept, t.left_out, t.faults)),
            )
            for t in summary.tables
        ],
        numbers=4,
    )
    _show_reading(summary.tables, summary.lang)
    _show_tiers(summary)
    if summary.previous is not None:
        show(str(words["previous"]).format(day=summary.previous))
    if summary.overflow is not None:
        show(str(words["overflow"]).format(file=summary.overflow))
    if summary.unreconciled:
        show(str(words["unreconciled"]).format(count=summary.unreconciled))
    for cell in summary.uncomputed:
        place = f"{cell.sheet}!{cell.cell}"
        show(str(words["kept"]).format(place=place, formula=cell.formula, reason=cell.reason))


def _show_reading(tables: Sequence[TableCount], lang: str) -> None:
    """How each source was read: what was found out about it, and the columns that were not used."""
    words = str(_SUMMARY[lang]["read"])
    told = [
        words.format(source=one.source, detail=in_language(one.detail, lang))
        for one in tables
        if one.detail
    ]
    for line in dict.fromkeys(told):  # tables that kept their rows say the same of the workbook
        show(line)


_SOME: Final = 5
_FILLED: Final = {
    "en": {
        "rows": ("table", "source", "read", "written", "left out", "faults", "room"),
        "grown": "The workbook was built anew with more room; inputs and policy were carried over.",
        "own": "{count:,} formulas that were changed by hand are the template's again: {cells}.",
        "cleared": "Cleared the worked case of: {tables}.",
        "listed": "Every fault, with its row and reason: {file}",
        "difference": "The check sheet's differences add up to {sum:g}; it should be 0: look there.",
        "out": "Written: {out}",
    },
    "zh": {
        "rows": ("数据表", "来源", "读入", "写入", "剔除", "问题", "容量"),
        "grown": "已按更大容量重建工作簿，录入项与政策均已沿用。",
        "own": "{count:,} 个手工修改的公式已恢复为模板公式：{cells}。",
        "cleared": "已清除示例数据：{tables}。",
        "listed": "全部问题及其行号与原因见 {file}",
        "difference": "“核对”页差额合计为 {sum:g}，应为 0，请查看该页。",
        "out": "已写入：{out}",
    },
}


def show_filled(filled: Filled) -> None:
    """What a filling did, in the workbook's language: rows by source, and what to look at."""
    from workbook_templates.registry import template

    words = _FILLED[filled.lang]
    titles = {table.name: table.titles[filled.lang] for table in template(filled.template).tables}
    show_table(
        words["rows"],
        [
            (
                titles[one.table],
                one.source,
                *(f"{count:,}" for count in (one.read, one.written, one.left_out, one.faults)),
                f"{filled.room[one.table]:,}",
            )
            for one in filled.tables
        ],
        numbers=5,
    )
    _show_reading(filled.tables, filled.lang)
    if filled.grown:
        show(str(words["grown"]))
    if filled.own_formulas:
        mark, some = (", ", " …") if filled.lang == "en" else ("、", "等")
        cells = mark.join(filled.own_formulas[:_SOME])
        more = some if len(filled.own_formulas) > _SOME else ""
        show(str(words["own"]).format(count=len(filled.own_formulas), cells=cells + more))
    if filled.cleared:
        names = (", " if filled.lang == "en" else "、").join(titles[one] for one in filled.cleared)
        show(str(words["cleared"]).format(tables=names))
    if filled.listed is not None:
        show(str(words["listed"]).format(file=filled.listed))
    if filled.difference:
        show(str(words["difference"]).format(sum=filled.difference))
    for cell in filled.uncomputed:
        kept = str(_SUMMARY[filled.lang]["kept"])
        place = f"{cell.sheet}!{cell.cell}"
        show(kept.format(place=place, formula=cell.formula, reason=cell.reason))
    show(str(words["out"]).format(out=filled.out))


_FIELDS: Final = {
    "en": {
        "headers": ("field", "header", "holds", "needed", "help"),
        "table": "{name} (sheet {sheet}): room for {rows:,} rows, at most {most:,}",
        "none": "This template has no tables that a file can fill.",
        "yes": "yes",
    },
    "zh": {
        "headers": ("字段", "列名", "内容", "必填", "说明"),
        "table": "{name}（“{sheet}”页）：容量 {rows:,} 行，最多 {most:,} 行",
        "none": "该模板没有可由文件填入的数据表。",
        "yes": "是",
    },
}


def show_fields(tables: Sequence[ListedTable], lang: str) -> None:
    """The data tables of a template and their fields."""
    words = _FIELDS[lang]
    for table in tables:
        title = str(words["table"])
        show(title.format(name=table.name, sheet=table.sheet, rows=table.rows, most=table.most))
        show_table(
            words["headers"],
            [
                (one.name, one.header, one.kind, str(words["yes"]) if one.needed else "", one.help)
                for one in table.fields
            ],
        )
    if not tables:
        show(str(words["none"]))


def _show_tiers(summary: Summary | RunSummary) -> None:
    """The customers by tier, and how many findings the data check has."""
    words = _SUMMARY[summary.lang]
    show_table(
        words["tiers"],
        [
            (
                line.tier or "–",
                f"{line.customers:,}",
                f"{line.exposure:,.0f}",
                f"{line.expected_loss:,.1f}",
                "" if line.average_pd is None else f"{line.average_pd:.2%}",
            )
            for line in summary.tiers
        ],
        numbers=4,
    )
    show(str(words["listed"]).format(day=summary.as_of, count=summary.faults))


def show_outcome(outcome: Outcome) -> None:
    """What a bank's run did: rows by table, customers by tier, and where everything is."""
    from workbook_templates.fields import TABLES
    from workbook_templates.portfolio.layout import SHEETS

    summary = outcome.summary
    words = _SUMMARY[summary.lang]
    headers = [words["rows"][place] for place in (0, 2, 3, 4)]
    counts = [(table, *summary.rows_of(table)) for table in TABLES]
    show_table(
        headers,
        [
            (SHEETS[table][summary.lang], f"{read:,}", f"{read - gone:,}", f"{gone:,}")
            for table, read, gone in counts
        ],
        numbers=3,
    )
    _show_tiers(summary)
    if summary.migration is not None:
        show(str(words["previous"]).format(day=summary.migration.as_of))
    show(str(words["outcome"]).format(out=outcome.out, seconds=sum(outcome.seconds.values())))


def show_findings(findings: Sequence[Finding], lang: str) -> None:
    """What a check found, a line each."""
    for finding in findings:
        place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet
        show(f"{place}: {finding.text(lang)}")
    show({"en": f"{len(findings)} findings.", "zh": f"共 {len(findings)} 项。"}[lang])


def show_reasons(found: Sequence[Reason], lang: str) -> None:
    """The reasons behind cells, a line each."""
    mark = {"en": ": ", "zh": "："}[lang]
    for one in found:
        show(f"{one.cell} {one.value} ({one.function}){mark}{one.text}")
    if not found:
        show(
            {
                "en": "No function with reasons in these cells.",
                "zh": "所选单元格没有可说明理由的函数。",
            }[lang]
        )


def show_changed(count: int, lang: str) -> None:
    """How many formulas a tool changed."""
    show({"en": f"{count:,} formulas changed.", "zh": f"已更改 {count:,} 个公式。"}[lang])


def show_recalculation(report: Report) -> None:
    """What was computed, and the formulas that could not be."""
    show(
        f"{report.computed:,} of {report.formulas:,} formulas computed, "
        f"{report.changed_cells:,} cells changed, {sum(report.seconds.values()):.1f} s."
    )
    for cell in report.uncomputed:
        show(f"Kept its old value: {cell.sheet}!{cell.cell} {cell.formula}: {cell.reason}")


def show_differences(differences: Sequence[Difference], left: Sequence[Uncomputed]) -> None:
    """The cells for which two engines disagree, and the formulas that one of them left."""
    for one in differences:
        show(f"{one.sheet}!{one.cell} {one.formula}: {one.ours!r}; LibreOffice: {one.theirs!r}")
    for cell in left:
        show(f"Not compared: {cell.sheet}!{cell.cell} {cell.formula}: {cell.reason}")
    show(f"{len(differences):,} cells differ, {len(left):,} formulas were not compared.")


def show_check(found: Check, lang: str) -> None:
    """One thing that a doctor looked at."""
    mark = {True: "✓", False: "✗", None: "–"}[found.good]
    title, colon = (found.title[0], ": ") if lang == "en" else (found.title[1], "：")
    show(f"{mark} {title}{colon}{in_language(found.detail, lang)}")
