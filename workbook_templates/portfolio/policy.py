"""The policy sheet: single settings, and the policy tables side by side.

The tables stand beside each other and nothing stands below them, so each can grow downwards.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Final

import pandas as pd
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from udfs import tables
from udfs.kinds import UNKNOWN, ColumnKind
from workbook_templates.blocks import Box, CellValue, define, headers, merge, put, table
from workbook_templates.language import LANGUAGES, Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.portfolio.layout import POLICY_TABLES, SHEETS, WORDY_TABLES
from workbook_templates.portfolio.worked_case import AS_OF
from workbook_templates.style import INPUT, LABEL, NOTE, PROSE, SECTION, TAB_POLICY
from workbook_templates.text_width import text_width

TITLE_ROW: Final = 4
NOTE_ROW: Final = 5
TABLE_ROW: Final = 6
_LEFT: Final = 2
_NARROW, _WIDE, _WORDY = 9.0, 100.0, 34.0
_SCALE: Final = 60
_PAPER: Final = 152.0
"""Characters across a sheet of paper at that scale."""
_LINE, _SPACE, _INDENT = 13.5, 6.0, 1.5
"""Points of a line and around a text, and the characters that its indent takes."""
_LEAST_BLOCK: Final = 64.0
_NOTE_HEIGHT: Final = 74.0
_KINDS: Final = {"number": "general", "text": "text", "date": "date", "flag": "flag"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One policy cell: its defined name, value, kind, and what it does in both languages."""

    name: str
    value: CellValue
    kind: str
    en: str
    zh: str
    help_en: str
    help_zh: str
    options: tuple[str, ...] = ()


def settings(lang: Lang) -> tuple[Setting, ...]:
    """The single policy cells."""
    say = Speaker(lang)
    return (
        Setting("asof", AS_OF, "date", "As-of date", "基准日",
                "All days and windows are counted up to this date.", "所有天数与统计窗口均截至该日。"),
        Setting("lang", lang, "text", "Language of results", "结果语言",
                "en or zh: labels and reasons that the functions write.", "en 或 zh：函数输出的标签与理由所用语言。",
                LANGUAGES),
        Setting("lgd", 0.45, "rate", "Loss given default", "违约损失率",
                "Expected loss = PD × LGD × exposure.", "预期损失 = 违约概率 × 违约损失率 × 敞口。"),
        Setting("npl_days", 90, "count", "Non-performing after days", "不良认定天数",
                "A customer with a loan overdue for more days than this is non-performing.",
                "任一贷款逾期超过该天数即认定为不良客户。"),
        Setting("consent_needed", True, "flag", "Persons are scored only with consent", "自然人须授权方可评分",
                "Personal Information Protection Law: TRUE leaves a person without consent unscored.",
                "《个人信息保护法》：TRUE 表示未授权的自然人不予评分。"),
        Setting("person_word", say("individual", "个人"), "text", "Word for a natural person", "自然人的客户类型名称",
                "As it stands in the Customer type column of the customers.", "与客户表“客户类型”列的用词一致。"),
        Setting("consent_word", say("yes", "是"), "text", "Word for consent given", "已授权的用词",
                "As it stands in the Consent column of the customers.", "与客户表“授权同意”列的用词一致。"),
        Setting("rfm_months", 24, "count", "RFM window in months", "RFM 统计月数",
                "Events of the last months up to the as-of date.", "截至基准日的最近若干个月内的事件。"),
        Setting("rfm_bins", 5, "count", "RFM scores", "RFM 分档数",
                "Scores run from 1 to this number, best last.", "R、F、M 分数由 1 至该数，越高越好。"),
        Setting("rfm_method", "quantile", "text", "RFM binning rule", "RFM 分档方法",
                "How the cut-offs are found: see the help of CR_RFM.", "分界的确定方法，见 CR_RFM 的帮助。",
                ("quantile", "r_package", "rank", "ntile")),
        Setting("rfm_overdue_days", 0, "count", "Overdue caps the segment after days", "逾期降档天数",
                "A customer overdue for more days than this is At Risk at best.",
                "逾期超过该天数的客户，细分最好只能为“风险客户”。"),
        Setting("paid_event", say("repayment", "还款"), "text", "Word for a payment made", "按期还款事件名称",
                "As it stands in the Event column of the transactions.", "与交易表“事件类型”列的用词一致。"),
        Setting("missed_event", say("missed", "未按期还款"), "text", "Word for a missed payment", "未按期还款事件名称",
                "A missed payment never counts as activity.", "未按期还款不计为活跃事件。"),
        Setting("abc_cut_a", 0.8, "rate", "ABC: class A up to", "ABC：A 类累计占比",
                "Cumulative share of the contribution.", "综合贡献的累计占比。"),
        Setting("abc_cut_b", 0.95, "rate", "ABC: class B up to", "ABC：B 类累计占比",
                "Cumulative share of the contribution.", "综合贡献的累计占比。"),
        Setting("abc_cross", "down", "text", "ABC: customer on the border", "ABC：跨界客户归属",
                "down: the customer that crosses a cut-off belongs to the lower class.",
                "down：跨越上限的客户归入下一类；up：归入上一类。", ("down", "up")),
        Setting("vrn_value_weight", 0.4, "rate", "Weight of value", "价值权重",
                "In the value-risk-need index.", "价值-风险-需求指数中的权重。"),
        Setting("vrn_risk_weight", 0.4, "rate", "Weight of low risk", "风险权重",
                "In the value-risk-need index.", "价值-风险-需求指数中的权重。"),
        Setting("vrn_need_weight", 0.2, "rate", "Weight of need", "需求权重",
                "In the value-risk-need index.", "价值-风险-需求指数中的权重。"),
        Setting("vrn_high", 0.67, "rate", "High from percentile", "“高”分位下限",
                "A score from this percentile on is H.", "得分位于该分位及以上为 H。"),
        Setting("vrn_low", 0.33, "rate", "Medium from percentile", "“中”分位下限",
                "A score from this percentile on is M, below it L.", "得分位于该分位及以上为 M，以下为 L。"),
        Setting("products_target", 6, "count", "Products a full relationship has", "全面合作产品数",
                "Need = this number less the products held.", "需求 = 该数减去已持有产品数。"),
        Setting("review_notice_days", 90, "count", "Review notice in days", "复评提前提示天数",
                "Reviews due within these days are counted on the strategy page.",
                "分层策略页统计该天数内到期的复评。"),
    )  # fmt: skip


