"""The page of five-tier classes and provisions, as suggested and as the books have them."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udfs import tables
from workbook_templates.blocks import Box, CellValue, card, define, merge, put
from workbook_templates.charts import bars
from workbook_templates.charts import place as place_chart
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.pages.word_colours import colour_classes
from workbook_templates.portfolio.layout import (
    SHEETS,
    policy_column,
    policy_reference,
    result_name,
)
from workbook_templates.portfolio.ranking import figures, total
from workbook_templates.portfolio.result_classes import BOOK_COLUMNS
from workbook_templates.style import (
    BAD,
    BAD_FILL,
    GOOD,
    NAVY,
    PROSE,
    TEAL,
)

CLASSES: Final = len(tables.builtin("loan_classes").rows)
_LEFT: Final = 2
_LAST: Final = 13
_CARD_ROW: Final = 4
_TOP: Final = 7
_FIRST: Final = _TOP + 2
_UNKNOWN: Final = _FIRST + CLASSES
"""Row of what has no class, between the classes and their total."""
_RATIO_TOP: Final = _UNKNOWN + 3
_MATRIX_TOP: Final = _RATIO_TOP + 7
_PLACES: Final = 4
"""Decimals of a difference between sums; what is less is no money."""
_CHART_ROWS: Final = 15
_KINDS: Final = (
    "words",
    "count",
    "count",
    "money",
    "pd",
    "pd",
    "number",
    "number",
    "number",
    "number",
    "number",
)


def add_classification_sheet(book: Workbook, lang: Lang) -> None:
    """Add the page."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["classification"][lang],
        say("Five-tier classes and provisions", "五级分类与拨备"),
        say(
            '="As of "&TEXT(asof,"yyyy-mm-dd")&"  ·  amounts in CNY 10k  ·  each customer in the class of its worst loan"',
            '="基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  金额单位：万元  ·  客户按最差一笔贷款归类"',
        ),
        lang,
    )
    rule_off(sheet, _LAST)
    widths = {_LEFT: 34.0} | dict.fromkeys(range(_LEFT + 1, _LAST + 1), 14.5)
    set_widths(sheet, widths)
    _classes(book, sheet, lang)
    _ratios(sheet, lang)
    _matrix(book, sheet, lang)
    _cards(sheet, say)
    _charts(sheet, _MATRIX_TOP + CLASSES + 5, lang)


def _label(place: int, lang: Lang) -> str:
    """The name of a class, counted from 1, in the language of the results."""
    english, chinese = (policy_column("loan_classes", f"label_{x}", lang) for x in ("en", "zh"))
    return f'=IF(lang="zh",INDEX({chinese},{place}),INDEX({english},{place}))'


