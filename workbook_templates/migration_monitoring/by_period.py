"""The snapshots by period: each customer's grade, tier, score, exposure and arrears side by side."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula, define, headers, put
from workbook_templates.data_tables import Capacity
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.migration_monitoring.layout import (
    BEFORE,
    FIELDS,
    PERIOD_TABLE,
    PERIODS,
    SHEETS,
    TABLES,
    figure_name,
    period_name,
)
from workbook_templates.page import pages_high, set_widths
from workbook_templates.pages.column_sheet import (
    FIRST_ROW,
    GROUP_ROW,
    HEADER_ROW,
    KEY_ROW,
    LEFT,
    ResultColumn,
    add_column_sheet,
    column_setup,
)
from workbook_templates.style import CALCULATION, UNIT
from workbook_templates.tier_colours import colour_tiers

TEXTS: Final = ("grade", "tier")
_NUMBERS: Final = (("score", "number"), ("exposure", "money"), ("overdue_days", "count"))
_INDEX: Final = "snapshot_index"
"""Defined name of the keys of the snapshots with their grades and tiers."""
_PLACE: Final = "period_place"
_IDENTITY: Final = 2
_SIZE: Final = len(TEXTS) + len(_NUMBERS)
_ORDER: Final = (BEFORE, *range(1, PERIODS + 1))
_INDEX_LEFT: Final = LEFT + _IDENTITY + len(_ORDER) * _SIZE + 1


def if_filled(reference: str) -> str:
    """A column of inputs with its blanks kept blank; Excel would make them zeros."""
    return f'=IF({reference}="","",{reference})'


def _left(number: int) -> int:
    """The first column of a period."""
    return LEFT + _IDENTITY + _ORDER.index(number) * _SIZE


def add_by_period_sheet(book: Workbook, rows: Capacity, lang: Lang) -> None:
    """Add the sheet, with room for so many customers and snapshots."""
    say, customers = Speaker(lang), rows["customers"]
    setup = column_setup(
        title=SHEETS["by_period"][lang],
        subtitle=say(
            "Every cell is a formula: the period compared with first, then the last five periods "
            "up to the as-of date. At the right the snapshots' keys, by which texts are found.",
            "全部为公式：先为对照期，后为截至基准日的最近五期。右侧为快照索引，用于查找文本。",
        ),
        pages_wide=3,
        pages_high=pages_high(customers),
    )
    columns = [
        ResultColumn(name="customer_ids", header=say("Customer ID", "客户编号"), group=say("Customer", "客户"),
                     kind="text", width=13, formula=if_filled(TABLES["customers"].column("customer_id", lang))),
        ResultColumn(name="customer_names", header=say("Name", "客户名称"), group=say("Customer", "客户"),
                     kind="words", width=42, formula=if_filled(TABLES["customers"].column("name", lang))),
    ]  # fmt: skip
    for number in _ORDER:
        columns += _period(number, lang)
    blocks = add_column_sheet(book, setup, columns, customers, lang)
    for number in _ORDER:
        colour_tiers(blocks[figure_name("tier", number)])
    sheet = book[setup.title]
    _name_cells(book, sheet, lang)
    _index(book, sheet, rows["snapshots"], lang)
    last = get_column_letter(_INDEX_LEFT - 2)
    sheet.print_area = f"A1:{last}{HEADER_ROW + rows['customers']}"


def _header(name: str, lang: Lang) -> str:
    return next(one for one in FIELDS["snapshots"] if one.name == name).header(lang)


def _period(number: int, lang: Lang) -> list[ResultColumn]:
    left = _left(number)
    cell = f"${get_column_letter(left)}${GROUP_ROW}"
    periods = PERIOD_TABLE.column("period", lang)
    if number == BEFORE:
        place = f"{_PLACE}-periods_back"
        band = f'=IF({_PLACE}>periods_back,INDEX({periods},{place}),"")'
    else:
        place = f"{get_column_letter(left)}${KEY_ROW}"
        band = f'=IF({place}=0,"",INDEX({periods},{place}))'
    columns = []
    for i, name in enumerate(TEXTS):
        position = get_column_letter(_INDEX_LEFT + 1 + i)
        offset = f"COLUMN({position}$1)-COLUMN(${get_column_letter(_INDEX_LEFT)}$1)+1"
        found = f'VLOOKUP(customer_ids&"|"&{cell},{_INDEX},{offset},FALSE)'
        columns.append(
            ResultColumn(name=figure_name(name, number), header=_header(name, lang), group=band,
                         kind="words", width=12, formula=f'=IFERROR({found}&"","")')
        )  # fmt: skip
    for name, kind in _NUMBERS:
        figures = udf(
            "CR_ROLLUP",
            keys="customer_ids",
            row_keys=TABLES["snapshots"].column("customer_id", lang),
            row_values=TABLES["snapshots"].column(name, lang),
            how='"last"',
            where=TABLES["snapshots"].column("period", lang),
            equals=cell,
        )
        columns.append(
            ResultColumn(name=figure_name(name, number), header=_header(name, lang), group=band,
                         kind=kind, width=11, formula=f'=IF({cell}="","",{figures})')
        )  # fmt: skip
    return columns


def _name_cells(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """The place of each period in its table, the latest found by the as-of date."""
    ends = PERIOD_TABLE.column("ends_on", lang)
    for number in range(1, PERIODS + 1):
        left = _left(number)
        if number == PERIODS:
            formula = f"=IFERROR(MATCH(asof,{ends},1),0)"
        else:
            formula = f"=MAX({get_column_letter(_left(number + 1))}{KEY_ROW}-1,0)"
        put(sheet, KEY_ROW, left, formula, UNIT, "code")
    for number in _ORDER:
        left = _left(number)
        define(book, period_name(number), Box(sheet, GROUP_ROW, left, GROUP_ROW, left))
    latest = _left(PERIODS)
    define(book, _PLACE, Box(sheet, KEY_ROW, latest, KEY_ROW, latest))


def _index(book: Workbook, sheet: Worksheet, snapshots: int, lang: Lang) -> None:
    """Each snapshot's key, grade and tier, in the order of the snapshots."""
    say = Speaker(lang)
    owner, period = (TABLES["snapshots"].column(name, lang) for name in ("customer_id", "period"))
    formulas = (
        f'=IF({owner}="","",{owner}&"|"&{period})',
        *(if_filled(TABLES["snapshots"].column(name, lang)) for name in TEXTS),
    )
    texts = [say("Key", "索引"), *(_header(name, lang) for name in TEXTS)]
    headers(sheet, HEADER_ROW, _INDEX_LEFT, texts)
    last = HEADER_ROW + snapshots
    for i, formula in enumerate(formulas):
        place = _INDEX_LEFT + i
        column_formula(Box(sheet, FIRST_ROW, place, last, place), formula, CALCULATION, "words")
    end = _INDEX_LEFT + len(formulas) - 1
    define(book, _INDEX, Box(sheet, FIRST_ROW, _INDEX_LEFT, last, end))
    set_widths(sheet, {_INDEX_LEFT - 1: 2.0, _INDEX_LEFT: 16.0, _INDEX_LEFT + 1: 11.0, end: 12.0})
