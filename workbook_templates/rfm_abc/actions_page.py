"""What to do: value against risk with its action, and the customers to see first."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, merge, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where, heat_map
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.rfm_abc.layout import (
    SEGMENT_ACTIONS,
    SHEETS,
    TABLES,
    VALUE_RISK,
    VALUE_RISK_COUNT,
    res,
)
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    GOOD_FILL,
    LABEL,
    NAVY,
    PROSE,
    RESULT,
    SECTION,
    TAB_RESULT,
    TEAL,
    UNIT,
)

_LEFT: Final = 2
_WIDTHS: Final = (13.0, 40.0, 10.0, 20.0, 8.0, 9.0, 11.0, 12.0, 44.0, 20.0, 14.0, 12.0)
_LAST: Final = _LEFT + len(_WIDTHS) - 1
_GRID: Final = 5
_LIST: Final = _GRID + VALUE_RISK_COUNT + 3
_LISTED: Final = 25
_CODE: Final = 5
"""Place of the code among the list's columns."""
_DATA: Final = _LAST + 2


def add_actions_page(book: Workbook, lang: Lang) -> None:
    """Add the page."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say("Value, risk, need: whom to see first", "价值、风险、需求：优先行动清单"),
        subtitle=say(
            "The code gives value, risk (H is safe) and need; where risk is L nothing may grow. Amounts in CNY 10k.",
            "代码依次为价值、风险（H 为安全）、需求；风险为 L 的客户一律不得增长。金额单位：万元。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, SHEETS["actions"][lang], setup, lang)
    rule_off(sheet, _LAST)
    set_widths(sheet, {_LEFT + i: width for i, width in enumerate(_WIDTHS)})
    _grid(book, sheet, lang)
    last = _action_list(book, sheet, lang)
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{last}"


def _grid(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """A row per pair of value and risk: who is there, and what it means."""
    say = Speaker(lang)
    put(sheet, _GRID - 1, _LEFT, say("Value and risk", "价值与风险"), SECTION)
    sheet.row_dimensions[_GRID - 1].height = 22
    texts = [
        say("Value, risk", "价值、风险"), say("Meaning", "含义"), say("Customers", "客户数"),
        say("of which high need", "其中高需求"), say("Contribution", "综合贡献"), "", say("Action", "措施"), "", "",
    ]  # fmt: skip
    headers(sheet, _GRID, _LEFT, texts)
    merge(sheet, Box(sheet, _GRID, _LEFT + 4, _GRID, _LEFT + 5))
    merge(sheet, Box(sheet, _GRID, _LEFT + 6, _GRID, _LEFT + 8))
    sheet.row_dimensions[_GRID].height = 20
    pair, code, gain = res("value_risk"), res("vrn"), res("contribution")
    labels, actions = (
        [VALUE_RISK.column(f"{name}_{one}", lang) for one in ("zh", "en")]
        for name in ("label", "action")
    )
    for i in range(VALUE_RISK_COUNT):
        row = _GRID + 1 + i
        for column in range(_LEFT + 5, _LEFT + 9):
            put(sheet, row, column, None, PROSE)
        put(sheet, row, _LEFT, f"=INDEX({VALUE_RISK.column('code', lang)},{i + 1})", LABEL)
        cells = (
            (f'=IF(lang="zh",INDEX({labels[0]},{i + 1}),INDEX({labels[1]},{i + 1}))', "words", CALCULATION),
            (f"=COUNTIF({pair},$B{row})", "tally", RESULT),
            (f'=COUNTIF({code},$B{row}&"H")', "tally", CALCULATION),
            (f"=SUMIFS({gain},{pair},$B{row})", "number", CALCULATION),
        )  # fmt: skip
        for j, (formula, kind, style) in enumerate(cells, start=_LEFT + 1):
            put(sheet, row, j, formula, style, kind)
        action = f'=IF(lang="zh",INDEX({actions[0]},{i + 1}),INDEX({actions[1]},{i + 1}))'
        put(sheet, row, _LEFT + 6, action, PROSE)
        merge(sheet, Box(sheet, row, _LEFT + 4, row, _LEFT + 5))
        merge(sheet, Box(sheet, row, _LEFT + 6, row, _LEFT + 8))
        sheet.row_dimensions[row].height = 18
    bottom = _GRID + VALUE_RISK_COUNT
    heat_map(Box(sheet, _GRID + 1, _LEFT + 2, bottom, _LEFT + 2))
    define(book, "pair_customers", Box(sheet, _GRID + 1, _LEFT + 2, bottom, _LEFT + 2))
    names = Box(sheet, _GRID + 1, _LEFT, bottom, _LEFT)
    series = [Box(sheet, _GRID, _LEFT + j, bottom, _LEFT + j) for j in (2, 3)]
    title = say(
        "Customers by value and risk, and those of high need", "各价值风险组合客户数及其中高需求"
    )
    chart = bars(title, names, series, lang, colours=(NAVY, TEAL))
    place(sheet, chart, Box(sheet, _GRID - 1, _LEFT + 9, bottom, _LAST))


def _action_list(book: Workbook, sheet: Worksheet, lang: Lang) -> int:
    """The customers by priority with the action of their segment; returns the last row."""
    say = Speaker(lang)
    top = _LIST
    put(
        sheet,
        top - 1,
        _LEFT,
        say("Action list, the highest priority first", "行动清单（按优先指数）"),
        SECTION,
    )
    sheet.row_dimensions[top - 1].height = 22
    segment_row = f"${get_column_letter(_DATA + 1)}"

    def of_segment(name: str) -> str:
        zh, en = (SEGMENT_ACTIONS.column(f"{name}_{one}", lang) for one in ("zh", "en"))
        return f'IF(lang="zh",INDEX({zh},{segment_row}{{row}}),INDEX({en},{segment_row}{{row}}))'

    risky, calm = (f"${get_column_letter(_DATA + j)}{{row}}" for j in (3, 2))
    code = f"${get_column_letter(_LEFT + _CODE)}{{row}}"
    # Where the risk is L nothing may grow, whatever the segment asks for.
    action = f'IF(MID({code},2,1)="L",{risky},{calm})'
    columns: tuple[tuple[str, str, str], ...] = (
        (say("Customer ID", "客户编号"), res("customer_id"), "text"),
        (say("Name", "客户名称"), res("name"), "words"),
        (say("RFM", "RFM"), res("rfm"), "code"),
        (say("Segment", "细分类别"), res("segment"), "words"),
        (say("ABC", "ABC"), res("abc"), "words"),
        (say("Code", "代码"), res("vrn"), "words"),
        (say("Priority", "优先指数"), res("vrn_index"), "number"),
        (say("Class", "客户类别"), res("account"), "words"),
        (say("Action", "措施"), action, "words"),
        (say("Channel", "渠道"), of_segment("channel"), "words"),
        (say("Owner", "客户经理"), TABLES["customers"].column("owner", lang), "words"),
        (say("Due", "完成日期"), res("due"), "date"),
    )  # fmt: skip
    headers(sheet, top, _LEFT, [text for text, _, _ in columns])
    sheet.row_dimensions[top].height = 20
    order, place_of = res("order"), f"${get_column_letter(_DATA)}"
    for i in range(_LISTED):
        row = top + 1 + i
        sheet.row_dimensions[row].height = 27
        found = f'=IFERROR(MATCH(LARGE({order},{i + 1}),{order},0),"")'
        put(sheet, row, _DATA, found, UNIT)
        named = f"MATCH(INDEX({res('segment')},{place_of}{row}),segment_names,0)"
        put(sheet, row, _DATA + 1, f'=IFERROR(INDEX(segment_rows,{named}),"")', UNIT)
        put(sheet, row, _DATA + 2, f'=IFERROR({of_segment("action").format(row=row)},"")', UNIT)
        pair = f"INDEX({res('value_risk')},{place_of}{row})"
        at = f"{get_column_letter(_DATA + 4)}{row}"
        found = f'=IFERROR(MATCH({pair},{VALUE_RISK.column("code", lang)},0),"")'
        put(sheet, row, _DATA + 4, found, UNIT)
        zh, en = (VALUE_RISK.column(f"action_{one}", lang) for one in ("zh", "en"))
        said = f'=IFERROR(IF(lang="zh",INDEX({zh},{at}),INDEX({en},{at})),"")'
        put(sheet, row, _DATA + 3, said, UNIT)
        for j, (_, source, kind) in enumerate(columns):
            is_text = "{row}" in source
            value = source.format(row=row) if is_text else f"INDEX({source},{place_of}{row})"
            style = PROSE if is_text else CALCULATION
            put(sheet, row, _LEFT + j, f'=IF({place_of}{row}="","",{value})', style, kind)
    body = Box(sheet, top + 1, _LEFT, top + _LISTED, _LAST)
    define(book, "action_list", body)
    codes = body.column(_CODE)
    first = codes.address.split(":", maxsplit=1)[0]
    colour_where(codes, f'MID({first},2,1)="L"', ground=BAD_FILL)
    colour_where(codes, f'MID({first},2,1)="H"', ground=GOOD_FILL)
    return top + _LISTED
