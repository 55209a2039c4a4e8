"""The dashboard: the portfolio's figures and charts; what the charts show stands on page two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udfs import tables
from workbook_templates.blocks import Box, CellValue, headers, put
from workbook_templates.charts import bars, curves, place
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import as_of_line, new_result_page, rule_off
from workbook_templates.pages.panels import LAST, PANELS, panel_cards, set_panel_widths
from workbook_templates.portfolio.history import (
    TREND_BOTTOM,
    TREND_DATE,
    TREND_HEADER,
    TREND_RATE,
)
from workbook_templates.portfolio.layout import (
    CHECK_TOTAL_NAME,
    SHEETS,
    policy_column,
    result_name,
)
from workbook_templates.portfolio.strategy import GRADES
from workbook_templates.style import BAD, CALCULATION, GOOD, LABEL, NAVY, SECTION, TEAL

_CHART_ROWS: Final = (10, 26)
_BEHIND: Final = 43
_SECOND_BLOCK: Final = _BEHIND + 17
_CHART_HEIGHT: Final = 15
_PARETO: Final = tuple(i / 10 for i in range(11))


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Where the figures behind the charts stand."""

    grades: Box
    segments: Box
    pareto: Box
    moves: Box


def add_dashboard_sheet(book: Workbook, lang: Lang) -> None:
    """Add the dashboard."""
    say = Speaker(lang)
    title = SHEETS["dashboard"][lang]
    sheet = new_result_page(
        book, title, say("Portfolio dashboard", "信贷组合看板"), as_of_line(lang), lang
    )
    rule_off(sheet, LAST)
    set_panel_widths(sheet, 23, (11, 12, 13))
    _cards(sheet, say)
    for row in range(_CHART_ROWS[0], _BEHIND):
        sheet.row_dimensions[row].height = 15
    blocks = _figures(sheet, lang)
    _charts(book, sheet, blocks, lang)
    # The figures behind the charts stay off the paper.
    sheet.print_area = f"B1:{get_column_letter(LAST)}{_BEHIND - 1}"


def _cards(sheet: Worksheet, say: Speaker) -> None:
    exposure, headroom = result_name("exposure"), result_name("headroom")
    review = result_name("next_review")
    weighted = "=IF(total_exposure=0,0,total_loss/(lgd*total_exposure))"
    over = f'=COUNTIF({headroom},"<0")'
    rows = (
        (
            (say("Customers", "客户数"), "=total_customers", "count"),
            (say("Exposure", "敞口"), "=total_exposure", "money"),
            (say("Expected loss", "预期损失"), "=total_loss", "number"),
            (say("Expected loss / exposure", "预期损失率"), "=total_loss_rate", "pd"),
            (say("Non-performing ratio", "不良率"), "=npl_ratio", "pd"),
            (say("PD, weighted by exposure", "敞口加权违约概率"), weighted, "pd"),
        ),
        (
            (say("Over their limit", "超授信额度客户"), over, "count"),
            (say("Exposure at high risk", "高风险敞口占比"), "=high_share", "rate"),
            (say("Reviews due soon", "近期到期复评"),
             f'=COUNTIF({review},"<="&asof+review_notice_days)', "count"),
            (say("Largest customer / exposure", "最大单户敞口占比"),
             f"=IF(total_exposure=0,0,MAX({exposure})/total_exposure)", "rate"),
            (say("Customers without a tier", "未分层客户"), "=not_classified", "count"),
            (say("Data check, differences", "数据检查差额"), f"={CHECK_TOTAL_NAME}", "number"),
        ),
    )  # fmt: skip
    panel_cards(sheet, rows)


def _block(
    sheet: Worksheet,
    top: int,
    panel: int,
    title: str,
    texts: list[str],
    rows: list[list[CellValue]],
    kinds: tuple[str, ...],
) -> Box:
    """A small table of figures; returns its body, header row included."""
    put(sheet, top, panel, title, SECTION)
    headers(sheet, top + 1, panel, texts)
    sheet.row_dimensions[top + 1].height = 28
    for row, values in enumerate(rows, start=top + 2):
        for i, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            put(sheet, row, panel + i, value, LABEL if i == 0 else CALCULATION, kind)
    return Box(sheet, top + 1, panel, top + 1 + len(rows), panel + len(texts) - 1)


