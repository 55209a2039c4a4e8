"""The concentration page: the exposure by industry, region, tier, security and customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from udfs import tables
from workbook_templates.blocks import Box, CellValue, card, merge, put
from workbook_templates.charts import bars
from workbook_templates.charts import place as place_chart
from workbook_templates.conditions import colour_where
from workbook_templates.fields import field
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.portfolio.layout import (
    NET_CAPITAL_NAME,
    SHEETS,
    policy_column,
    policy_reference,
    reference,
    result_name,
)
from workbook_templates.portfolio.ranking import (
    AMOUNT,
    KEY,
    RANKING_KINDS,
    SHARE,
    figures,
    place,
    ranking,
    total,
)
from workbook_templates.style import BAD, BAD_FILL, CALCULATION, HEADER, NAVY

_LEFT, _RIGHT = 2, 9
_COLUMNS: Final = 6
_LAST: Final = _RIGHT + _COLUMNS - 1
_BEHIND: Final = _LAST + 2
"""First column of the rankings, beside the printed page."""
_CARD_ROW: Final = 4
_TOP: Final = 7
_KINDS: Final = ("words", "money", "rate", "limit", "rate", "money")
_GAP: Final = 4
"""Rows from a table's last key to the title of the next: its total and a space."""
_ROW_HEIGHT: Final = 20.0
"""Of all rows, since the tables on both sides share them."""
_CHART_ROWS: Final = 20
_CHARTED: Final = 10
"""How many of the largest industries the chart shows."""


@dataclass(frozen=True, slots=True)
class _Dimension:
    """What the exposure is split by.

    Attributes:
        code: in the table of limits.
        en: its English name.
        zh: its Chinese name.
        amounts: what is added up.
        keys: by what.
        rows: how many keys there can be, those without one together included.
    """

    code: str
    en: str
    zh: str
    amounts: str
    keys: str
    rows: int


def _dimensions(lang: Lang) -> dict[str, _Dimension]:
    exposure = result_name("exposure")
    sections = len(tables.builtin("industry_sections").rows)
    regions = tables.builtin("provinces").rows["region"].nunique()
    tiers = len(tables.builtin("risk_tiers").rows)
    kinds = len(field("loans", "guarantee").options)
    listed = (
        # An error says that a code is unknown; the amount stands among those without a key.
        _Dimension("industry", "Industry section", "行业门类", exposure,
                   f'IFERROR({result_name("industry")},"")', sections + 1),
        _Dimension("region", "Region", "地区", exposure, f'IFERROR({result_name("region")},"")', regions + 1),
        _Dimension("tier", "Risk tier", "风险层级", exposure, f'IFERROR({result_name("risk_tier")},"")', tiers + 1),
        _Dimension("guarantee", "Security", "担保方式", reference("loans", "balance", lang),
                   reference("loans", "guarantee", lang), kinds + 1),
    )  # fmt: skip
    return {one.code: one for one in listed}


