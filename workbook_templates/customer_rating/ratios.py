"""The ratios sheet: every ratio of the policy over three years, and against peers."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.customer_rating.layout import ITEMS, PEERS, RATIO_TABLE, RATIOS, title
from workbook_templates.customer_rating.statements import last
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.formulas import known, or_blank
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    GOOD_FILL,
    HEADER,
    LABEL,
    RESULT,
    SECTION,
    SUBTITLE,
    TAB_RESULT,
    UNIT,
)

_CODE, _GROUP, _NAME, _FIRST_YEAR = 2, 3, 4, 5
_TREND, _MEDIAN, _GAP, _NUMBER, _QUARTER = 8, 9, 10, 11, 12
_STRENGTHS, _WEAKNESSES, _WHY = 14, 15, 16
_TABLE: Final = 18
_TABLE_COLUMNS, _TREND_IN_TABLE = 10, 8
"""Where the function's whole table stands, beside the printed page: the trend is read from it."""
HEADER_ROW: Final = 7
FIRST_ROW: Final = HEADER_ROW + 1
LAST_ROW: Final = FIRST_ROW + len(RATIOS) - 1
_FORMATS: Final = {"decimal": "rate", "times": "times", "turns": "times", "days": "count", "amount": "money"}  # fmt: skip
_PLACE: Final = f"ROWS(B${FIRST_ROW}:B{{row}})"


def latest(code: str) -> str:
    """The latest value of a ratio, wherever the policy has it."""
    return f'INDEX(rt_latest,MATCH("{code}",rt_codes,0))'


def _table(out: str) -> str:
    return udf(
        "CR_RATIOS",
        items="st_items",
        statement="st_figures",
        years="st_years",
        order='"ascending"',
        definitions=RATIO_TABLE.whole,
        statement_items=ITEMS.whole,
        blanks="blanks",
        out=f'"{out}"',
        lang="lang",
    )


def _peer(row: int, out: str, lang: Lang) -> str:
    return udf(
        "CR_PEER",
        value=f"G{row}",
        peers=PEERS.whole,
        industry="peer_industry",
        size="peer_size",
        better=f"INDEX({RATIO_TABLE.column('better', lang)},{_PLACE.format(row=row)})",
        ratio=f"$B{row}",
        out=f'"{out}"',
        lang="lang",
    )


def add_ratios_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet; its columns have names that other sheets use."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("ratios", lang),
        subtitle=say(
            "Every ratio by its formula on the Ratio policy sheet; quarter 1 is the best of the peers.",
            "各比率按“财务口径”页的公式计算；第 1 四分位为同业最优。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
        repeat_rows=f"{HEADER_ROW}:{HEADER_ROW}",
    )
    sheet = new_page(book, title("ratios", lang), setup, lang)
    widths = {_CODE: 27, _GROUP: 14, _NAME: 46, _TREND: 11, _MEDIAN: 11, _GAP: 11, _NUMBER: 9,
              _QUARTER: 18, _QUARTER + 1: 3, _STRENGTHS: 20, _WEAKNESSES: 20, _WHY: 60}  # fmt: skip
    set_widths(sheet, widths | dict.fromkeys(range(_FIRST_YEAR, _TREND), 12.0))
    rule_off(sheet, _QUARTER)
    _peer_group(book, sheet, say)
    _headers(sheet, say)
    _ratio_columns(sheet, lang)
    _peer_columns(sheet, lang)
    _names(book, sheet)
    sheet.print_area = f"B1:{get_column_letter(_QUARTER)}{LAST_ROW}"
    sheet.freeze_panes = f"E{FIRST_ROW}"


