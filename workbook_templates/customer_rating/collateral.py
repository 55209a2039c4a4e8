"""The block of collateral: recognised value, what can be lent on it, loss given default."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.customer_rating import layout
from workbook_templates.customer_rating.customer import COLLATERAL_ROWS
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.formulas import known, or_blank
from workbook_templates.style import CALCULATION, LABEL, RESULT, SECTION, TOTAL

_LEFT = 2


def _recognised(row: int) -> str:
    """Value after the haircut; the tier has no say in it, or the grade would wait for itself."""
    table = udf(
        "CR_LTV",
        loan="0",
        collateral_value=f"E{row}",
        kind=f"D{row}",
        kinds=layout.COLLATERAL.whole,
        out='"table"',
    )
    return f"INDEX({table},2,1)"


def _ltv(row: int, out: str) -> str:
    return udf(
        "CR_LTV",
        loan="0",
        collateral_value=f"E{row}",
        kind=f"D{row}",
        tier="tier",
        prior_claims=f"F{row}",
        kinds=layout.COLLATERAL.whole,
        policy=layout.STRATEGY.whole,
        out=f'"{out}"',
        lang="lang",
    )


def collateral_block(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> None:
    """Write the block; recognised value, highest ratio and LGD are named."""
    say = Speaker(lang)
    put(sheet, top, _LEFT, say("Collateral and loss given default", "押品与违约损失率"), SECTION)
    sheet.row_dimensions[top].height = 22
    texts = (
        say("Description", "押品说明"), say("Claim for LGD", "LGD 债权类别"), say("Kind", "种类"),
        say("Value", "评估价值"), say("Prior claims", "在先债权"), say("Recognised", "认定价值"),
        say("Highest LTV", "最高抵押率"), say("Can be lent", "可贷金额"), say("Exposure", "分摊敞口"),
        say("LGD", "违约损失率"),
    )  # fmt: skip
    headers(sheet, top + 1, _LEFT, texts)
    sheet.row_dimensions[top + 1].height = 20
    first, bottom = top + 2, top + 1 + COLLATERAL_ROWS
    for i in range(COLLATERAL_ROWS):
        _piece(sheet, first + i, first, lang)
    _totals(book, sheet, first, bottom, say)


def _piece(sheet: Worksheet, row: int, first: int, lang: Lang) -> None:
    """A piece of collateral; the loan is allotted in proportion to what can be lent on each."""
    kind, claim_kind, claim = (
        layout.COLLATERAL.column("collateral_kind", lang),
        layout.CLAIMS.column("collateral_kind", lang),
        layout.CLAIMS.column("claim", lang),
    )
    label = layout.COLLATERAL.column("label", lang)
    at = f"ROWS(B${first}:B{row})"
    found = f"INDEX({kind},MATCH(D{row},{label},0))"
    cells = (
        (2, f'=INDEX(collateral_text,{at})&""', LABEL, "words"),
        (3, or_blank(f"INDEX({claim},MATCH({found},{claim_kind},0))"), CALCULATION, "words"),
        (4, f'=INDEX(collateral_kind,{at})&""', CALCULATION, "words"),
        (5, f'=IF(D{row}="","",INDEX(collateral_value,{at}))', CALCULATION, "money"),
        (6, f'=IF(D{row}="","",N(INDEX(collateral_prior,{at})))', CALCULATION, "money"),
        (7, or_blank(f"MAX(0,{_recognised(row)}-F{row})"), CALCULATION, "money"),
        (8, or_blank(_ltv(row, "max_ltv")), CALCULATION, "whole_rate"),
        (9, or_blank(_ltv(row, "lendable")), CALCULATION, "money"),
        (10, or_blank(f"request_amount*I{row}/SUM(collateral_lendable)"), CALCULATION, "money"),
        (11, or_blank(_lgd(f"C{row}", f"E{row}-F{row}", f"J{row}")), CALCULATION, "rate"),
    )
    for column, formula, style, look in cells:
        put(sheet, row, column, formula, style, look)
    sheet.row_dimensions[row].height = 18


def _lgd(claim: str, value: str, exposure: str) -> str:
    return udf(
        "CR_LGD",
        claim=claim,
        collateral_value=value,
        ead=exposure,
        unsecured="unsecured_claim",
        scheme="lgd_scheme",
        lgds=layout.LGD.whole,
    )


def _totals(book: Workbook, sheet: Worksheet, first: int, bottom: int, say: Speaker) -> None:
    row = bottom + 1
    put(sheet, row, _LEFT, say("Total", "合计"), TOTAL, "words")
    for column in range(3, 12):
        put(sheet, row, column, None, TOTAL)
    for column, letter in ((5, "E"), (6, "F"), (7, "G"), (9, "I"), (10, "J")):
        put(
            sheet,
            row,
            column,
            f'=IF(COUNT({letter}{first}:{letter}{bottom})=0,"",SUM({letter}{first}:{letter}{bottom}))',
            TOTAL,
            "money",
        )
    put(sheet, row, 8, or_blank(f"I{row}/G{row}"), TOTAL, "rate")
    unsecured = udf("CR_LGD", claim="unsecured_claim", scheme="lgd_scheme", lgds=layout.LGD.whole)
    weighted = f"SUMPRODUCT(collateral_exposure,collateral_lgd)/J{row}"
    put(sheet, row, 11, known(f"IF(N(J{row})=0,{unsecured},{weighted})"), RESULT, "rate")
    for name, column in (("collateral_lendable", 9), ("collateral_exposure", 10), ("collateral_lgd", 11)):  # fmt: skip
        define(book, name, Box(sheet, first, column, bottom, column))
    for name, column in (("collateral_recognised", 7), ("collateral_ltv", 8), ("lendable", 9), ("allotted", 10), ("lgd", 11)):  # fmt: skip
        define(book, name, Box(sheet, row, column, row, column))
