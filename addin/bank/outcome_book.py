"""The outcome of a run as a workbook: totals, heat map, migration, watch list, failed rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from addin.bank.summary import MOST_WATCHED, RunSummary, failed_rows
from addin.portfolio.data_check import MOST_LISTED
from addin.portfolio.sheet_tables import text_cells
from workbook_templates import archive
from workbook_templates.blocks import Box, CellValue, headers, put, row_of, table
from workbook_templates.conditions import heat_map
from workbook_templates.fields import TABLES
from workbook_templates.language import Lang, Speaker, language
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.word_colours import colour_classes
from workbook_templates.portfolio.layout import CHECK_COLUMNS, SHEETS
from workbook_templates.portfolio.result_formulas import result_columns
from workbook_templates.style import (
    CALCULATION,
    LABEL,
    NOTE,
    RESULT,
    SECTION,
    TAB_RECORD,
    TAB_RESULT,
    TOTAL,
    register_styles,
)
from workbook_templates.tier_colours import colour_tiers

_LEFT: Final = 2
_TOP: Final = 5
_CLASSES: Final = ("A", "B", "C")


def write_outcome_book(file: Path, folder: Path, summary: RunSummary) -> None:
    """Write the workbook; the same outcome gives the same bytes.

    Args:
        file: the workbook to write.
        folder: the folder of the output.
        summary: what came out of the run.
    """
    lang = language(summary.lang)
    book = Workbook()
    book.remove(book.worksheets[0])
    register_styles(book, lang)
    _tiers_sheet(book, summary, lang)
    _migration_sheet(book, summary, lang)
    _watch_sheet(book, summary, lang)
    _failed_sheet(book, failed_rows(folder / "rejects.parquet", MOST_LISTED), summary, lang)
    book.properties.creator = "creditcells"
    archive.save(book, file)


def _page(book: Workbook, title: str, subtitle: str, tab: str, lang: Lang) -> Worksheet:
    setup = PageSetup(title=title, subtitle=subtitle, tab=tab)
    return new_page(book, title, setup, lang)


def _tiers_sheet(book: Workbook, summary: RunSummary, lang: Lang) -> None:
    say = Speaker(lang)
    about = say(
        f"{summary.customers:,} customers as of {summary.as_of}; policy {summary.policy} "
        f"({summary.fingerprint}). Money in CNY 10k.",
        f"基准日 {summary.as_of}，客户 {summary.customers:,} 户；政策 {summary.policy}"
        f"（{summary.fingerprint}）。金额单位：万元。",
    )
    sheet = _page(book, say("Tiers", "分层汇总"), about, TAB_RESULT, lang)
    put(sheet, _TOP - 1, _LEFT, say("The portfolio by risk tier", "按风险层级汇总"), SECTION)
    texts = [say("Risk tier", "风险层级"), say("Customers", "客户数"), say("Exposure", "敞口"),
             say("Expected loss", "预期损失"), say("Average PD", "平均违约概率")]  # fmt: skip
    headers(sheet, _TOP, _LEFT, texts)
    kinds = ["text", "count", "money", "number", "pd"]
    row = _TOP
    none = say("no tier", "未分层")
    for row, line in enumerate(summary.tiers, start=_TOP + 1):
        values: list[CellValue] = [line.tier or none, line.customers, line.exposure, line.expected_loss,
                  line.average_pd]  # fmt: skip
        row_of(sheet, row, _LEFT, values, kinds)
    _totals(sheet, row + 1, _TOP + 1, row, say("Total", "合计"), ["count", "money", "number"])
    colour_tiers(Box(sheet, _TOP + 1, _LEFT, max(row, _TOP + 1), _LEFT))
    row = _classes(sheet, row + 4, summary, lang)
    bottom = _heat_map(sheet, row + 4, summary, lang)
    _row_counts(sheet, bottom + 3, summary, lang)
    rule_off(sheet, _LEFT + len(texts) - 1)
    set_widths(sheet, dict.fromkeys(range(_LEFT, _LEFT + 6), 18))


def _totals(
    sheet: Worksheet, row: int, first: int, last: int, text: str, kinds: Sequence[str]
) -> None:
    put(sheet, row, _LEFT, text, TOTAL)
    for place, kind in enumerate(kinds, start=_LEFT + 1):
        total = sum(sheet.cell(line, place).value or 0 for line in range(first, last + 1))  # type: ignore[misc]  # numbers that were just written
        put(sheet, row, place, total, TOTAL, kind)


def _classes(sheet: Worksheet, top: int, summary: RunSummary, lang: Lang) -> int:
    """The five-tier classes, if the policy workbook has them; returns the last row."""
    if not summary.classes:
        return top - 4
    say = Speaker(lang)
    title = say("The portfolio by five-tier class", "按五级分类汇总")
    put(sheet, top - 1, _LEFT, title, SECTION)
    texts = [say("Suggested class", "建议分类"), say("Customers", "客户数"), say("Exposure", "敞口"),
             say("Provision needed", "应提准备"), say("Provision booked", "账面准备")]  # fmt: skip
    headers(sheet, top, _LEFT, texts)
    row = top
    for row, (name, *figures) in enumerate(summary.classes, start=top + 1):
        values: list[CellValue] = [name or say("no class", "未分类"), *figures]
        row_of(sheet, row, _LEFT, values, ["text", "count", "money", "number", "number"])
    kinds = ["count", "money", "number", "number"]
    _totals(sheet, row + 1, top + 1, row, say("Total", "合计"), kinds)
    colour_classes(Box(sheet, top + 1, _LEFT, row, _LEFT))
    return row


def _heat_map(sheet: Worksheet, top: int, summary: RunSummary, lang: Lang) -> int:
    say = Speaker(lang)
    title = say(
        "Value × risk: exposure by grade and ABC class", "价值 × 风险：按等级与 ABC 类别的敞口"
    )
    put(sheet, top - 1, _LEFT, title, SECTION)
    headers(sheet, top, _LEFT, [say("Grade", "等级"), *_CLASSES, say("Total", "合计")])
    found = {(grade, name): exposure for grade, name, exposure, _ in summary.heat}
    row = top
    for row, grade in enumerate(summary.grades, start=top + 1):
        cells = [found.get((grade, name), 0.0) for name in _CLASSES]
        put(sheet, row, _LEFT, grade, LABEL)
        row_of(sheet, row, _LEFT + 1, cells, ["money"] * len(cells))
        put(sheet, row, _LEFT + 1 + len(cells), sum(cells), RESULT, "money")
    if row > top:
        heat_map(Box(sheet, top + 1, _LEFT + 1, row, _LEFT + len(_CLASSES)))
    return row


def _row_counts(sheet: Worksheet, top: int, summary: RunSummary, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, top - 1, _LEFT, say("Rows", "数据行"), SECTION)
    headers(
        sheet, top, _LEFT,
        [say("Table", "数据表"), say("Read", "读入"), say("Kept", "保留"), say("Left out", "剔除")],
    )  # fmt: skip
    for row, name in enumerate(TABLES, start=top + 1):
        read, out = summary.rows_of(name)
        values: list[CellValue] = [SHEETS[name][lang], read, read - out, out]
        row_of(sheet, row, _LEFT, values, ["text", "count", "count", "count"])


def _migration_sheet(book: Workbook, summary: RunSummary, lang: Lang) -> None:
    say = Speaker(lang)
    found = summary.migration
    if found is None:
        about = say("There was no run before this one.", "此前没有运行记录。")
    else:
        about = say(
            f"Customers by grade on {found.as_of} (rows) and on {summary.as_of} (columns); "
            f"{found.added:,} new, {found.gone:,} gone.",
            f"行为 {found.as_of} 的等级，列为 {summary.as_of} 的等级；"
            f"新增 {found.added:,} 户，退出 {found.gone:,} 户。",
        )
    sheet = _page(book, say("Migration", "等级迁徙"), about, TAB_RESULT, lang)
    if found is None:
        rule_off(sheet, _LEFT + 6)
        return
    then = {before for before, _, _ in found.cells}
    grades = [*summary.grades, *sorted(then - set(summary.grades) - {""})]
    names = [*grades, ""]
    shown = [*grades, say("none", "无")]
    headers(sheet, _TOP, _LEFT, [say("From \\ to", "上期 \\ 本期"), *shown])
    rule_off(sheet, _LEFT + len(names))
    counts = {(before, now): count for before, now, count in found.cells}
    for row, (name, text) in enumerate(zip(names, shown, strict=True), start=_TOP + 1):
        put(sheet, row, _LEFT, text, LABEL)
        cells = [counts.get((name, now), 0) for now in names]
        row_of(sheet, row, _LEFT + 1, cells, ["tally"] * len(cells))
    bottom = _TOP + len(names)
    heat_map(Box(sheet, _TOP + 1, _LEFT + 1, bottom, _LEFT + len(names)))
    set_widths(sheet, dict.fromkeys(range(_LEFT, _LEFT + len(names) + 1), 12))


def _watch_sheet(book: Workbook, summary: RunSummary, lang: Lang) -> None:
    say = Speaker(lang)
    about = say(
        f"{summary.watched:,} customers who are non-performing, have something to check or fell "
        "to a worse grade; the largest expected loss first.",
        f"共 {summary.watched:,} 户：不良、需检查或等级下降；按预期损失由大到小。",
    )
    if summary.watched > MOST_WATCHED:
        about += say(
            f" The first {MOST_WATCHED:,} stand here, all of them in the results.",
            f"此处列出前 {MOST_WATCHED:,} 户，全部见结果文件。",
        )
    sheet = _page(book, say("Watch list", "关注名单"), about, TAB_RESULT, lang)
    known = {column.name: column for column in result_columns(lang)}
    columns = [known[name] for name in summary.watch_columns]
    kinds = [column.kind for column in columns]
    rows = ([_cell(value) for value in row] for row in summary.watch_list)
    texts = [column.header(lang) for column in columns]
    table(sheet, "tblWatchList", _TOP, _LEFT, texts, rows, kinds, CALCULATION)
    sheet.freeze_panes = f"C{_TOP + 1}"
    rule_off(sheet, _LEFT + len(texts) - 1)
    set_widths(sheet, {_LEFT + i: min(column.width, 40) for i, column in enumerate(columns)})


def _failed_sheet(
    book: Workbook, entries: Sequence[dict[str, Any]], summary: RunSummary, lang: Lang
) -> None:
    say = Speaker(lang)
    about = say(
        f"{summary.faults:,} entries; all of them, with the cells of every row that was left out, "
        "are in rejects.parquet.",
        f"共 {summary.faults:,} 条；全部条目及被剔除行的内容见 rejects.parquet。",
    )
    if summary.faults > len(entries):
        about += say(
            f" The first {len(entries):,} stand here.", f"此处列出前 {len(entries):,} 条。"
        )
    sheet = _page(book, SHEETS["checks"][lang], about, TAB_RECORD, lang)
    put(
        sheet,
        _TOP - 1,
        _LEFT,
        say("Correct the source and run it again.", "请更正来源后重新运行。"),
        NOTE,
    )
    names = {name: SHEETS[name][lang] for name in TABLES}
    rows: Iterable[Sequence[CellValue]] = (
        [
            _cell(names[entry["table"]] if column.name == "table" else entry[column.name])
            for column in CHECK_COLUMNS
        ]
        for entry in entries
    )
    texts = [column.header(lang) for column in CHECK_COLUMNS]
    kinds = [column.kind for column in CHECK_COLUMNS]
    table(sheet, "tblFailedRows", _TOP, _LEFT, texts, rows, kinds, CALCULATION)
    sheet.freeze_panes = f"B{_TOP + 1}"
    rule_off(sheet, _LEFT + len(texts) - 1)
    set_widths(sheet, {_LEFT + i: column.width for i, column in enumerate(CHECK_COLUMNS)})


def _cell(value: Any) -> CellValue:
    """A value as a cell; text that looks like a formula stays text."""
    if not isinstance(value, str):
        cell: CellValue = value
        return cell
    return text_cells([value])[0]