def _figures(sheet: Worksheet, lang: Lang) -> _Blocks:
    _abc_classes(sheet, lang)
    _customer_classes(sheet, lang)
    return _Blocks(
        grades=_grades(sheet, lang),
        segments=_segments(sheet, lang),
        pareto=_pareto(sheet, lang),
        moves=_moves(sheet, lang),
    )


def _grades(sheet: Worksheet, lang: Lang) -> Box:
    say = Speaker(lang)
    grades, grade = policy_column("grade_scale", "grade", lang), result_name("grade")
    panel = PANELS[0]
    labels = [f'=IFERROR(INDEX({grades},{i + 1}),"")' for i in range(GRADES)]
    rows = _totals(panel, labels, grade, "expected_loss")
    texts = [say("Grade", "等级"), say("Customers", "客户数"), say("Exposure", "敞口"),
             say("Expected loss", "预期损失")]  # fmt: skip
    return _block(sheet, _BEHIND, panel, say("By grade", "按等级"), texts, rows,
                  ("words", "count", "money", "number"))  # fmt: skip


def _segments(sheet: Worksheet, lang: Lang) -> Box:
    say = Speaker(lang)
    segment, panel = result_name("segment"), PANELS[1]
    english, chinese = (policy_column("rfm_segments", f"label_{x}", lang) for x in ("en", "zh"))
    labels = [
        f'=IFERROR(IF(lang="zh",INDEX({chinese},{i + 1}),INDEX({english},{i + 1})),"")'
        for i in range(len(tables.builtin("rfm_segments").rows))
    ]
    rows = _totals(panel, labels, segment, "contribution")
    texts = [say("RFM segment", "RFM 细分"), say("Customers", "客户数"), say("Exposure", "敞口"),
             say("Contribution", "综合贡献")]  # fmt: skip
    return _block(sheet, _BEHIND, panel, say("By RFM segment", "按 RFM 细分"), texts, rows,
                  ("words", "count", "money", "number"))  # fmt: skip


def _totals(panel: int, labels: list[str], key: str, summed: str) -> list[list[CellValue]]:
    """A row per label: customers with it, their exposure, and the sum of a further column."""
    letter = get_column_letter(panel)
    rows: list[list[CellValue]] = []
    for row, label in enumerate(labels, _BEHIND + 2):
        cell = f"${letter}{row}"
        rows.append(
            [
                label,
                f"=COUNTIF({key},{cell})",
                f"=SUMIFS({result_name('exposure')},{key},{cell})",
                f"=SUMIFS({result_name(summed)},{key},{cell})",
            ]
        )
    return rows


def _pareto(sheet: Worksheet, lang: Lang) -> Box:
    say = Speaker(lang)
    share, gain = result_name("value_share"), result_name("contribution")
    panel = PANELS[2]
    letter = get_column_letter(panel)
    rows: list[list[CellValue]] = []
    for i, part in enumerate(_PARETO):
        cell = f"${letter}{_BEHIND + 2 + i}"
        reached = f'SUMIFS({gain},{share},"<"&{cell})'
        whole = f'SUMIFS({gain},{share},"<=1")'
        rows.append(
            [
                part,
                f'=COUNTIF({share},"<"&{cell})',
                f"={reached}",
                f"=IF({whole}=0,0,{reached}/{whole})",
            ]
        )
    texts = [say("Best customers", "头部客户"), say("Customers", "客户数"),
             say("Contribution", "综合贡献"), say("Share of contribution", "贡献占比")]  # fmt: skip
    return _block(sheet, _BEHIND, panel, say("Concentration of contribution", "贡献集中度"), texts,
                  rows, ("whole_rate", "count", "number", "rate"))  # fmt: skip


def _moves(sheet: Worksheet, lang: Lang) -> Box:
    say = Speaker(lang)
    rows: list[list[CellValue]] = [
        [say("Upgraded", "上调"), "=moved_up"],
        [say("Unchanged", "不变"), "=unmoved"],
        [say("Downgraded", "下调"), "=moved_down"],
        [say("New", "新增"), "=newcomers"],
    ]
    texts = [say("Grade moved", "等级变动"), say("Customers", "客户数")]
    title = say("Migration", "等级迁徙")
    return _block(sheet, _SECOND_BLOCK, PANELS[0], title, texts, rows, ("words", "count"))


