"""The regulatory summary: classes, arrears, provisions against the minimums, migration, triggers."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, card, define, headers, merge, put
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.inputs import column
from workbook_templates.loan_classification.layout import (
    BANDS,
    CEILINGS,
    CLASS_CODES,
    CLASSES,
    MINIMUMS,
    OBLIGOR_RULES,
    RATES,
    SHEETS,
    TRIGGER_CODES,
    TRIGGERS,
    result_name,
)
from workbook_templates.monitoring_pages.word_colours import colour_classes
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    LABEL,
    PROSE,
    SECTION,
    TAB_RESULT,
    TOTAL,
)

LEFT, RIGHT = 2, 11
LAST: Final = 16
_CARD_ROWS: Final = (4, 7)
CLASS_TOP: Final = 10
"""Row of the titles of classes and overdue structure."""
PROVISION_TOP: Final = CLASS_TOP + len(CLASS_CODES) + 4
TRIGGER_TOP: Final = PROVISION_TOP
_WHY_ROW: Final = PROVISION_TOP + 5
_MIGRATION_TOP: Final = _WHY_ROW + 3
_MIGRATION_ROWS: Final = 5
_RULE_TOP: Final = _MIGRATION_TOP + _MIGRATION_ROWS + 3
_UPGRADE_TOP: Final = _RULE_TOP + len(OBLIGOR_RULES.table.rows) + 3
_UPGRADE_ROWS: Final = 3
_EVEN: Final = 27.0
"""The height of the rows that tables on both sides share."""
BAND_COUNT: Final = len(BANDS.table.rows)
_KINDS: Final = ("count", "money", "rate", "money", "number", "number", "number")


def label_of(english: str, chinese: str, place: int) -> str:
    """A row's name in the language of the results."""
    return f'=IF(lang="zh",INDEX({chinese},{place}),INDEX({english},{place}))'