def _classes(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Customers, loans, exposure and provisions by class."""
    say = Speaker(lang)
    named = result_name("five_tier")

    def provision(row: int, out: str) -> str:
        return udf(
            "CR_PROVISION",
            balance=f"$E{row}",
            loan_class=f"$B{row}",
            scheme="provision_scheme",
            rates=policy_reference("provision_rates"),
            out=f'"{out}"',
        )

    rows: list[list[CellValue]] = []
    for i in range(CLASSES):
        row = _FIRST + i
        cell = f"$B{row}"
        rows.append(
            [
                _label(i + 1, lang),
                f"=COUNTIF({named},{cell})",
                f"=SUMIFS({result_name('loans')},{named},{cell})",
                f"=SUMIFS({result_name('exposure')},{named},{cell})",
                f"=IF(total_exposure=0,0,$E{row}/total_exposure)",
                *(f"={provision(row, out)}" for out in ("rate", "general", "specific", "value")),
                f"=SUMIFS({result_name('booked')},{named},{cell})",
                f"=$J{row}-$K{row}",
            ]
        )
    unknown = f'{result_name("unclassed")},">0"'
    rows.append(
        [
            say("No class: see the results", "未分类：见结果页"),
            f"=COUNTIF({unknown})",
            f"=SUMIFS({result_name('loans')},{unknown})",
            f"=SUMIFS({result_name('exposure')},{unknown})",
            f"=IF(total_exposure=0,0,$E{_UNKNOWN}/total_exposure)",
            None,
            None,
            None,
            None,
            f"=SUMIFS({result_name('booked')},{unknown})",
            None,
        ]
    )
    texts = [
        say("Suggested class", "建议分类"), say("Customers", "客户数"), say("Number of loans", "贷款笔数"),
        say("Exposure", "敞口"), say("Share", "占比"), say("Rate", "计提比例"), say("General", "一般准备"),
        say("Specific", "专项准备"), say("Provision needed", "应提准备"), say("Provision booked", "账面准备"),
        say("Provision short by", "准备缺口"),
    ]  # fmt: skip
    title = say("By suggested class", "按建议分类")
    block = figures(sheet, _TOP, _LEFT, title, texts, rows, _KINDS)
    names = {8: "class_provision", 9: "class_booked"}
    total(book, block, say, _KINDS, names, blank=(5, 10))
    define(book, "class_exposure", Box(sheet, _FIRST, 5, _UNKNOWN - 1, 5))
    define(book, "class_unknown", Box(sheet, _UNKNOWN, 5, _UNKNOWN, 5))
    define(book, "class_names", Box(sheet, _FIRST, 2, _UNKNOWN - 1, 2))
    colour_classes(Box(sheet, _FIRST, 2, _UNKNOWN - 1, 2))
    bad = Box(sheet, _UNKNOWN, 2, _UNKNOWN, 5)
    colour_where(bad, "class_unknown>0", ground=BAD_FILL, ink=BAD, bold=True)


def npl(out: str, provision: str = "") -> str:
    """A ratio of all classes together; blank without exposure."""
    call = udf(
        "CR_NPL",
        balance="class_exposure",
        loan_class="class_names",
        **({"provision": provision} if provision else {}),
        minimums=policy_reference("provision_minimums"),
        out=f'"{out}"',
        lang="lang",
    )
    return f'IF(SUM(class_exposure)=0,"",{call})'


def _minimum(ratio: str, lang: Lang) -> str:
    wanted, ratios = (
        policy_column("provision_minimums", n, lang) for n in ("minimum", "regulatory_ratio")
    )
    return f'=INDEX({wanted},MATCH("{ratio}",{ratios},0))'


def _ratios(sheet: Worksheet, lang: Lang) -> None:
    """Provisions needed and booked against the regulatory minimums."""
    say = Speaker(lang)
    first = _RATIO_TOP + 2
    rows: list[list[CellValue]] = []
    sources = (
        (say("Needed by class", "按分类应提"), "class_provision"),
        (say("Booked", "账面"), "class_booked"),
    )
    for row, (text, amount) in enumerate(sources, start=first):
        rows.append(
            [
                text,
                f"={amount}",
                f'=IFERROR({npl("coverage", amount)},"–")',
                _minimum("coverage", lang),
                f"={npl('provision_ratio', amount)}",
                _minimum("provision_ratio", lang),
                f"={npl('shortfall', amount)}",
                f'=IF($H{row}="","",IF($H{row}>0,"{say("short", "不足")}","{say("met", "达标")}"))',
            ]
        )
    texts = [
        say("Provisions", "准备"), say("Amount", "金额"), say("Coverage of NPL", "拨备覆盖率"),
        say("Least coverage", "覆盖率下限"), say("Provisions / loans", "贷款拨备率"),
        say("Least ratio", "拨备率下限"), say("Short by (surplus: −)", "缺口（盈余为负）"), say("Minimum", "监管标准"),
    ]  # fmt: skip
    kinds = ("words", "number", "rate", "rate", "pd", "pd", "number", "words")
    title = say("Provisions against the regulatory minimums", "准备与监管标准")
    block = figures(sheet, _RATIO_TOP, _LEFT, title, texts, rows, kinds)
    body = Box(sheet, block.top + 1, block.left, block.bottom, block.right)
    colour_where(body, f"N($H{first})>0", ground=BAD_FILL, ink=BAD, bold=True)
    why = block.bottom + 1
    put(sheet, why, _LEFT, f"={npl('why', 'class_booked')}", PROSE)
    for column in range(_LEFT + 1, _LAST + 1):
        put(sheet, why, column, None, PROSE)
    merge(sheet, Box(sheet, why, _LEFT, why, _LAST))
    sheet.row_dimensions[why].height = 32


def _matrix(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """The exposure from the class in the books (down) to the suggested class (across)."""
    say = Speaker(lang)
    named, exposure = result_name("five_tier"), result_name("exposure")
    header = _MATRIX_TOP + 1
    across = [get_column_letter(_LEFT + 1 + i) for i in range(CLASSES)]
    rows: list[list[CellValue]] = []
    for i, name in enumerate(BOOK_COLUMNS):
        row = header + 1 + i
        sums = [f"=SUMIFS({result_name(name)},{named},{letter}${header})" for letter in across]
        lost = f'=SUMIFS({result_name(name)},{result_name("unclassed")},">0")'
        rows.append([_label(i + 1, lang), *sums, lost, f"=SUM($C{row}:$H{row})"])
    below = header + 1 + CLASSES
    stated = f"{{0}}${header + 1}:{{0}}${below - 1}"
    rest = [
        f"=ROUND(SUMIFS({exposure},{named},{letter}${header})-SUM({stated.format(letter)}),{_PLACES})"
        for letter in across
    ]
    lost = f"=ROUND(class_unknown-SUM({stated.format('H')}),{_PLACES})"
    rows.append(
        [say("No class in the books", "账面未分类"), *rest, lost, f"=SUM($C{below}:$H{below})"]
    )
    texts = [
        say("Books \\ suggested", "账面 \\ 建议"),
        *[""] * CLASSES,
        say("No class", "未分类"),
        say("Total", "合计"),
    ]
    kinds = ("words", *["money"] * (CLASSES + 2))
    title = say(
        "From the class in the books (down) to the suggested class (across): exposure",
        "账面分类（行）至建议分类（列）：敞口",
    )
    block = figures(sheet, _MATRIX_TOP, _LEFT, title, texts, rows, kinds)
    for i in range(CLASSES):
        sheet.cell(header, _LEFT + 1 + i).value = _label(i + 1, lang)
    total(book, block, say, kinds, {CLASSES + 2: "matrix_exposure"})
    colour_classes(Box(sheet, header + 1, _LEFT, below - 1, _LEFT))
    cells = Box(sheet, header + 1, _LEFT + 1, below - 1, _LEFT + CLASSES)
    worse = f"COLUMN(C{header + 1})-COLUMN($C{header + 1})-ROW(C{header + 1})+ROW(C${header + 1})"
    colour_where(cells, f"AND(C{header + 1}>0,{worse}>0)", ground=BAD_FILL, ink=BAD, bold=True)
    colour_where(cells, f"AND(C{header + 1}>0,{worse}<0)", ink=GOOD, bold=True)
    define(book, "class_matrix", cells)


def _cards(sheet: Worksheet, say: Speaker) -> None:
    worse = (
        "COLUMN(class_matrix)-MIN(COLUMN(class_matrix))>ROW(class_matrix)-MIN(ROW(class_matrix))"
    )
    cards = (
        (say("NPL ratio, suggested", "不良率（建议分类）"), f"={npl('value')}", "pd", 2, 2),
        (say("Provision coverage, booked", "拨备覆盖率（账面）"), f'=IFERROR({npl("coverage", "class_booked")},"–")', "rate", 3, 4),
        (say("Provisions / loans, booked", "贷款拨备率（账面）"), f"={npl('provision_ratio', 'class_booked')}", "pd", 5, 6),
        (say("Needed by class", "按分类应提准备"), "=class_provision", "number", 7, 8),
        (say("Short of that (surplus: −)", "与应提的差额（盈余为负）"), "=class_provision-class_booked", "number", 9, 10),
        (say("Worse than in the books", "较账面更差的敞口"), f"=SUMPRODUCT(({worse})*class_matrix)", "money", 11, 13),
    )  # fmt: skip
    for text, formula, kind, first, last in cards:
        card(sheet, _CARD_ROW, first, last, text, formula, kind)
    sheet.row_dimensions[_CARD_ROW + 2].height = 6


def _charts(sheet: Worksheet, top: int, lang: Lang) -> None:
    say = Speaker(lang)
    for row in range(top, top + _CHART_ROWS):
        sheet.row_dimensions[row].height = 15
    names = Box(sheet, _FIRST, _LEFT, _UNKNOWN - 1, _LEFT)

    def column(place: int) -> Box:
        return Box(sheet, _FIRST - 1, place, _UNKNOWN - 1, place)

    chart = bars(say("Exposure by suggested class", "各建议分类敞口"), names, [column(5)], lang,
                 colours=(NAVY,))  # fmt: skip
    place_chart(sheet, chart, Box(sheet, top, _LEFT, top + _CHART_ROWS - 1, 6))
    chart = bars(say("Provisions needed and booked", "应提准备与账面准备"), names, [column(10), column(11)],
                 lang, colours=(NAVY, TEAL))  # fmt: skip
    place_chart(sheet, chart, Box(sheet, top, 7, top + _CHART_ROWS - 1, _LAST))
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{top + _CHART_ROWS - 1}"
