"""The eighteen lists: what each loan is in each of them."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import (
    FIELDS,
    LIST_COUNT,
    LISTS,
    SHEETS,
    TABLES,
    TAGS,
    result_name,
    tag_name,
)
from workbook_templates.loan_classification.results import (
    amount_of_obligor,
    if_filled,
    of_obligor,
)
from workbook_templates.pages.column_sheet import (
    FIRST_ROW,
    KEY_ROW,
    LEFT,
    ResultColumn,
    add_column_sheet,
    column_setup,
)

_FIELDS: Final = "tag_fields"
_CODES: Final = "tag_codes"
_OBLIGOR: Final = ("kind", "ownership", "industry")
_LOAN: Final = (
    ("purpose", "words", 27), ("product", "words", 22), ("start", "date", 12),
    ("maturity", "date", 12), ("amount", "money", 12), ("rate", "pd", 9), ("lpr", "pd", 9),
    ("rate_type", "words", 11), ("guarantee", "words", 12),
)  # fmt: skip
_IDENTITY: Final = 2
_FIELD_COUNT: Final = len(_OBLIGOR) + len(_LOAN) + 2


def add_tags_sheet(book: Workbook, loans: int, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    setup = column_setup(
        title=SHEETS["tags"][lang],
        subtitle=say(
            "Every cell is a formula: the loan's fields with those of its obligor, and its class "
            "in each of the eighteen lists. Lists 14 to 18 repeat 5 to 9.",
            "全部为公式：贷款及其债务人的字段，以及在十八种清单中的类别。清单 14 至 18 与 5 至 9 相同。",
        ),
        pages_wide=3,
    )
    columns = [*_identity(lang), *_fields(lang), *_lists(lang)]
    add_column_sheet(book, setup, columns, loans, lang)
    sheet = book[setup.title]
    first = LEFT + _IDENTITY
    last = first + _FIELD_COUNT - 1
    define(book, _FIELDS, Box(sheet, FIRST_ROW, first, FIRST_ROW + loans - 1, last))
    define(book, _CODES, Box(sheet, KEY_ROW, first, KEY_ROW, last))


def _identity(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Loan", "贷款")
    return [
        ResultColumn(name="", header=say("Loan ID", "贷款编号"), group=group, kind="text", width=12,
                     formula=f"={result_name('loan_id')}"),
        ResultColumn(name="", header=say("Name", "债务人名称"), group=group, kind="words", width=42,
                     formula=f"={result_name('name')}"),
    ]  # fmt: skip


def _header(table: str, name: str, lang: Lang) -> str:
    return next(one for one in FIELDS[table] if one.name == name).header(lang)


def _fields(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Fields", "字段")
    columns = [
        ResultColumn(name="", header=_header("obligors", name, lang), group=group, kind="words",
                     width=14, formula=f"={of_obligor(name, lang)}", key=name)
        for name in _OBLIGOR
    ]  # fmt: skip
    columns += [
        ResultColumn(name="", header=_header("loans", name, lang), group=group, kind=kind,
                     width=width, formula=if_filled(TABLES["loans"].column(name, lang)), key=name)
        for name, kind, width in _LOAN
    ]  # fmt: skip
    return [
        *columns,
        ResultColumn(name="", header=say("Five-tier class", "五级分类"), group=group, kind="words",
                     width=17, formula=f"={result_name('class')}", key="five_tier"),
        ResultColumn(name="", header=say("PD", "违约概率"), group=group, kind="pd", width=9,
                     formula=f"={amount_of_obligor('pd', lang)}", key="pd"),
    ]  # fmt: skip


def _lists(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    labels = LISTS.table.rows[f"label_{lang}"].tolist()
    columns = []
    for number in range(1, LIST_COUNT + 1):
        tag = udf(
            "CR_TAG",
            list=f"INDEX({LISTS.column('list_number', lang)},{number})",
            loan=_FIELDS,
            fields=_CODES,
            rules=TAGS.whole,
            lang="lang",
        )
        columns.append(
            ResultColumn(
                name=tag_name(number),
                header=f"{number} {labels[number - 1]}",
                group=say("Lists", "清单"),
                kind="words",
                width=27 if lang == "en" else 18,
                formula=f"={tag}",
                decides=True,
            )
        )
    return columns