def add_summary_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    setup = PageSetup(title=SHEETS["summary"][lang], subtitle="", tab=TAB_RESULT, pages_high=1)
    sheet = new_page(book, setup.title, setup, lang)
    sheet["B1"] = say("Regulatory summary of loan classes", "贷款分类监管汇总")
    sheet["B2"] = say(
        '="As of "&TEXT(asof,"yyyy-mm-dd")&"  ·  amounts in CNY 10k"',
        '="基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  金额单位：万元"',
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
    _migration(sheet, lang)
    _rules(sheet, lang)
    _upgrades(sheet, say)
    _triggers(book, sheet, lang)
    bottom = max(TRIGGER_TOP + 1 + len(TRIGGER_CODES), _UPGRADE_TOP + _UPGRADE_ROWS)
    for row in range(PROVISION_TOP + 1, bottom + 1):
        sheet.row_dimensions[row].height = _EVEN
    sheet.print_area = f"B1:{get_column_letter(LAST)}{bottom}"


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
        _stretch(sheet, row + 2, 6)


def _stretch(sheet: Worksheet, row: int, height: float) -> None:
    """Make a row, which tables on both sides share, tall enough."""
    sheet.row_dimensions[row].height = max(height, sheet.row_dimensions[row].height or 0)


def _table(
    sheet: Worksheet,
    top: int,
    left: int,
    title: str,
    texts: list[str],
    rows: list[list[CellValue]],
    kinds: tuple[str, ...],
) -> Box:
    """A titled table of figures; returns it with its header row."""
    put(sheet, top, left, title, SECTION)
    _stretch(sheet, top, 24)
    headers(sheet, top + 1, left, texts)
    _stretch(sheet, top + 1, 30)
    for row, values in enumerate(rows, start=top + 2):
        for i, value in enumerate(values):
            kind = "words" if i == 0 else kinds[i - 1]
            put(sheet, row, left + i, value, LABEL if i == 0 else CALCULATION, kind)
        _stretch(sheet, row, 18)
    return Box(sheet, top + 1, left, top + 1 + len(rows), left + len(texts) - 1)


def _total(
    book: Workbook, block: Box, say: Speaker, kinds: tuple[str, ...], names: dict[int, str]
) -> None:
    """A row of totals under a table; some get names for the checks."""
    sheet, row = block.sheet, block.bottom + 1
    put(sheet, row, block.left, say("Total", "合计"), TOTAL)
    for i, kind in enumerate(kinds, start=1):
        letter = get_column_letter(block.left + i)
        formula = f"=SUM({letter}{block.top + 1}:{letter}{block.bottom})"
        put(sheet, row, block.left + i, formula, TOTAL, kind)
        if i in names:
            define(book, names[i], Box(sheet, row, block.left + i, row, block.left + i))
    _stretch(sheet, row, 18)


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
    block = _table(sheet, CLASS_TOP, LEFT, title, texts, rows, _KINDS)
    colour_classes(Box(sheet, block.top + 1, LEFT, block.bottom, LEFT))
    names = {1: "class_loans", 2: "class_balance", 4: "own_balance", 5: "class_first",
             6: "class_second", 7: "class_booked"}  # fmt: skip
    _total(book, block, say, _KINDS, names)


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
    block = _table(sheet, CLASS_TOP, RIGHT, title, texts, rows, kinds)
    names = {1: "band_loans", 2: "band_balance", 4: "band_npl", 5: "past_90"}
    _total(book, block, say, kinds, names)


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
    block = _table(sheet, PROVISION_TOP, LEFT, title, texts, rows, kinds)
    cells = Box(sheet, block.top + 1, LEFT + 5, block.bottom, LEFT + 5)
    short = say("short", "不足")
    colour_where(cells, f'G{block.top + 1}="{short}"', ground=BAD_FILL)
    put(sheet, _WHY_ROW, LEFT, npl("why", result_name("booked")), PROSE)
    for place in range(LEFT, LEFT + 8):
        put(sheet, _WHY_ROW + 1, place, None, PROSE)
        if place > LEFT:
            put(sheet, _WHY_ROW, place, None, PROSE)
    merge(sheet, Box(sheet, _WHY_ROW, LEFT, _WHY_ROW + 1, LEFT + 7))
    define(book, "provision_totals", Box(sheet, block.top + 1, LEFT + 1, block.bottom, LEFT + 1))


def _migration(sheet: Worksheet, lang: Lang) -> None:
    """Downward migration since the period before, as CR_LOANMIGRATE lays it out."""
    say = Speaker(lang)
    put(
        sheet,
        _MIGRATION_TOP,
        LEFT,
        say("Migration since the period before", "较上期的迁徙"),
        SECTION,
    )
    _stretch(sheet, _MIGRATION_TOP, 24)
    call = udf(
        "CR_LOANMIGRATE",
        class_begin=result_name("previous"),
        class_end=result_name("class"),
        balance_begin=column("loans", "previous_balance", lang),
        balance_end=result_name("balance"),
        ceilings=CEILINGS.whole,
        lang="lang",
    )
    header = _MIGRATION_TOP + 1
    bottom = header + _MIGRATION_ROWS
    kinds = ("words", "money", "money", "money", "pd", "pd", "flag")
    headers(sheet, header, LEFT, [""] * len(kinds))
    _stretch(sheet, header, 30)
    for row in range(header + 1, bottom + 1):
        _stretch(sheet, row, 18)
        for i, kind in enumerate(kinds):
            put(sheet, row, LEFT + i, None, LABEL if i == 0 else CALCULATION, kind)
    for i in range(len(kinds)):
        sheet.cell(header, LEFT + i).value = None
    area = Box(sheet, header, LEFT, bottom, LEFT + len(kinds) - 1)
    nothing = f'COUNTIF({result_name("previous_rank")},">0")=0'
    sheet.cell(header, LEFT).value = ArrayFormula(area.address, f'=IF({nothing},"",{call})')
    within = get_column_letter(LEFT + len(kinds) - 1)
    cells = Box(sheet, header + 1, area.right, bottom, area.right)
    first = f"{within}{header + 1}"
    colour_where(cells, f"AND(ISLOGICAL({first}),NOT({first}))", ground=BAD_FILL)
    colour_classes(Box(sheet, header + 1, LEFT, bottom, LEFT))


def _rules(sheet: Worksheet, lang: Lang) -> None:
    """What the rules across the loans of one obligor changed."""
    say = Speaker(lang)
    english, chinese = (OBLIGOR_RULES.column(f"label_{x}", lang) for x in ("en", "zh"))
    used, balance, bad = (result_name(n) for n in ("rule_name", "balance", "npl"))
    rows: list[list[CellValue]] = []
    for number in range(1, len(OBLIGOR_RULES.table.rows) + 1):
        cell = f"$B{_RULE_TOP + 1 + number}"
        rows.append(
            [
                label_of(english, chinese, number),
                f"=COUNTIF({used},{cell})",
                f"=SUMIFS({balance},{used},{cell})",
                f"=SUMIFS({balance},{used},{cell},{bad},TRUE)",
            ]
        )
    texts = [say("Rule across the obligor's loans", "同一债务人规则"), say("Loans changed", "调整笔数"),
             say("Balance", "余额"), say("Non-performing", "其中：不良")]  # fmt: skip
    title = say("Contagion", "同一债务人风险传染")
    _table(sheet, _RULE_TOP, LEFT, title, texts, rows, ("tally", "money", "money"))


def _upgrades(sheet: Worksheet, say: Speaker) -> None:
    """Non-performing loans of the period before that look better now."""
    code, before, own, balance = (
        result_name(n) for n in ("upgrade_code", "previous_rank", "own_rank", "balance")
    )
    left = f'{before},">="&npl_rank,{own},"<"&npl_rank,{own},">0"'
    rows: list[list[CellValue]] = [
        [
            text,
            f'=COUNTIFS({left},{code},"{answer}")',
            f'=SUMIFS({balance},{left},{code},"{answer}")',
        ]
        for text, answer in (
            (say("May go up", "可上调"), "yes"),
            (say("Must stay: conditions not met", "须维持：条件未满足"), "no"),
        )
    ]
    texts = [say("Non-performing before, not by itself now", "上期不良、本期单笔非不良"),
             say("Loans", "笔数"), say("Balance", "余额")]  # fmt: skip
    title = say("Upgrade of non-performing loans", "不良贷款上调")
    _table(sheet, _UPGRADE_TOP, LEFT, title, texts, rows, ("tally", "money"))


def _triggers(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Which trigger decided the class of each loan by itself."""
    say = Speaker(lang)
    english, chinese = (TRIGGERS.column(f"label_{x}", lang) for x in ("en", "zh"))
    decided, balance = (result_name(n) for n in ("own_trigger", "balance"))
    codes, articles = (TRIGGERS.column(n, lang) for n in ("loan_class", f"article_{lang}"))
    letter = get_column_letter(RIGHT)
    rows: list[list[CellValue]] = []
    for number in range(1, len(TRIGGER_CODES) + 1):
        cell = f"${letter}{TRIGGER_TOP + 1 + number}"
        rows.append(
            [
                label_of(english, chinese, number),
                f"=COUNTIF({decided},{cell})",
                f"=SUMIFS({balance},{decided},{cell})",
                _class_label(codes, number, lang),
                f"=INDEX({articles},{number})",
            ]
        )
    texts = [say("Trigger that decided", "决定分类的触发条件"), say("Loans", "笔数"), say("Balance", "余额"),
             say("At least", "至少归为"), say("Article", "条款")]  # fmt: skip
    title = say("Triggers, each loan by itself", "单笔分类的触发条件")
    kinds = ("tally", "money", "words", "words")
    block = _table(sheet, TRIGGER_TOP, RIGHT, title, texts, rows, kinds)
    for row in range(block.top + 1, block.bottom + 1):
        for place in (RIGHT + 3, RIGHT + 4):
            sheet.cell(row, place).alignment = Alignment(
                horizontal="center", vertical="center", shrink_to_fit=True
            )
        put(sheet, row, RIGHT + 5, None, CALCULATION)
        merge(sheet, Box(sheet, row, RIGHT + 4, row, RIGHT + 5))
    headers(sheet, block.top, RIGHT + 5, [""])
    merge(sheet, Box(sheet, block.top, RIGHT + 4, block.top, RIGHT + 5))
    colour_classes(Box(sheet, block.top + 1, RIGHT + 3, block.bottom, RIGHT + 3))
    define(book, "trigger_loans", Box(sheet, block.top + 1, RIGHT + 1, block.bottom, RIGHT + 1))


def _class_label(codes: str, number: int, lang: Lang) -> str:
    english, chinese, names = (
        CLASSES.column(name, lang) for name in ("label_en", "label_zh", "loan_class")
    )
    place = f"MATCH(INDEX({codes},{number}),{names},0)"
    return f'=IF(lang="zh",INDEX({chinese},{place}),INDEX({english},{place}))'