def add_policy_sheets(book: Workbook, lang: Lang) -> None:
    """Add the sheets with every choice of the bank: settings and tables, and the tiers' texts."""
    say = Speaker(lang)
    sheet = _policy_page(
        book,
        "policy",
        say(
            "Every threshold stands here and nowhere else. Change a blue cell and all sheets "
            "follow; the tables may grow downwards.",
            "所有阈值只在本页维护。修改蓝字单元格，各表随之更新；各政策表可向下增行。",
        ),
        lang,
    )
    left = _settings_block(book, sheet, lang)
    compact = [name for name in POLICY_TABLES if name not in WORDY_TABLES]
    _add_tables(sheet, compact, left, lang, widest=_WIDE)
    sheet = _policy_page(
        book,
        "tier_policy",
        say(
            "What the bank does with each tier: the strategy page and the results read it here.",
            "各层级的管理策略：分层策略页与结果页均由此读取。",
        ),
        lang,
    )
    _add_tables(sheet, list(WORDY_TABLES), _LEFT, lang, widest=_WORDY)


def _policy_page(book: Workbook, key: str, subtitle: str, lang: Lang) -> Worksheet:
    title = SHEETS[key][lang]
    setup = PageSetup(
        title=title,
        subtitle=subtitle,
        tab=TAB_POLICY,
        orientation="portrait" if key == "policy" else "landscape",
        scale=_SCALE,
        repeat_rows=f"{TITLE_ROW}:{TABLE_ROW}",
    )
    sheet = new_page(book, title, setup, lang)
    sheet.row_dimensions[TITLE_ROW].height = 22
    sheet.row_dimensions[NOTE_ROW].height = _NOTE_HEIGHT
    sheet.row_dimensions[TABLE_ROW].height = 32
    sheet.freeze_panes = f"A{TABLE_ROW + 1}"
    return sheet


def _add_tables(
    sheet: Worksheet, names: list[str], left: int, lang: Lang, *, widest: float
) -> None:
    """Policy tables side by side, as many on a sheet of paper as fit."""
    breaks = ColBreak()
    used = 0.0 if left == _LEFT else _PAPER
    for builtin in names:
        start = left
        left = _table_block(sheet, builtin, left, lang, widest)
        width = _width(sheet, start, left - 1)
        used += width
        if used > _PAPER and start > _LEFT:
            breaks.append(Break(id=start - 1))
            used = width
    sheet.col_breaks = breaks
    rule_off(sheet, left - 2)


def _width(sheet: Worksheet, first: int, last: int) -> float:
    columns = range(first, last + 1)
    return sum(sheet.column_dimensions[get_column_letter(column)].width for column in columns)


