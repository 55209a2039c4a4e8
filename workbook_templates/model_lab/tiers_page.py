"""The tiers compared: whether they differ in what they are meant to tell, and what a cut-off does."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, merge, put
from workbook_templates.charts import bars, place
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.model_lab.layout import (
    RISK_TIERS,
    SAMPLES,
    SHEETS,
    SHORT,
    TIERS,
    data,
    res,
)
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.spill import name_columns, set_heights, spill
from workbook_templates.style import CALCULATION, LABEL, PROSE, RESULT, SECTION, TAB_RESULT
from workbook_templates.tier_colours import colour_tiers

_LEFT: Final = 2
_WIDTHS: Final = (26.0, *[16.0] * 9)
_LAST: Final = _LEFT + len(_WIDTHS) - 1
_KINDS: Final = (
    "words", "count", "rate", "count", "rate", "times", "money", "rate", "times", "flag",
)  # fmt: skip
_ROWS: Final = TIERS + 2
"""The tiers, the total, and what was left out."""
_ROW: Final = 22.0
_TOP: Final = 5
_SAMPLE_ROWS: Final = _ROWS + 4
_RATES: Final = _TOP + 2 * _SAMPLE_ROWS
_CUT: Final = _RATES + TIERS + 8


def add_tiers_page(book: Workbook, lang: Lang) -> None:
    """Add the page; the tables that the checks compare get names."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say("Tiers compared", "层级比较"),
        subtitle=say(
            "A tier should default less than the next one; p is the chance of such a gap between equal tiers. Rows left out belong to the other sample.",
            "较好层级的违约率应低于下一层级；p 值为两层级实际相同时出现该差距的概率。剔除的行属于另一样本。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, SHEETS["tiers"][lang], setup, lang)
    rule_off(sheet, _LAST)
    set_widths(sheet, {_LEFT + i: width for i, width in enumerate(_WIDTHS)})
    for i, sample in enumerate(SAMPLES):
        _sample(book, sheet, _TOP + i * _SAMPLE_ROWS, sample, lang)
    _rates(sheet, lang)
    _cut_off(book, sheet, lang)
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{_CUT + len(SAMPLES)}"


def _section(sheet: Worksheet, row: int, text: str) -> None:
    put(sheet, row, _LEFT, text, SECTION)
    sheet.row_dimensions[row].height = 22


def _sample(book: Workbook, sheet: Worksheet, top: int, sample: str, lang: Lang) -> None:
    """A sample's table and the verdict on it."""
    say, short, words = Speaker(lang), SHORT[sample], SAMPLES[sample]
    _section(sheet, top - 1, say(f"Sample: {words['en']}", f"{words['zh']}样本"))
    arguments = {
        "tier": f"{short}_tier",
        "bad": f"{short}_bad",
        "exposure": data("exposure", lang),
        "lang": "lang",
    }
    body = spill(sheet, top, _LEFT, udf("CR_TIERTEST", **arguments), _ROWS, _KINDS)
    set_heights(sheet, top, body.bottom)
    colour_tiers(Box(sheet, body.top, _LEFT, body.top + TIERS - 1, _LEFT))
    name_columns(book, body, {f"{short}_tier_loans": 1, f"{short}_tier_defaults": 3})
    verdict = Box(sheet, body.bottom + 1, _LEFT, body.bottom + 1, _LAST)
    for column in range(_LEFT, _LAST + 1):
        put(sheet, verdict.top, column, None, PROSE)
    call = udf("CR_TIERTEST", **arguments, out='"why"')
    put(sheet, verdict.top, _LEFT, f'=IFERROR({call},"")', PROSE)
    merge(sheet, verdict)
    sheet.row_dimensions[verdict.top].height = 44


def _rates(sheet: Worksheet, lang: Lang) -> None:
    """What the model expects of each tier, and what happened in both samples."""
    say = Speaker(lang)
    _section(sheet, _RATES - 1, say("Expected and observed", "预期与实际"))
    texts = [say("Tier", "层级"), say("Mean calibrated PD", "校准后平均违约概率")]
    texts += [
        say(f"Default rate, {one['en']}", f"{one['zh']}样本违约率") for one in SAMPLES.values()
    ]
    headers(sheet, _RATES, _LEFT, texts)
    sheet.row_dimensions[_RATES].height = 32
    labels = [RISK_TIERS.column(f"label_{one}", lang) for one in ("zh", "en")]
    for row in range(_RATES + 1, _RATES + TIERS + 1):
        number = f"ROWS($A${_RATES + 1}:$A{row})"
        tier = f'=IF(lang="zh",INDEX({labels[0]},{number}),INDEX({labels[1]},{number}))'
        put(sheet, row, _LEFT, tier, LABEL)
        of_tier = f"$B{row}"
        mean = f'=IFERROR(AVERAGEIFS({res("calibrated_pd")},{res("tier")},{of_tier}),"")'
        put(sheet, row, _LEFT + 1, mean, CALCULATION, "pd")
        for i, short in enumerate(SHORT.values()):
            rate = f'=IFERROR(AVERAGEIFS({short}_bad,{short}_tier,{of_tier}),"")'
            put(sheet, row, _LEFT + 2 + i, rate, RESULT, "pd")
        sheet.row_dimensions[row].height = _ROW
    bottom = _RATES + TIERS
    colour_tiers(Box(sheet, _RATES + 1, _LEFT, bottom, _LEFT))
    names = Box(sheet, _RATES + 1, _LEFT, bottom, _LEFT)
    series = [Box(sheet, _RATES, _LEFT + j, bottom, _LEFT + j) for j in (1, 2, 3)]
    title = say("PD and default rate by tier", "各层级违约概率与违约率")
    for row in range(bottom + 1, _CUT - 1):
        sheet.row_dimensions[row].height = _ROW
    chart = bars(title, names, series, lang, number_format="0%")
    place(sheet, chart, Box(sheet, _RATES - 1, _LEFT + 4, _CUT - 3, _LAST))


def _cut_off(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """What the cut-off of the policy accepts, and what defaults on either side of it."""
    say = Speaker(lang)
    _section(sheet, _CUT - 1, say("Cut-off of the policy", "政策分数线的效果"))
    texts = [
        say("Sample", "样本"), say("Accepted", "准入笔数"), say("Declined", "拒绝笔数"), say("Acceptance rate", "准入率"),
        say("Default rate, accepted", "准入违约率"), say("Default rate, declined", "拒绝违约率"),
        say("Defaults avoided", "避免的违约占比"),
    ]  # fmt: skip
    headers(sheet, _CUT, _LEFT, texts)
    sheet.row_dimensions[_CUT].height = 32
    for row, (sample, words) in enumerate(SAMPLES.items(), start=_CUT + 1):
        score, bad = f"{SHORT[sample]}_score", f"{SHORT[sample]}_bad"
        above, below = f'{score},">="&cut_off', f'{score},"<"&cut_off'
        put(sheet, row, _LEFT, words[lang], LABEL)
        cells = (
            (f"=COUNTIFS({above})", "count"),
            (f"=COUNTIFS({below})", "count"),
            (f'=IFERROR(C{row}/(C{row}+D{row}),"")', "rate"),
            (f'=IFERROR(AVERAGEIFS({bad},{above}),"")', "rate"),
            (f'=IFERROR(AVERAGEIFS({bad},{below}),"")', "rate"),
            (f'=IFERROR(SUMIFS({bad},{below})/SUM({bad}),"")', "rate"),
        )
        for i, (formula, kind) in enumerate(cells, start=_LEFT + 1):
            put(sheet, row, i, formula, RESULT, kind)
        sheet.row_dimensions[row].height = _ROW
    bottom = _CUT + len(SAMPLES)
    define(book, "cut_off_loans", Box(sheet, _CUT + 1, _LEFT + 1, bottom, _LEFT + 2))
