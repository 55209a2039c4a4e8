"""The lower half of the regulatory summary: migration, contagion, upgrades and triggers."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, define, headers, merge, put
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import (
    CEILINGS,
    CLASSES,
    OBLIGOR_RULES,
    TABLES,
    TRIGGER_CODES,
    TRIGGERS,
    result_name,
)
from workbook_templates.loan_classification.summary_tables import (
    LEFT,
    MIGRATION_ROWS,
    MIGRATION_TOP,
    RIGHT,
    RULE_TOP,
    TRIGGER_TOP,
    UPGRADE_TOP,
    label_of,
    stretch,
    titled_table,
)
from workbook_templates.pages.word_colours import colour_classes
from workbook_templates.style import BAD_FILL, CALCULATION, LABEL, SECTION


def add_migration(sheet: Worksheet, lang: Lang) -> None:
    """Downward migration since the period before, as CR_LOANMIGRATE lays it out."""
    say = Speaker(lang)
    put(
        sheet,
        MIGRATION_TOP,
        LEFT,
        say("Migration since the period before", "较上期的迁徙"),
        SECTION,
    )
    stretch(sheet, MIGRATION_TOP, 24)
    call = udf(
        "CR_LOANMIGRATE",
        class_begin=result_name("previous"),
        class_end=result_name("class"),
        balance_begin=TABLES["loans"].column("previous_balance", lang),
        balance_end=result_name("balance"),
        ceilings=CEILINGS.whole,
        lang="lang",
    )
    header = MIGRATION_TOP + 1
    bottom = header + MIGRATION_ROWS
    kinds = ("words", "money", "money", "money", "pd", "pd")
    headers(sheet, header, LEFT, [""] * len(kinds))
    stretch(sheet, header, 30)
    for row in range(header + 1, bottom + 1):
        stretch(sheet, row, 18)
        for i, kind in enumerate(kinds):
            put(sheet, row, LEFT + i, None, LABEL if i == 0 else CALCULATION, kind)
    for i in range(len(kinds)):
        sheet.cell(header, LEFT + i).value = None
    area = Box(sheet, header, LEFT, bottom, LEFT + len(kinds) - 1)
    nothing = f'COUNTIF({result_name("previous_rank")},">0")=0'
    sheet.cell(header, LEFT).value = ArrayFormula(area.address, f'=IF({nothing},"",{call})')
    _within(sheet, area, say)
    colour_classes(Box(sheet, header + 1, LEFT, bottom, LEFT))


def _within(sheet: Worksheet, area: Box, say: Speaker) -> None:
    """Whether each rate keeps to its ceiling, in words."""
    place = area.right + 1
    headers(sheet, area.top, place, [say("within ceiling", "是否达标")])
    ceiling, rate = get_column_letter(area.right), get_column_letter(area.right - 1)
    yes, no = say("yes", "是"), say("no", "否")
    for row in range(area.top + 1, area.bottom + 1):
        unknown = f"COUNT({rate}{row})*COUNT({ceiling}{row})=0"
        answer = f'=IF({unknown},"",IF({rate}{row}<={ceiling}{row},"{yes}","{no}"))'
        put(sheet, row, place, answer, CALCULATION, "flag")
    cells = Box(sheet, area.top + 1, place, area.bottom, place)
    colour_where(cells, f'{get_column_letter(place)}{cells.top}="{no}"', ground=BAD_FILL)


def add_rules(sheet: Worksheet, lang: Lang) -> None:
    """What the rules across the loans of one obligor changed."""
    say = Speaker(lang)
    english, chinese = (OBLIGOR_RULES.column(f"label_{x}", lang) for x in ("en", "zh"))
    used, balance, bad = (result_name(n) for n in ("rule_name", "balance", "npl"))
    rows: list[list[CellValue]] = []
    for number in range(1, len(OBLIGOR_RULES.table.rows) + 1):
        cell = f"$B{RULE_TOP + 1 + number}"
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
    titled_table(sheet, RULE_TOP, LEFT, title, texts, rows, ("tally", "money", "money"))


def add_upgrades(sheet: Worksheet, say: Speaker) -> None:
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
    titled_table(sheet, UPGRADE_TOP, LEFT, title, texts, rows, ("tally", "money"))


def add_triggers(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
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
    block = titled_table(sheet, TRIGGER_TOP, RIGHT, title, texts, rows, kinds)
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