def _abc_classes(sheet: Worksheet, lang: Lang) -> Box:
    say = Speaker(lang)
    names: list[CellValue] = ["A", "B", "C"]
    title = say("By ABC class", "按 ABC 类别")
    return _by_class(sheet, PANELS[1], title, say("ABC class", "ABC 类别"), "abc", names, say)


def _customer_classes(sheet: Worksheet, lang: Lang) -> Box:
    say = Speaker(lang)
    english, chinese = (policy_column("account_tiers", f"label_{x}", lang) for x in ("en", "zh"))
    names: list[CellValue] = [
        f'=IFERROR(IF(lang="zh",INDEX({chinese},{i}),INDEX({english},{i})),"")' for i in (1, 2, 3)
    ]
    title = say("By account tier", "按客户层级")
    label = say("Account tier", "客户层级")
    return _by_class(sheet, PANELS[2], title, label, "account_tier", names, say)


def _by_class(
    sheet: Worksheet,
    panel: int,
    title: str,
    label: str,
    column: str,
    names: list[CellValue],
    say: Speaker,
) -> Box:
    """Customers, exposure and contribution of each class in a column of the results."""
    classes, letter = result_name(column), get_column_letter(panel)
    rows: list[list[CellValue]] = []
    for row, name in enumerate(names, start=_SECOND_BLOCK + 2):
        cell = f"${letter}{row}"
        rows.append(
            [
                name,
                f"=COUNTIF({classes},{cell})",
                f"=SUMIFS({result_name('exposure')},{classes},{cell})",
                f"=SUMIFS({result_name('contribution')},{classes},{cell})",
            ]
        )
    texts = [
        label,
        say("Customers", "客户数"),
        say("Exposure", "敞口"),
        say("Contribution", "综合贡献"),
    ]
    kinds = ("words", "count", "money", "number")
    return _block(sheet, _SECOND_BLOCK, panel, title, texts, rows, kinds)


def _charts(book: Workbook, sheet: Worksheet, blocks: _Blocks, lang: Lang) -> None:
    say = Speaker(lang)
    spots = [
        Box(sheet, top, panel, top + _CHART_HEIGHT, panel + 3)
        for top in _CHART_ROWS
        for panel in PANELS
    ]

    def names(block: Box) -> Box:
        return Box(block.sheet, block.top + 1, block.left, block.bottom, block.left)

    grades, segments, pareto, moves = blocks.grades, blocks.segments, blocks.pareto, blocks.moves
    chart = bars(say("Customers by grade", "各等级客户数"), names(grades), [grades.column(1)], lang,
                 colours=(NAVY,))  # fmt: skip
    place(sheet, chart, spots[0])
    chart = bars(say("Expected loss by grade", "各等级预期损失"), names(grades), [grades.column(3)],
                 lang, colours=(BAD,))  # fmt: skip
    place(sheet, chart, spots[1])
    chart = bars(say("Customers by RFM segment", "各 RFM 细分客户数"), names(segments),
                 [segments.column(1)], lang, colours=(TEAL,), direction="bar")  # fmt: skip
    place(sheet, chart, spots[2])
    line = curves(say("Share of contribution by the best customers", "头部客户的贡献占比"), names(pareto),
                  [pareto.column(3)], lang, top=1, colours=(NAVY,))  # fmt: skip
    place(sheet, line, spots[3])
    chart = bars(say("Grades since the snapshot before", "较上期的等级变动"), names(moves),
                 [moves.column(1)], lang, colours=(GOOD,))  # fmt: skip
    place(sheet, chart, spots[4])
    history = book[SHEETS["history"][lang]]
    dates = Box(history, TREND_HEADER + 1, TREND_DATE, TREND_BOTTOM, TREND_DATE)
    rates = Box(history, TREND_HEADER, TREND_RATE, TREND_BOTTOM, TREND_RATE)
    # Bars, so that a snapshot that is not there yet is no point on the axis; nor has it a label.
    chart = bars(say("Expected loss / exposure by snapshot", "各期预期损失率"), dates, [rates], lang,
                 number_format="0.00%;;", colours=(BAD,))  # fmt: skip
    place(sheet, chart, spots[5])
