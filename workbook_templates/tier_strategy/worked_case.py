"""The worked case: the made-up bank of the portfolio workbook, one row per customer."""

from __future__ import annotations

from typing import Final

from workbook_templates.formulas import compute
from workbook_templates.language import Lang
from workbook_templates.pages.input_sheet import Row
from workbook_templates.portfolio.inputs import FIRST_FACTOR, LAST_FACTOR
from workbook_templates.portfolio.worked_case import WorkedCase
from workbook_templates.portfolio.worked_case import worked_case as portfolio_case

_SECURED: Final = ("mortgage", "pledge")
_SECURED_LGD: Final = 0.35
_MARGIN: Final = 0.019
_NPL_DAYS: Final = 90


def worked_case(lang: Lang) -> list[Row]:
    """The customers with grade, exposure and contribution; the same figures in both languages."""
    case = portfolio_case(lang)
    grades = _grades(case)
    return [_customer(case, number, grade) for number, grade in enumerate(grades)]


def _grades(case: WorkedCase) -> list[str]:
    names = list(case.customers[0])
    factors = names[names.index(FIRST_FACTOR) : names.index(LAST_FACTOR) + 1]
    values = [[row[name] for name in factors] for row in case.customers]
    score = compute("CR_SCORE", values=values, factors=[factors])
    knockouts = [[row["knockouts"]] for row in case.customers]
    return [row[0] for row in compute("CR_GRADE", score=score, knockouts=knockouts)]


def _customer(case: WorkedCase, number: int, grade: str) -> Row:
    row = case.customers[number]
    loans = [loan for loan in case.loans if loan["customer_id"] == row["customer_id"]]
    exposure = sum(_number(loan, "balance") for loan in loans)
    given = row["contribution"]
    assets, debt = _number(row, "assets"), _number(row, "debt_ratio")
    secured = loans[0]["guarantee"] in _SECURED
    late = any(_number(loan, "overdue_days") > _NPL_DAYS for loan in loans)
    return {
        "customer_id": row["customer_id"],
        "name": row["name"],
        "grade": grade,
        "exposure": exposure,
        "lgd": _SECURED_LGD if secured else None,
        "net_worth": round(assets * (1 - debt)),
        "revenue": row["revenue"],
        "contribution": round(exposure * _MARGIN, 1) if given is None else given,
        "npl": "yes" if late else "no",
        "owner": row["owner"],
    }


def _number(row: Row, name: str) -> float:
    return float(str(row[name]))