def add_concentration_sheet(book: Workbook, lang: Lang) -> None:
    """Add the page."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["concentration"][lang],
        say("Concentration of exposure", "敞口集中度"),
        say(
            '="As of "&TEXT(asof,"yyyy-mm-dd")&"  ·  amounts in CNY 10k  ·  net capital "&TEXT(net_capital,"#,##0")',
            '="基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  金额单位：万元  ·  资本净额 "&TEXT(net_capital,"#,##0")',
        ),
        lang,
    )
    rule_off(sheet, _LAST)
    widths = {_LEFT: 44.0 if lang == "zh" else 68.0, _LEFT + _COLUMNS: 2.0, _RIGHT: 32.0}
    for first in (_LEFT, _RIGHT):
        widths |= dict.fromkeys(range(first + 1, first + _COLUMNS), 15.5)
    set_widths(sheet, widths)
    dimensions = _dimensions(lang)
    industry = _split(book, sheet, dimensions["industry"], _TOP, _LEFT, 0, lang)
    row = _TOP
    blocks = [industry]
    for number, code in enumerate(("region", "tier", "guarantee"), start=1):
        block = _split(book, sheet, dimensions[code], row, _RIGHT, number, lang)
        blocks.append(block)
        row = block.bottom + _GAP - 1
    top = _indices(sheet, industry.bottom + _GAP - 1, list(dimensions.values()), lang)
    largest = _largest(sheet, row, lang)
    for row in range(_TOP, max(top, largest.bottom) + 1):
        sheet.row_dimensions[row].height = _ROW_HEIGHT
    _cards(sheet, blocks, largest, say)
    _charts(sheet, blocks, max(top, largest.bottom) + 2, lang)


def _split(
    book: Workbook,
    sheet: Worksheet,
    dimension: _Dimension,
    top: int,
    left: int,
    number: int,
    lang: Lang,
) -> Box:
    """The exposure by one dimension against its limits; returns the table with its headers."""
    say = Speaker(lang)
    behind = _BEHIND + number * (len(RANKING_KINDS) + 1)
    raw = ranking(sheet, top + 1, behind, dimension.rows, dimension.amounts, dimension.keys)
    dimensions, most = (policy_column("share_limits", n, lang) for n in ("dimension", "max_share"))
    english, chinese = (policy_column("share_limits", f"label_{x}", lang) for x in ("en", "zh"))
    name, share, limit = (f"${get_column_letter(left + i)}" for i in (0, 2, 3))
    rows: list[list[CellValue]] = []
    for i in range(dimension.rows):
        row = top + 2 + i
        key = f"{name}{row}"
        found = "+".join(
            f'SUMIFS({most},{dimensions},"{dimension.code}",{labels},{key})'
            for labels in (english, chinese)
        )
        rows.append(
            [
                f"={place(raw, KEY, i)}",
                f"={place(raw, AMOUNT, i)}",
                f"={place(raw, SHARE, i)}",
                f'=IF({key}="","",{found})',
                f'=IF(N({limit}{row})=0,"",{share}{row}/{limit}{row})',
                f'=IF(N({limit}{row})=0,"",({limit}{row}-{share}{row})*total_exposure)',
            ]
        )
    texts = [
        say(dimension.en, dimension.zh), say("Exposure", "敞口"), say("Share", "占比"),
        say("Highest share", "最高占比"), say("Limit used", "限额使用率"), say("Room", "余量"),
    ]  # fmt: skip
    title = say(f"By {dimension.en.lower()}", f"按{dimension.zh}")
    block = figures(sheet, top, left, title, texts, rows, _KINDS)
    total(book, block, say, _KINDS, {1: f"exposure_by_{dimension.code}"}, blank=(3, 4, 5))
    _mark(block, 4)
    return block


def _mark(block: Box, used: int) -> None:
    """Colour the rows whose limit is used by more than all of it."""
    cell = f"${get_column_letter(block.left + used)}{block.top + 1}"
    body = Box(block.sheet, block.top + 1, block.left, block.bottom, block.right)
    colour_where(body, f"N({cell})>1", ground=BAD_FILL, ink=BAD, bold=True)


def _indices(sheet: Worksheet, top: int, dimensions: list[_Dimension], lang: Lang) -> int:
    """The Herfindahl-Hirschman index by each dimension; returns the last row."""
    say = Speaker(lang)
    exposure, customer = result_name("exposure"), result_name("customer_id")
    group = reference("customers", "connected_group", lang)
    alone = f'IF({group}="",{customer},{group})'
    listed = [
        (say("Customer", "客户"), exposure, customer),
        (say("Connected group, others by themselves", "关联客户组（其余按单户）"), exposure, alone),
        *((say(one.en, one.zh), one.amounts, one.keys) for one in dimensions),
    ]

    def index(amounts: str, keys: str, out: str) -> str:
        call = udf(
            "CR_HHI",
            amounts=amounts,
            keys=keys,
            scheme="hhi_scheme",
            bands=policy_reference("hhi_bands"),
            out=f'"{out}"',
            lang="lang",
        )
        return f'=IF(total_exposure=0,"",{call})'

    rows = [
        [text, *(index(amounts, keys, out) for out in ("value", "effective", "normalised", "band"))]
        for text, amounts, keys in listed
    ]
    texts = [say("Herfindahl-Hirschman index by", "赫芬达尔指数"), say("HHI, points", "HHI 点数"),
             say("Effective number", "有效个数"), say("Normalised", "标准化指数"), say("Band", "分档")]  # fmt: skip
    kinds = ("words", "money", "number", "pd", "words")
    title = say("How concentrated", "集中程度")
    block = figures(sheet, top, _LEFT, title, texts, rows, kinds)
    for cells in sheet.iter_rows(block.top + 1, block.bottom, block.left + 1, block.right):
        for cell in cells:  # they take whole columns, which Excel would cut to a cell otherwise
            cell.value = ArrayFormula(cell.coordinate, cell.value)
    for row in range(block.top, block.bottom + 1):  # the band is a few words
        style = HEADER if row == block.top else CALCULATION
        put(sheet, row, block.right + 1, None, style)
        merge(sheet, Box(sheet, row, block.right, row, block.right + 1))
    return block.bottom


def _largest(sheet: Worksheet, top: int, lang: Lang) -> Box:
    """The largest customers together against net capital; returns the table."""
    say = Speaker(lang)
    count = len(tables.builtin("concentration_limits").rows)
    numbers, most = (
        policy_column("concentration_limits", n, lang) for n in ("number", "base_share")
    )
    exposure, customer = result_name("exposure"), result_name("customer_id")
    amount, of_capital, limit = (get_column_letter(_RIGHT + i) for i in (1, 3, 4))
    rows: list[list[CellValue]] = []
    for i in range(count + 1):
        row = top + 2 + i
        number = f"INDEX({numbers},{i + 1})" if i < count else "top_names"
        call = udf(
            "CR_CONCENTRATION",
            amounts=exposure,
            keys=customer,
            number=number,
            rules=policy_reference("concentration_limits"),
            out='"amount"',
        )
        rows.append(
            [
                say(f'="Largest "&{number}', f'="最大 "&{number}&" 户"'),
                f"=IF(total_exposure=0,0,{call})",
                f"=IF(total_exposure=0,0,{amount}{row}/total_exposure)",
                f'=IF({NET_CAPITAL_NAME}=0,"",{amount}{row}/{NET_CAPITAL_NAME})',
                f"=INDEX({most},{i + 1})" if i < count else None,
                f'=IF(N({limit}{row})*N({of_capital}{row})=0,"",{of_capital}{row}/{limit}{row})',
            ]
        )
    texts = [say("Largest customers", "最大客户"), say("Exposure", "敞口"), say("Share", "占比"),
             say("Of net capital", "占资本净额"), say("Highest share", "最高占比"), say("Limit used", "限额使用率")]  # fmt: skip
    kinds = ("words", "money", "rate", "rate", "limit", "rate")
    title = say("The largest customers together", "最大客户合计")
    block = figures(sheet, top, _RIGHT, title, texts, rows, kinds)
    _mark(block, 5)
    return block


def _cards(sheet: Worksheet, blocks: list[Box], largest: Box, say: Speaker) -> None:
    exposure = result_name("exposure")
    used = [
        f"{get_column_letter(b.left + 4)}{b.top + 1}:{get_column_letter(b.left + 4)}{b.bottom}"
        for b in blocks
    ]
    beyond = "+".join(f'COUNTIF({cells},">1")' for cells in used)
    single = say("Largest customer / exposure", "最大单户敞口占比")

    first, last = largest.top + 1, largest.bottom
    name, share, of_capital = (get_column_letter(largest.left + i) for i in (0, 2, 3))
    exposed, capital = say('" / exposure"', '"敞口占比"'), say('" / net capital"', '"占资本净额"')
    cards = (
        (say("Exposure", "敞口"), "=total_exposure", "money", _LEFT, _LEFT),
        (say("Shares over their limit", "超限额项数"), f"={beyond}", "count", _LEFT + 1, _LEFT + 2),
        (single, f"=IF(total_exposure=0,0,MAX({exposure})/total_exposure)", "rate", _LEFT + 3, _LEFT + 5),
        (f"={name}{first}&{exposed}", f"={share}{first}", "rate", _RIGHT, _RIGHT),
        (f"={name}{first}&{capital}", f"={of_capital}{first}", "rate", _RIGHT + 1, _RIGHT + 2),
        (f"={name}{last}&{exposed}", f"={share}{last}", "rate", _RIGHT + 3, _RIGHT + 5),
    )  # fmt: skip
    for text, formula, kind, left, right in cards:
        card(sheet, _CARD_ROW, left, right, text, formula, kind)
    sheet.row_dimensions[_CARD_ROW + 2].height = 6


def _charts(sheet: Worksheet, blocks: list[Box], top: int, lang: Lang) -> None:
    say = Speaker(lang)
    for row in range(top, top + _CHART_ROWS):
        sheet.row_dimensions[row].height = 15
    industry, region = blocks[0], blocks[1]
    largest = Box(sheet, industry.top, industry.left, industry.top + _CHARTED, industry.right)
    pictures: tuple[tuple[Box, int, str, Literal["col", "bar"]], ...] = (
        (largest, _LEFT, say("Shares of the largest industries and their limits", "最大行业占比与最高占比"), "bar"),
        (region, _RIGHT, say("Shares of the regions and their limits", "各地区占比与最高占比"), "col"),
    )  # fmt: skip
    for block, first, text, direction in pictures:
        names = Box(sheet, block.top + 1, block.left, block.bottom, block.left)
        chart = bars(text, names, [block.column(2), block.column(3)], lang, number_format="0%",
                     colours=(NAVY, "E3A83B"), direction=direction)  # fmt: skip
        spot = Box(sheet, top, first, top + _CHART_ROWS - 1, first + _COLUMNS - 1)
        place_chart(sheet, chart, spot)
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{top + _CHART_ROWS - 1}"
