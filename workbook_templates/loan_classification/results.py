"""The classification: one row per loan, from arrears to class, move and provisions."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define, put
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import (
    BANDS,
    CLASSES,
    RATES,
    SHEETS,
    TABLES,
    UPGRADES,
    result_name,
)
from workbook_templates.loan_classification.triggers import own_class, rule_class
from workbook_templates.pages.column_sheet import (
    KEY_ROW,
    LEFT,
    ResultColumn,
    add_column_sheet,
    column_setup,
)
from workbook_templates.pages.word_colours import colour_classes
from workbook_templates.style import BAD, BAD_FILL, UNIT

NPL_RANK: Final = "npl_rank"
"""Defined name of the cell with the place of the first non-performing class."""
_WHY_WIDTH: Final = 110.0
_UPGRADE_WIDTH: Final = 165.0
_ROW_HEIGHT: Final = 29.0


def if_filled(reference: str) -> str:
    """A column of inputs with its blanks kept blank; Excel would make them zeros."""
    return f'=IF({reference}="","",{reference})'


def of_obligor(name: str, lang: Lang) -> str:
    """A text of the loan's obligor; array formulas take it over all loans at once."""
    first, wanted = (
        TABLES["obligors"].column("obligor_id", lang),
        TABLES["obligors"].column(name, lang),
    )
    place = f"COLUMN({wanted})-COLUMN({first})+1"
    table = f"{TABLES['obligors'].excel_table}[#Data]"
    found = f"VLOOKUP({result_name('obligor_id')},{table},{place},FALSE)"
    return f'IFERROR({found}&"","")'


def amount_of_obligor(name: str, lang: Lang) -> str:
    """A number of the loan's obligor; blank where it is not known."""
    return udf(
        "CR_ROLLUP",
        keys=result_name("obligor_id"),
        row_keys=TABLES["obligors"].column("obligor_id", lang),
        row_values=TABLES["obligors"].column(name, lang),
        how='"last"',
    )


def _rank(classes: str, lang: Lang) -> str:
    """The place of classes from best to worst, in whatever language they are named."""
    english, chinese = (CLASSES.column(f"label_{x}", lang) for x in ("en", "zh"))
    return f"IFERROR(MATCH({classes},{english},0),IFERROR(MATCH({classes},{chinese},0),0))"