def _peer_group(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """Who the peers are; industry and size are written as the table of peers writes them."""
    size = udf("CR_SIZE", industry="industry_code", employees="employees",
               revenue=last("revenue"), assets=last("assets"))  # fmt: skip
    section = udf("CR_INDUSTRY", code="industry_code")
    cells = (
        (_CODE, say("Peers: industry section", "同业：行业门类"), _GROUP, or_blank(section), "peer_industry"),
        (_NAME, say("Peers: size", "同业：企业规模"), _FIRST_YEAR, or_blank(size), "peer_size"),
    )  # fmt: skip
    for label, text, column, formula, name in cells:
        put(sheet, 5, label, text, LABEL)
        put(sheet, 5, column, formula, CALCULATION, "words")
        define(book, name, Box(sheet, 5, column, 5, column))
    sheet.row_dimensions[5].height = 18


def _headers(sheet: Worksheet, say: Speaker) -> None:
    texts = [
        say("Code", "代码"), say("Group", "分组"), say("Ratio", "比率"), "", "", "",
        say("Trend", "趋势"), say("Peer median", "同业中位数"), say("Gap to median", "与中位数差"),
        say("Quarter", "四分位"), say("Among peers", "同业位置"),
    ]  # fmt: skip
    headers(sheet, HEADER_ROW, _CODE, texts)
    for i in range(3):
        put(sheet, HEADER_ROW, _FIRST_YEAR + i, f'=INDEX(st_years,{i + 1})&""', HEADER)
    put(sheet, HEADER_ROW, _STRENGTHS, say("Strengths so far", "优势累计"), UNIT)
    put(sheet, HEADER_ROW, _WEAKNESSES, say("Weaknesses so far", "劣势累计"), UNIT)
    why = say("Formula and figures of the latest year", "最近一年的公式与数据")
    put(sheet, HEADER_ROW, _WHY, why, SECTION)
    sheet.row_dimensions[HEADER_ROW].height = 32


def _ratio_columns(sheet: Worksheet, lang: Lang) -> None:
    """Codes and names from the policy, and the ratios as one block."""
    units = RATIO_TABLE.table.rows["unit"].tolist()
    for i, unit in enumerate(units):
        row = FIRST_ROW + i
        place = _PLACE.format(row=row)
        for column, name, style in ((_CODE, "ratio", UNIT), (_GROUP, "group", CALCULATION), (_NAME, "label", LABEL)):  # fmt: skip
            formula = or_blank(f"INDEX({RATIO_TABLE.column(name, lang)},{place})")
            put(sheet, row, column, formula, style, "words")
        sheet.row_dimensions[row].height = 18
        for column in range(_FIRST_YEAR, _TREND):
            put(sheet, row, column, None, CALCULATION, _FORMATS[unit])
    block = Box(sheet, FIRST_ROW, _FIRST_YEAR, LAST_ROW, _TREND - 1)
    corner = block.sheet.cell(block.top, block.left)
    corner.value = ArrayFormula(block.address, known(_table("value")))
    table = Box(sheet, HEADER_ROW, _TABLE, LAST_ROW, _TABLE + _TABLE_COLUMNS - 1)
    for row in range(table.top, table.bottom + 1):
        for column in range(table.left, table.right + 1):
            put(sheet, row, column, None, UNIT)
    corner = sheet.cell(table.top, table.left)
    corner.value = ArrayFormula(table.address, or_blank(_table("table")))
    trend = get_column_letter(table.left + _TREND_IN_TABLE)
    for row in range(FIRST_ROW, LAST_ROW + 1):
        put(sheet, row, _TREND, f'={trend}{row}&""', CALCULATION, "words")
    why = Box(sheet, FIRST_ROW, _WHY, LAST_ROW, _WHY)
    column_formula(why, or_blank(_table("why")), SUBTITLE, "words")


def _peer_columns(sheet: Worksheet, lang: Lang) -> None:
    units = RATIO_TABLE.table.rows["unit"].tolist()
    for row, unit in enumerate(units, start=FIRST_ROW):
        kind = _FORMATS[unit]
        # Where there is a gap there is a median; an error among texts is itself a text in Calc.
        median = f"INDEX({_peer(row, 'table', lang)},2,5)"
        gap = f"{get_column_letter(_GAP)}{row}"
        put(sheet, row, _MEDIAN, f'=IF(ISNUMBER({gap}),{median},"")', CALCULATION, kind)
        put(sheet, row, _GAP, or_blank(_peer(row, "gap", lang)), CALCULATION, kind)
        put(sheet, row, _NUMBER, or_blank(_peer(row, "number", lang)), CALCULATION, "tally")
        put(sheet, row, _QUARTER, or_blank(_peer(row, "value", lang)), RESULT, "words")
        for column, quarter in ((_STRENGTHS, "best_quarter"), (_WEAKNESSES, "worst_quarter")):
            letter = get_column_letter(column)
            before = f"{letter}{row - 1}" if row > FIRST_ROW else '""'
            joined = f'{before}&IF({before}="","",list_mark)&D{row}'
            put(sheet, row, column, f"=IF(K{row}={quarter},{joined},{before})", UNIT)
    numbers = Box(sheet, FIRST_ROW, _NUMBER, LAST_ROW, _QUARTER)
    colour_where(numbers, f"$K{FIRST_ROW}=best_quarter", ground=GOOD_FILL)
    colour_where(numbers, f"$K{FIRST_ROW}=worst_quarter", ground=BAD_FILL)


def _names(book: Workbook, sheet: Worksheet) -> None:
    for name, column in (
        ("rt_codes", _CODE), ("rt_names", _NAME), ("rt_prior", _TREND - 2), ("rt_latest", _TREND - 1),
        ("rt_first", _FIRST_YEAR), ("rt_median", _MEDIAN), ("rt_quarter", _QUARTER),
    ):  # fmt: skip
        define(book, name, Box(sheet, FIRST_ROW, column, LAST_ROW, column))
    define(book, "strengths", Box(sheet, LAST_ROW, _STRENGTHS, LAST_ROW, _STRENGTHS))
    define(book, "weaknesses", Box(sheet, LAST_ROW, _WEAKNESSES, LAST_ROW, _WEAKNESSES))
