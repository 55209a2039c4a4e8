"""Performance: default and churn by tier, roll rates, vintage curves."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, merge, put
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.migration_monitoring.layout import (
    BUCKET_COUNT,
    BUCKETS,
    MONTH_COUNT,
    MONTHS,
    PERIODS,
    SHEETS,
    TABLES,
    TIER_COUNT,
    TIERS,
    before,
    figure_name,
    move_name,
)
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.style import (
    CALCULATION,
    LABEL,
    PROSE,
    RESULT,
    SECTION,
    TOTAL,
    UNIT,
)
from workbook_templates.tier_colours import colour_tiers

LEFT: Final = 2
LAST: Final = 12
TIER_TOP: Final = 4
DEFAULT_RATE, CHURN_RATE = LEFT + 5, LEFT + 7
"""Columns that the dashboard draws."""
_WHY: Final = TIER_TOP + TIER_COUNT + 3
_ROLL_TOP: Final = _WHY + 3
_ROLL_COLUMNS: Final = 9
VINTAGE_TOP: Final = _ROLL_TOP + BUCKET_COUNT + 3
_BESIDE: Final = LAST + 2
VINTAGES: Final = 6
"""How many vintages are shown, the latest last."""
_KINDS: Final = (
    "count",
    "tally",
    "tally",
    "tally",
    "rate",
    "tally",
    "rate",
    "money",
    "money",
    "rate",
)


def add_performance_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["performance"][lang],
        say("Defaults, churn, roll rates, vintages", "违约、流失、滚动率与账龄"),
        say(
            '="From "&period_before&" to "&period_5&"  ·  amounts in CNY 10k"',
            '="自 "&period_before&" 至 "&period_5&"  ·  金额单位：万元"',
        ),
        lang,
    )
    rule_off(sheet, LAST)
    widths = {LEFT: 24.0} | dict.fromkeys(range(LEFT + 1, LAST + 1), 13.0)
    set_widths(sheet, widths)
    for top in (TIER_TOP, _ROLL_TOP, VINTAGE_TOP):
        sheet.row_dimensions[top].height = 24
    _tiers(book, sheet, lang)
    _roll_rates(sheet, lang)
    _vintages(book, sheet, lang)
    sheet.print_area = f"B1:{get_column_letter(LAST)}{VINTAGE_TOP + 1 + VINTAGES}"


def _tiers(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """What became of the customers of each tier."""
    say = Speaker(lang)
    put(
        sheet,
        TIER_TOP,
        LEFT,
        say("Default and churn by tier before", "按期初层级的违约与流失"),
        SECTION,
    )
    texts = [say("Risk tier", "风险层级"), say("Customers", "客户数"), say("In default before", "期初违约"),
             say("Observed", "可观察"), say("Defaulted", "新增违约"), say("Default rate", "违约率"),
             say("Lost", "流失"), say("Churn rate", "流失率"), say("Exposure before", "期初敞口"),
             say("Exposure lost", "流失敞口"), say("Churn by exposure", "按敞口流失率")]  # fmt: skip
    headers(sheet, TIER_TOP + 1, LEFT, texts)
    sheet.row_dimensions[TIER_TOP + 1].height = 30
    names = TIERS.column("tier" if lang == "en" else "label_zh", lang)
    tier, gone, bad, was, exposure = (
        before("tier"), move_name("lost"), move_name("defaulted"), move_name("was_default"),
        before("exposure"),
    )  # fmt: skip
    for number in range(1, TIER_COUNT + 1):
        row = TIER_TOP + 1 + number
        cell = f"$B{row}"
        sheet.row_dimensions[row].height = 18
        put(sheet, row, LEFT, f"=INDEX({names},{number})", LABEL)
        formulas = (
            f"=COUNTIF({tier},{cell})",
            f"=COUNTIFS({tier},{cell},{was},1)",
            f"=COUNTIFS({tier},{cell},{bad},TRUE)+COUNTIFS({tier},{cell},{bad},FALSE)",
            f"=COUNTIFS({tier},{cell},{bad},TRUE)",
            f"=IF(E{row}=0,0,F{row}/E{row})",
            f"=COUNTIFS({tier},{cell},{gone},TRUE)",
            f"=IF(C{row}=0,0,H{row}/C{row})",
            f"=SUMIFS({exposure},{tier},{cell})",
            f"=SUMIFS({exposure},{tier},{cell},{gone},TRUE)",
            f"=IF(J{row}=0,0,K{row}/J{row})",
        )
        for i, (formula, kind) in enumerate(zip(formulas, _KINDS, strict=True), start=1):
            put(sheet, row, LEFT + i, formula, RESULT if kind == "rate" else CALCULATION, kind)
    colour_tiers(Box(sheet, TIER_TOP + 2, LEFT, TIER_TOP + 1 + TIER_COUNT, LEFT))
    _total(book, sheet, say)
    _sentence(sheet, _WHY, udf("CR_DEFRATE", bad=bad, group=tier, confidence="confidence", out='"why"', lang="lang"),
              "total_observed")  # fmt: skip
    churn = udf("CR_CHURN", customers_begin=f'IF({tier}="","",customer_ids)', lost=gone, group=tier,
                out='"why"', lang="lang")  # fmt: skip
    _sentence(sheet, _WHY + 1, churn, "total_begun")


def _total(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    top, bottom = TIER_TOP + 2, TIER_TOP + 1 + TIER_COUNT
    row = bottom + 1
    put(sheet, row, LEFT, say("Total", "合计"), TOTAL)
    for i, kind in enumerate(_KINDS, start=1):
        letter = get_column_letter(LEFT + i)
        formula = f"=SUM({letter}{top}:{letter}{bottom})"
        part = {"G": ("F", "E"), "I": ("H", "C"), "L": ("K", "J")}.get(letter)
        if part:
            formula = f"=IF({part[1]}{row}=0,0,{part[0]}{row}/{part[1]}{row})"
        put(sheet, row, LEFT + i, formula, TOTAL, kind)
    names = {3: "total_begun", 5: "total_observed", 6: "total_defaulted", 7: "default_rate",
             8: "total_lost", 9: "churn_rate", 10: "total_exposure_before"}  # fmt: skip
    for place, name in names.items():
        define(book, name, Box(sheet, row, place, row, place))


def _sentence(sheet: Worksheet, row: int, formula: str, needed: str) -> None:
    """A line of words over the whole page.

    Excel takes no array formula in merged cells, so it stands beside the page.
    """
    put(sheet, row, _BESIDE, None, UNIT)
    place = f"{get_column_letter(_BESIDE)}{row}"
    sheet.cell(row, _BESIDE).value = ArrayFormula(place, f'=IF({needed}=0,"",{formula})')
    for column_number in range(LEFT, LAST + 1):
        put(sheet, row, column_number, None, PROSE)
    sheet.cell(row, LEFT).value = f"={place}"
    merge(sheet, Box(sheet, row, LEFT, row, LAST))
    sheet.row_dimensions[row].height = 32


def _roll_rates(sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(
        sheet,
        _ROLL_TOP,
        LEFT,
        say(
            "Roll rates of exposure, from the last period to the present",
            "上期至本期逾期滚动率（按敞口）",
        ),
        SECTION,
    )
    formula = udf(
        "CR_ROLLRATE",
        bucket_begin=move_name("bucket_before"),
        bucket_end=move_name("bucket_now"),
        balance=figure_name("exposure", PERIODS - 1),
        buckets=BUCKETS.whole,
        lang="lang",
    )
    header = _ROLL_TOP + 1
    headers(sheet, header, LEFT, [""] * _ROLL_COLUMNS)
    sheet.row_dimensions[header].height = 30
    for i in range(_ROLL_COLUMNS):
        sheet.cell(header, LEFT + i).value = None
        for row in range(header + 1, header + 1 + BUCKET_COUNT):
            kind = "words" if i == 0 else "money" if i == 1 else "rate"
            put(sheet, row, LEFT + i, None, LABEL if i == 0 else CALCULATION, kind)
    area = Box(sheet, header, LEFT, header + BUCKET_COUNT, LEFT + _ROLL_COLUMNS - 1)
    nothing = f"COUNT({figure_name('overdue_days', PERIODS - 1)})=0"
    sheet.cell(header, LEFT).value = ArrayFormula(area.address, f'=IF({nothing},"",{formula})')


def _vintages(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Cumulative default rates by months on book, a row per vintage."""
    say = Speaker(lang)
    put(sheet, VINTAGE_TOP, LEFT,
        say("Vintages: cumulative default rate by months on book", "账龄曲线：累计违约率（按账龄月数）"), SECTION)  # fmt: skip
    header = VINTAGE_TOP + 1
    texts = [say("Granted from", "发放起始"), say("to before", "发放截止（不含）"), say("Loans", "笔数"),
             say("Amount", "金额")]  # fmt: skip
    months = [f"=INDEX({MONTHS.column('months', lang)},{i})" for i in range(1, MONTH_COUNT + 1)]
    headers(sheet, header, LEFT, [*texts, *months])
    for i in range(MONTH_COUNT):
        sheet.cell(header, LEFT + 4 + i).number_format = say('0" months"', '0"个月"')
    sheet.row_dimensions[header].height = 30
    start, default, amount = (
        TABLES["loans"].column(name, lang) for name in ("start", "default_date", "amount")
    )
    bottom = header + VINTAGES
    for row in range(header + 1, bottom + 1):
        step = "vintage_months"
        latest = f"=DATE(YEAR(asof),INT((MONTH(asof)-1)/{step})*{step}+1,1)"
        earlier = f"=DATE(YEAR(B{row + 1}),MONTH(B{row + 1})-{step},1)"
        put(sheet, row, LEFT, latest if row == bottom else earlier, LABEL, "date")
        put(
            sheet, row, LEFT + 1, f"=DATE(YEAR(B{row}),MONTH(B{row})+{step},1)", CALCULATION, "date"
        )
        which = f'{start},">="&$B{row},{start},"<"&$C{row}'
        put(sheet, row, LEFT + 2, f"=COUNTIFS({which})", CALCULATION, "count")
        put(sheet, row, LEFT + 3, f"=SUMIFS({amount},{which})", CALCULATION, "money")
        # Loans after the as-of date are not counted: so are those of other vintages.
        inside = f"IF(({start}>=$B{row})*({start}<$C{row}),{start},asof+1)"
        curve = udf(
            "CR_VINTAGE",
            origination=inside,
            default_date=default,
            as_of="asof",
            amounts=f'IF({amount}="",0,{amount})',
            period='"year"',
            months=MONTHS.column("months", lang),
        )
        _curve(sheet, row, bottom - row, curve)
    define(book, "vintage_loans", Box(sheet, header + 1, LEFT + 2, bottom, LEFT + 2))


def _curve(sheet: Worksheet, row: int, place: int, curve: str) -> None:
    """A vintage's figures; the function's own table, headers included, stands beside the page."""
    width = 3 + MONTH_COUNT
    top = VINTAGE_TOP + 2 + 2 * (VINTAGES - 1 - place)
    for line in (top, top + 1):
        for i in range(width):
            put(sheet, line, _BESIDE + i, None, UNIT)
    area = Box(sheet, top, _BESIDE, top + 1, _BESIDE + width - 1)
    text = f'=IF($D{row}=0,"",{curve})'
    sheet.cell(top, _BESIDE).value = ArrayFormula(area.address, text)
    for i in range(MONTH_COUNT):
        cell = f"{get_column_letter(_BESIDE + 3 + i)}{top + 1}"
        put(sheet, row, LEFT + 4 + i, f'=IF({cell}="","",{cell})', RESULT, "rate")
