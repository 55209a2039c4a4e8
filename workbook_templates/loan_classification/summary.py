"""The regulatory summary: classes, arrears, provisions against the minimums, migration, triggers."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, card, define, merge, put
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import (
    BANDS,
    CLASS_CODES,
    CLASSES,
    MINIMUMS,
    RATES,
    SHEETS,
    result_name,
)
from workbook_templates.loan_classification.summary_rules import (
    add_migration,
    add_rules,
    add_triggers,
    add_upgrades,
)
from workbook_templates.loan_classification.summary_tables import (
    BAND_COUNT,
    BOTTOM,
    CLASS_TOP,
    LAST,
    LEFT,
    PROVISION_TOP,
    RIGHT,
    WHY_ROW,
    label_of,
    stretch,
    titled_table,
    total_row,
)
from workbook_templates.page import as_of_line, new_result_page, rule_off, set_widths
from workbook_templates.pages.word_colours import colour_classes
from workbook_templates.style import (
    BAD_FILL,
    PROSE,
)

_CARD_ROWS: Final = (4, 7)
_EVEN: Final = 27.0
"""The height of the rows that tables on both sides share."""
_KINDS: Final = ("count", "money", "rate", "money", "number", "number", "number")


def add_summary_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["summary"][lang],
        say("Regulatory summary of loan classes", "贷款分类监管汇总"),
        as_of_line(lang),
        lang,
    )
    rule_off(sheet, LAST)
    widths = {LEFT: 34.0, LEFT + 8: 2.0, RIGHT: 68.0}
    widths |= dict.fromkeys(range(LEFT + 1, LEFT + 8), 14.0)
    widths |= dict.fromkeys(range(RIGHT + 1, LAST + 1), 13.0)
    set_widths(sheet, widths)
    _cards(book, sheet, say)
    _classes(book, sheet, lang)
    _overdue(book, sheet, lang)
    _provisions(book, sheet, lang)
    add_migration(sheet, lang)
    add_rules(sheet, lang)
    add_upgrades(sheet, say)
    add_triggers(book, sheet, lang)
    for row in range(PROVISION_TOP + 1, BOTTOM + 1):
        sheet.row_dimensions[row].height = _EVEN
    sheet.print_area = f"B1:{get_column_letter(LAST)}{BOTTOM}"


def npl(out: str, provision: str = "") -> str:
    """A ratio of all loans together; blank without loans."""
    arguments = {"provision": provision} if provision else {}
    call = udf(
        "CR_NPL",
        balance=result_name("balance"),
        loan_class=result_name("class"),
        **arguments,
        minimums=MINIMUMS.whole,
        out=f'"{out}"',
        lang="lang",
    )
    return f'=IF(total_balance=0,"",{call})'


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    balance, booked, bad, days = (
        result_name(n) for n in ("balance", "booked", "npl", "overdue_days")
    )
    move, moved = result_name("move"), say("worse", "下迁")
    places = ((2, 2), (3, 5), (6, 7), (8, 9), (11, 11), (12, 16))
    rows = (
        (
            ("total_loans", say("Loans", "贷款笔数"), f'=COUNTIF({result_name("loan_id")},"?*")', "count"),
            ("total_balance", say("Balance", "贷款余额"), f"=SUM({balance})", "money"),
            ("npl_balance", say("Non-performing", "不良贷款"), f"=SUMIFS({balance},{bad},TRUE)", "money"),
            ("npl_ratio", say("NPL ratio", "不良率"), npl("value"), "pd"),
            ("coverage", say("Provision coverage, booked", "拨备覆盖率（已提）"), npl("coverage", booked), "rate"),
            ("loan_provisions", say("Provisions to loans, booked", "贷款拨备率（已提）"),
             npl("provision_ratio", booked), "pd"),
        ),
        (
            ("", say("Loans without a class", "未分类贷款笔数"),
             f'=total_loans-COUNTIF({result_name("rank")},">0")', "count"),
            ("", say("Overdue / balance", "逾期贷款占比"),
             f'=IF(total_balance=0,0,SUMIFS({balance},{days},">0")/total_balance)', "pd"),
            ("", say("Overdue past 90 days / NPL", "逾期90天以上与不良之比"),
             "=IF(npl_balance=0,0,past_90/npl_balance)", "rate"),
            ("", say("Moved down", "下迁笔数"), f'=COUNTIF({move},"{moved}")', "count"),
            ("", say("Provisions short by (booked)", "准备缺口（已提）"), npl("shortfall", booked), "number"),
            ("", say("Checks, differences", "核对差额"), "=check_total", "number"),
        ),
    )  # fmt: skip
    for row, cards in zip(_CARD_ROWS, rows, strict=True):
        for (first, last), (name, text, formula, kind) in zip(places, cards, strict=True):
            made = card(sheet, row, first, last, text, formula, kind)
            if name:
                define(book, name, made)
        stretch(sheet, row + 2, 6)


def _classes(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    english, chinese = (CLASSES.column(f"label_{x}", lang) for x in ("en", "zh"))
    final, own, balance = (result_name(n) for n in ("class", "own", "balance"))
    rows: list[list[CellValue]] = []
    for number in range(1, len(CLASS_CODES) + 1):
        row = CLASS_TOP + 1 + number
        cell = f"$B{row}"
        sums = [f"=SUMIFS({result_name(n)},{final},{cell})" for n in ("first", "second", "booked")]
        rows.append(
            [
                label_of(english, chinese, number),
                f"=COUNTIF({final},{cell})",
                f"=SUMIFS({balance},{final},{cell})",
                f"=IF(total_balance=0,0,D{row}/total_balance)",
                f"=SUMIFS({balance},{own},{cell})",
                *sums,
            ]
        )
    texts = [say("Class", "分类"), say("Loans", "笔数"), say("Balance", "余额"), say("Share", "占比"),
             say("Balance, each by itself", "余额（单笔分类）"), say("Provisions, first scheme", "准备：方案一"),
             say("Provisions, second scheme", "准备：方案二"), say("Provisions booked", "已提准备")]  # fmt: skip
    title = say("Five-tier classes", "五级分类")
    block = titled_table(sheet, CLASS_TOP, LEFT, title, texts, rows, _KINDS)
    colour_classes(Box(sheet, block.top + 1, LEFT, block.bottom, LEFT))
    names = {1: "class_loans", 2: "class_balance", 4: "own_balance", 5: "class_first",
             6: "class_second", 7: "class_booked"}  # fmt: skip
    total_row(book, block, say, _KINDS, names)


def _overdue(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    english, chinese = (BANDS.column(f"label_{x}", lang) for x in ("en", "zh"))
    band, balance, bad = (result_name(n) for n in ("band", "balance", "npl"))
    letter, amount = get_column_letter(RIGHT), get_column_letter(RIGHT + 2)
    rows: list[list[CellValue]] = []
    for number in range(1, BAND_COUNT + 1):
        row = CLASS_TOP + 1 + number
        cell = f"${letter}{row}"
        rows.append(
            [
                label_of(english, chinese, number),
                f"=COUNTIF({band},{cell})",
                f"=SUMIFS({balance},{band},{cell})",
                f"=IF(total_balance=0,0,{amount}{row}/total_balance)",
                f"=SUMIFS({balance},{band},{cell},{bad},TRUE)",
                f"=INDEX({BANDS.column('past_90', lang)},{number})*{amount}{row}",
            ]
        )
    texts = [say("Overdue", "逾期天数"), say("Loans", "笔数"), say("Balance", "余额"), say("Share", "占比"),
             say("Non-performing", "其中：不良"), say("Past 90 days", "其中：90天以上")]  # fmt: skip
    kinds = ("count", "money", "pd", "money", "money")
    title = say("Overdue structure", "逾期结构")
    block = titled_table(sheet, CLASS_TOP, RIGHT, title, texts, rows, kinds)
    names = {1: "band_loans", 2: "band_balance", 4: "band_npl", 5: "past_90"}
    total_row(book, block, say, kinds, names)


def _provisions(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Provisions booked and by both schemes, against the regulatory minimums."""
    say = Speaker(lang)
    english, chinese = (RATES.column(f"label_{x}", lang) for x in ("en", "zh"))
    codes = RATES.column("provision_scheme", lang)

    def scheme(name: str) -> str:
        place = f"MATCH({name},{codes},0)"
        return f'=IF(lang="zh",INDEX({chinese},{place}),INDEX({english},{place}))'

    sources: tuple[tuple[CellValue, str], ...] = (
        (say("Booked", "已提准备"), "booked"),
        (scheme("first_scheme"), "first"),
        (scheme("second_scheme"), "second"),
    )
    outs = ("coverage", "provision_ratio", "shortfall")
    rows: list[list[CellValue]] = []
    for row, (text, name) in enumerate(sources, start=PROVISION_TOP + 2):
        amounts = result_name(name)
        enough = f'=IF(F{row}="","",IF(F{row}>0,"{say("short", "不足")}","{say("met", "达标")}"))'
        rows.append(
            [
                text,
                f'=SUMIFS({amounts},{amounts},">=0")',
                *(npl(out, amounts) for out in outs),
                enough,
            ]
        )
    texts = [say("Provisions by", "准备口径"), say("Provisions", "准备金额"), say("Coverage", "拨备覆盖率"),
             say("Provisions / loans", "贷款拨备率"), say("Short by (surplus: −)", "缺口（盈余为负）"),
             say("Minimum", "监管标准")]  # fmt: skip
    kinds = ("number", "rate", "pd", "number", "words")
    title = say("Provisions against the minimums", "准备与监管标准")
    block = titled_table(sheet, PROVISION_TOP, LEFT, title, texts, rows, kinds)
    cells = Box(sheet, block.top + 1, LEFT + 5, block.bottom, LEFT + 5)
    short = say("short", "不足")
    colour_where(cells, f'G{block.top + 1}="{short}"', ground=BAD_FILL)
    put(sheet, WHY_ROW, LEFT, npl("why", result_name("booked")), PROSE)
    for place in range(LEFT, LEFT + 8):
        put(sheet, WHY_ROW + 1, place, None, PROSE)
        if place > LEFT:
            put(sheet, WHY_ROW, place, None, PROSE)
    merge(sheet, Box(sheet, WHY_ROW, LEFT, WHY_ROW + 1, LEFT + 7))
    define(book, "provision_totals", Box(sheet, block.top + 1, LEFT + 1, block.bottom, LEFT + 1))