def _settings_block(book: Workbook, sheet: Worksheet, lang: Lang) -> int:
    say = Speaker(lang)
    put(sheet, TITLE_ROW, _LEFT, say("Settings", "参数"), SECTION)
    note = say(
        "Names in the third column are what formulas use. The values are creditcells defaults: "
        "replace them by your bank's own.",
        "第三列为公式中使用的名称。数值为 creditcells 默认值，请替换为本行口径。",
    )
    put(sheet, NOTE_ROW, _LEFT, note, NOTE)
    merge(sheet, Box(sheet, NOTE_ROW, _LEFT, NOTE_ROW, _LEFT + 3))
    headers(
        sheet, TABLE_ROW, _LEFT,
        [say("Setting", "参数"), say("Value", "取值"), say("Name", "名称"), say("What it does", "作用")],
    )  # fmt: skip
    for row, setting in enumerate(settings(lang), start=TABLE_ROW + 1):
        put(sheet, row, _LEFT, say(setting.en, setting.zh), LABEL)
        put(sheet, row, _LEFT + 1, setting.value, INPUT, setting.kind)
        put(sheet, row, _LEFT + 2, setting.name, PROSE)
        put(sheet, row, _LEFT + 3, say(setting.help_en, setting.help_zh), PROSE)
        value = Box(sheet, row, _LEFT + 1, row, _LEFT + 1)
        define(book, setting.name, value)
        _validate_setting(setting, value)
    set_widths(sheet, {_LEFT: 38, _LEFT + 1: 14, _LEFT + 2: 19, _LEFT + 3: 74, _LEFT + 4: 4})
    return _LEFT + 5


def _validate_setting(setting: Setting, value: Box) -> None:
    if setting.options:
        rule = DataValidation(type="list", formula1=f'"{",".join(setting.options)}"')
    elif setting.kind == "flag":
        rule = DataValidation(type="list", formula1='"TRUE,FALSE"')
    elif setting.kind == "rate":
        rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="1")
    elif setting.kind == "count":
        rule = DataValidation(type="whole", operator="between", formula1="0", formula2="100000")
    elif isinstance(setting.value, dt.date):
        rule = DataValidation(type="date", operator="greaterThan", formula1="36526")
    else:
        return
    rule.showErrorMessage = True
    value.sheet.add_data_validation(rule)
    rule.add(value.address)


def _table_block(sheet: Worksheet, builtin: str, left: int, lang: Lang, widest: float) -> int:
    """A policy table with its title, source and note; returns where the next may start."""
    name = POLICY_TABLES[builtin]
    policy = tables.builtin(builtin)
    texts = policy.headers(lang)
    kinds = [column.kind for column in policy.columns]
    rows = [
        [_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
        for row in policy.rows.itertuples(index=False)
    ]
    body = table(
        sheet, name, TABLE_ROW, left, texts, rows, [_KINDS[k] for k in kinds], INPUT, filters=False
    )
    widths = [_column_width(column, widest) for column in zip(texts, *rows, strict=True)]
    _wrap_long(body, widths, widest)
    gap = max(4.0, _LEAST_BLOCK - sum(widths))
    set_widths(sheet, {left + i: width for i, width in enumerate([*widths, gap])})
    put(sheet, TITLE_ROW, left, f"{policy.title[lang]}  ·  {name}", SECTION)
    put(sheet, NOTE_ROW, left, _about(policy, lang), NOTE)
    merge(sheet, Box(sheet, NOTE_ROW, left, NOTE_ROW, _note_end(widths, left)))
    return body.right + 2


def _about(policy: tables.BuiltinTable, lang: Lang) -> str:
    """The line under a policy table's title: its source, its date and what to know about it."""
    source, date, note = policy.source[lang], policy.date, policy.note[lang]
    if lang == "zh":
        return f"来源：{source}（{date}）。{note}"
    return f"Source: {source} ({date}). {note}"


def _note_end(widths: list[float], left: int) -> int:
    """The last column under a note: as many as make it easy to read, the gap included."""
    total = 0.0
    for i, width in enumerate(widths):
        total += width
        if total >= 2 * _LEAST_BLOCK:
            return left + i
    return left + len(widths) - (0 if sum(widths) < _LEAST_BLOCK else 1)


def _column_width(cells: tuple[CellValue, ...], widest: float) -> float:
    texts = [str(cell) for cell in cells if cell is not None]
    return min(widest, max(_NARROW, *(text_width(text) + 3.5 for text in texts)))


def _wrap_long(body: Box, widths: list[float], widest: float) -> None:
    """Let texts that are wider than their column run over several lines of a tall enough row."""
    for row in range(body.top, body.bottom + 1):
        lines = 1
        for i, width in enumerate(widths):
            cell = body.sheet.cell(row, body.left + i)
            if width < widest or not isinstance(cell.value, str):
                continue
            cell.alignment = Alignment(
                horizontal="left", vertical="center", wrap_text=True, indent=1
            )
            lines = max(lines, math.ceil(text_width(cell.value) / (width - _INDENT)))
        if lines > 1:
            height = max(_LINE * lines + _SPACE, body.sheet.row_dimensions[row].height or 0)
            body.sheet.row_dimensions[row].height = height


def _cell(value: object, kind: ColumnKind) -> CellValue:
    """A table's value as a cell: blanks for missing ones."""
    if kind == "flag":
        return None if value == UNKNOWN else value == 1
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return None
    return value if isinstance(value, str) else float(str(value))