def add_results_sheet(book: Workbook, loans: int, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    setup = column_setup(
        title=SHEETS["results"][lang],
        subtitle=say(
            "Every cell is a formula. Row by row the same loans as on the Loans sheet.",
            "全部为公式。各行与“贷款”表逐行对应。",
        ),
        repeat_columns="A:D",
        pages_wide=3,
    )
    columns = [*_identity(lang), *_own(lang), *_previous(lang), *_final(lang), *_provisions(lang)]
    blocks = add_column_sheet(book, setup, columns, loans, lang, frozen=3, row_height=_ROW_HEIGHT)
    for name in ("own", "previous", "kept", "class"):
        colour_classes(blocks[result_name(name)])
    worse = say("worse", "下迁")
    _mark(blocks[result_name("move")], f'{{cell}}="{worse}"', ground=BAD_FILL)
    _mark(blocks[result_name("gap")], "AND(ISNUMBER({cell}),{cell}<0)", ink=BAD)
    sheet = book[setup.title]
    cell = Box(sheet, KEY_ROW, LEFT, KEY_ROW, LEFT)
    formula = f"=MATCH(TRUE,{CLASSES.column('npl', lang)},0)"
    put(sheet, KEY_ROW, LEFT, formula, UNIT, "code")
    put(sheet, KEY_ROW, LEFT + 1, say("first bad class", "首个不良类"), UNIT)
    define(book, NPL_RANK, cell)


def _mark(cells: Box, formula: str, *, ground: str = "", ink: str = "") -> None:
    first = f"{get_column_letter(cells.left)}{cells.top}"
    colour_where(cells, formula.format(cell=first), ground=ground, ink=ink, bold=bool(ink))


def _identity(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Loan", "贷款")
    band = udf(
        "CR_BUCKET",
        overdue_days=result_name("overdue_days"),
        buckets=BANDS.whole,
        out='"label"',
        lang="lang",
    )
    columns = (
        ("loan_id", say("Loan ID", "贷款编号"), "text", 12.0, if_filled(TABLES["loans"].column("loan_id", lang))),
        ("obligor_id", say("Obligor ID", "债务人编号"), "text", 13.0,
         if_filled(TABLES["loans"].column("obligor_id", lang))),
        ("name", say("Name", "债务人名称"), "words", 42.0, f"={of_obligor('name', lang)}"),
        ("balance", say("Balance", "贷款余额"), "money", 12.0, if_filled(TABLES["loans"].column("balance", lang))),
        ("overdue_days", say("Days overdue", "逾期天数"), "count", 10.0,
         if_filled(TABLES["loans"].column("overdue_days", lang))),
        ("band", say("Overdue", "逾期结构"), "words", 20.0, f"={band}"),
        ("retail", say("Retail", "零售"), "words", 9.0, f"={of_obligor('retail', lang)}"),
        ("other_debt", say("Debt at other banks", "他行债务"), "money", 12.0,
         f"={amount_of_obligor('other_debt', lang)}"),
        ("other_overdue", say("Overdue there", "他行逾期"), "money", 12.0,
         f"={amount_of_obligor('other_overdue', lang)}"),
    )  # fmt: skip
    return [
        ResultColumn(name=result_name(name), header=header, group=group, kind=kind, width=width,
                     formula=formula)
        for name, header, kind, width, formula in columns
    ]  # fmt: skip


def _own(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Class by itself", "单笔分类")
    return [
        ResultColumn(name=result_name("own"), header=say("Class", "分类"), group=group, kind="words",
                     width=17, formula=f"={result_name('own_class')}"),
        ResultColumn(name=result_name("own_why"), header=say("Why", "理由"), group=group, kind="words",
                     width=_WHY_WIDTH, wrap=True, formula=f"={own_class('why', lang)}"),
        ResultColumn(name=result_name("own_rank"), header=say("Place", "位次"), group=group, kind="tally",
                     width=8, formula=f"={_rank(result_name('own'), lang)}"),
    ]  # fmt: skip


def _upgrade(out: str, lang: Lang) -> str:
    names = ("arrears_paid", "instalments", "interval", "able", "impaired_left", "restructured")
    return udf(
        "CR_UPGRADE",
        loan_class=result_name("previous"),
        as_of="asof",
        **{name: TABLES["loans"].column(name, lang) for name in names},
        to="upgrade_class",
        rules=UPGRADES.whole,
        out=f'"{out}"',
        lang="lang",
    )


def _previous(lang: Lang) -> list[ResultColumn]:
    """The class before, and whether a non-performing loan may leave it."""
    say = Speaker(lang)
    group = say("Upgrade of non-performing loans", "不良贷款上调")
    previous, before, own = (result_name(n) for n in ("previous", "previous_rank", "own_rank"))
    leaves = f"({before}>={NPL_RANK})*({own}<{NPL_RANK})*({own}>0)"
    stays = f'{leaves}*({result_name("upgrade_code")}="no")'
    return [
        ResultColumn(name=previous, header=say("Previous class", "上期分类"), group=group, kind="words",
                     width=17, formula=if_filled(TABLES["loans"].column("previous_class", lang))),
        ResultColumn(name=before, header=say("Place", "位次"), group=group, kind="tally", width=8,
                     formula=f"={_rank(previous, lang)}"),
        ResultColumn(name=result_name("upgrade"), header=say("May go up", "可否上调"), group=group,
                     kind="words", width=12, formula=f"={_upgrade('value', lang)}", decides=True),
        ResultColumn(name=result_name("upgrade_code"), header=say("Code", "代码"), group=group,
                     kind="words", width=12, formula=f"={_upgrade('code', lang)}"),
        ResultColumn(name=result_name("upgrade_why"), header=say("Why", "理由"), group=group, kind="words",
                     width=_UPGRADE_WIDTH, wrap=True, formula=f"={_upgrade('why', lang)}"),
        ResultColumn(name=result_name("kept"), header=say("Class kept", "维持后分类"), group=group,
                     kind="words", width=17, formula=f"=IF({stays}>0,{previous},{result_name('own')})"),
    ]  # fmt: skip


def _final(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Class", "最终分类")
    rank, before = result_name("rank"), result_name("previous_rank")
    words = (("worse", "下迁", ">"), ("unchanged", "不变", "="), ("better", "上迁", "<"))
    moved = "&".join(f'REPT("{say(en, zh)}",{rank}{sign}{before})' for en, zh, sign in words)
    return [
        ResultColumn(name=result_name("class"), header=say("Class", "最终分类"), group=group, kind="words",
                     width=17, formula=f"={result_name('rule_class')}", decides=True),
        ResultColumn(name=result_name("class_why"), header=say("Rules across the obligor's loans", "同一债务人规则"),
                     group=group, kind="words", width=_WHY_WIDTH, wrap=True, formula=f"={rule_class('why')}"),
        ResultColumn(name=rank, header=say("Place", "位次"), group=group, kind="tally", width=8,
                     formula=f"={_rank(result_name('class'), lang)}"),
        ResultColumn(name=result_name("npl"), header=say("Non-performing", "不良"), group=group, kind="flag",
                     width=14, formula=f'=IF({rank}=0,"",{rank}>={NPL_RANK})', decides=True),
        ResultColumn(name=result_name("move"), header=say("Move", "变动"), group=group, kind="words", width=12,
                     formula=f'=IF({rank}*{before}=0,"",{moved})', decides=True),
    ]  # fmt: skip


def _provisions(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Provisions", "贷款损失准备")

    def provision(scheme: str, out: str) -> str:
        return "=" + udf(
            "CR_PROVISION",
            balance=result_name("balance"),
            loan_class=result_name("class"),
            scheme=scheme,
            rates=RATES.whole,
            out=f'"{out}"',
        )

    first, booked = result_name("first"), result_name("booked")
    columns = (
        ("general", say("First scheme, general", "方案一：一般准备"), provision("first_scheme", "general"), False),
        ("specific", say("First scheme, specific", "方案一：专项准备"), provision("first_scheme", "specific"), False),
        ("first", say("First scheme", "方案一合计"), provision("first_scheme", "value"), True),
        ("second", say("Second scheme", "方案二合计"), provision("second_scheme", "value"), True),
        ("booked", say("Booked", "已提准备"), if_filled(TABLES["loans"].column("provision", lang)), False),
        ("gap", say("Booked less first", "已提减方案一"),
         f'=IF(({booked}="")+({first}="")>0,"",{booked}-{first})', False),
    )  # fmt: skip
    return [
        ResultColumn(name=result_name(name), header=header, group=group, kind="number", width=14,
                     formula=formula, decides=decides)
        for name, header, formula, decides in columns
    ]  # fmt: skip
