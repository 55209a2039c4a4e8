"""The funding mix of the customer: its channels, their all-in cost, and the marginal one."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.finance_pages.entries import (
    AMOUNT_LIMITS,
    RATE_LIMITS,
    Entry,
    entry_list,
)
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.finance_pages.result_lines import Line, result_lines, sentence
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pricing_limit.layout import CHANNELS, SHEETS
from workbook_templates.pricing_limit.price import parameter
from workbook_templates.pricing_limit.worked_case import CHANNEL_ROWS
from workbook_templates.style import CALCULATION, RESULT, SECTION, TAB_INPUT, TEAL

_LEFT: Final = 2
_HEADER: Final = 5
_LAST: Final = _HEADER + CHANNELS
_RESULTS: Final = _LAST + 2
_COLUMNS: Final = (
    Entry("mix_channel", ("Channel", "融资渠道"), "words", ("", ""), None, ("Name of the channel.", "渠道名称。")),
    Entry("mix_amount", ("Amount", "金额（万元）"), "money", ("CNY 10k", "万元"), None,
          ("Blank if not used.", "未使用留空。"), AMOUNT_LIMITS),
    Entry("mix_rate", ("Rate", "利率"), "pd", ("%", "%"), None, ("Per year.", "年利率。"), RATE_LIMITS),
    Entry("mix_fee", ("One-off fee", "一次性费率"), "pd", ("%", "%"), None,
          ("Share of the amount; blank is none.", "占金额的比例；留空为无。"), RATE_LIMITS),
    Entry("mix_years", ("Years", "期限（年）"), "count", ("years", "年"), None,
          ("Over which the fee is spread; needed with a fee.", "费用分摊年限；有费用时必填。"), (0, 50)),
)  # fmt: skip


def add_funding_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the funding mix."""
    say = Speaker(lang)
    title = SHEETS["funding"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "What the customer pays over all its channels, and which of them is the dearest in use.",
            "客户各融资渠道的综合成本，以及在用渠道中成本最高者。",
        ),
        tab=TAB_INPUT,
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    set_widths(sheet, {2: 38} | dict.fromkeys(range(3, 10), 14.0))
    rule_off(sheet, 9)
    put(sheet, _HEADER - 1, _LEFT, say("Channels", "融资渠道"), SECTION)
    sheet.row_dimensions[_HEADER - 1].height = 24
    sheet.row_dimensions[_HEADER].height = 20
    _rows(book, sheet, lang)
    lines = _results(policy)
    row = result_lines(
        book, sheet, _RESULTS, _LEFT, ("Blended cost", "综合融资成本"), lines, lang, span=2
    )
    sentence(book, sheet, Box(sheet, row, _LEFT, row + 1, 9), "why_mix", _mixed(_mix("why")))
    _chart(sheet, row + 3, lang)


def _rows(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    first = _HEADER + 1
    entry_list(book, sheet, _HEADER, _LEFT, _COLUMNS, CHANNEL_ROWS, CHANNELS, 18, lang)
    say = Speaker(lang)
    more = (("Share", "占比"), ("All-in cost", "综合成本"), ("Part of cost", "成本贡献"))
    headers(sheet, _HEADER, _LEFT + len(_COLUMNS), [say(*text) for text in more])
    for row in range(first, first + CHANNELS):
        fee = f"IF(N(F{row})=0,0,E{row}/F{row})"
        cells = (
            (f"=IF(mix_total=0,0,C{row}/mix_total)", CALCULATION, "rate"),
            (f'=IF(N(C{row})=0,"",D{row}+{fee})', RESULT, "pd"),
            (f"=G{row}*N(H{row})", CALCULATION, "pd"),
        )
        for column, (formula, style, kind) in enumerate(cells, start=_LEFT + len(_COLUMNS)):
            put(sheet, row, column, formula, style, kind)
    define(book, "mix_parts", Box(sheet, first, 9, _LAST, 9))


def _mix(out: str, **more: str) -> str:
    return udf("CR_MIXCOST", amounts="mix_amount", rates="mix_rate", fees="mix_fee", years="mix_years",
               channels="mix_channel", out=f'"{out}"', lang="lang", **more)  # fmt: skip


def _mixed(formula: str) -> str:
    return f'IF(mix_total>0,{formula},"")'


def _results(policy: Policy) -> list[Line]:
    return [
        Line("mix_total", ("All channels, CNY 10k", "融资合计（万元）"), "money", "SUM(mix_amount)"),
        Line("mix_cost", ("Blended cost", "综合融资成本"), "pd", _mixed(_mix("value")), decides=True),
        Line("mix_after_tax", ("Blended cost after tax", "税后综合融资成本"), "pd",
             _mixed(_mix("value", tax=parameter(policy, "tax")))),
        Line("mix_marginal", ("Marginal channel", "边际渠道"), "words", _mixed(_mix("marginal")), decides=True),
        Line("mix_marginal_cost", ("Its cost", "边际成本"), "pd", _mixed(_mix("marginal_cost"))),
    ]  # fmt: skip


def _chart(sheet: Worksheet, top: int, lang: Lang) -> None:
    say = Speaker(lang)
    for row in range(top, top + 14):
        sheet.row_dimensions[row].height = 15
    names = Box(sheet, _HEADER + 1, _LEFT, _LAST, _LEFT)
    costs = Box(sheet, _HEADER, 8, _LAST, 8)
    amounts = Box(sheet, _HEADER, 3, _LAST, 3)
    left = bars(say("Amount by channel, CNY 10k", "各渠道金额（万元）"), names, [amounts], lang)
    right = bars(say("All-in cost by channel", "各渠道综合成本"), names, [costs], lang,
                 number_format="0.00%", colours=(TEAL,))  # fmt: skip
    place(sheet, left, Box(sheet, top, 2, top + 13, 5))
    place(sheet, right, Box(sheet, top, 6, top + 13, 9))
