"""The worked case: loans of forty obligors in which every trigger and rule occurs.

The obligors and most loans are those of the portfolio workbook; names and figures are made up, and
the same in both languages.
"""

from __future__ import annotations

import calendar
import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from udfs import tables
from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import PER_OBLIGOR
from workbook_templates.pages.input_sheet import Row
from workbook_templates.portfolio.worked_case import AS_OF, worked_case
from workbook_templates.portfolio.worked_history import worked_history

_SEED: Final = 2023
_QUARTER: Final = dt.timedelta(days=90)
_GENERAL, _UNIMPAIRED = 0.032, 0.25
_LPR: Final = {True: 0.0345, False: 0.0395}
"""The loan prime rates of the worked case, of short and long loans."""
_PD_COLUMN: Final = 7

_SPECIAL_OBLIGORS: Final[dict[str, Row]] = {
    "C0008": {"ownership": "state-owned"},
    "C0012": {"ownership": "state-owned"},
    "C0019": {"ownership": "state-owned"},
    "C0017": {"ownership": "foreign"},
    "C0031": {"ownership": "foreign"},
    "C0033": {"kind": "government", "ownership": "other", "industry": "S91"},
    "C0036": {"kind": "other", "ownership": "other", "industry": "Q84"},
    "C0032": {"kind": "individual", "ownership": "individual", "retail": "yes"},
    "C0035": {"kind": "individual", "ownership": "individual", "retail": "yes"},
    "C0004": {"other_debt": 600, "other_overdue": 400},
    "C0014": {"other_debt": 2400, "other_overdue": 0},
    "C0022": {"other_debt": 5200, "other_overdue": 300},
}
_NAMES: Final = {
    "C0033": ("Sample Wharf County Works Bureau", "示例码头县建设局"),
    "C0036": ("Sample Vista County Hospital", "示例远望县医院"),
    "C0032": ("Sample person one", "示例个人甲"),
    "C0035": ("Sample person two", "示例个人乙"),
}

_ON: Final = dict[str, Any]
_SPECIAL_LOANS: Final[dict[str, dict[str, Any]]] = {
    # Triggers of the class by itself, the gravest first.
    "L00057": _ON(overdue_days=400, impaired="yes", ecl_ratio=0.85, previous_class="doubtful"),
    "L00073": _ON(overdue_days=210, impaired="yes", ecl_ratio=0.8, circumstances=["bankruptcy"],
                  previous_class="substandard"),
    "L00046": _ON(overdue_days=130, impaired="yes", ecl_ratio=0.93, previous_class="doubtful"),
    "L00056": _ON(balance=190, overdue_days=300, impaired="yes", ecl_ratio=0.45, previous_class="substandard"),
    "L00035": _ON(overdue_days=60, impaired="yes", ecl_ratio=0.4, circumstances=["debt_evasion"],
                  previous_class="special mention"),
    "L00047": _ON(balance=230, overdue_days=85, impaired="yes", ecl_ratio=0.55, previous_class="substandard"),
    "L00089": _ON(balance=140, overdue_days=114, previous_class="special mention"),
    "L00090": _ON(overdue_days=1130, impaired="yes", ecl_ratio=0.96, previous_class="loss"),
    "L00078": _ON(balance=180, impaired="yes", ecl_ratio=0.25),
    "L00064": _ON(balance=120, circumstances=["external_downgrade"], previous_class="special mention"),
    "L00069": _ON(balance=90, circumstances=["debts_overdue_20"]),
    "L00006": _ON(balance=260, overdue_days=34, circumstances=["restructured_again"], restructured=-150,
                  previous_class="special mention"),
    "L00038": _ON(balance=210, overdue_days=190, impaired="yes", ecl_ratio=0.35, previous_class="special mention"),
    "L00039": _ON(balance=150),
    "L00032": _ON(overdue_days=12),
    "L00018": _ON(overdue_days=48, previous_class="special mention"),
    "L00049": _ON(circumstances=["changed_use"]),
    "L00030": _ON(circumstances=["refinanced"]),
    "L00076": _ON(circumstances=["npl_elsewhere"], previous_class="special mention"),
    "L00037": _ON(circumstances=["restructured"], restructured=-120, previous_class="special mention"),
    # Exceptions.
    "L00024": _ON(overdue_days=5, circumstances=["technical_delay"]),
    "L00054": _ON(circumstances=["refinanced", "small_firm_renewal"]),
    # A small non-performing loan puts its obligor's other loan into special mention only.
    "L00005": _ON(overdue_days=100, impaired="yes", ecl_ratio=0.3, amount=300, balance=210,
                  previous_class="special mention"),
    # Back from non-performing: the one may, the other has not paid for long enough.
    "L00031": _ON(previous_class="substandard", arrears_paid=-230, instalments=3, interval=3,
                  able="yes", impaired_left="no"),
    "L00022": _ON(previous_class="substandard", arrears_paid=-70, instalments=1, interval=1,
                  able="yes", impaired_left="no", amount=480, balance=360),
}  # fmt: skip
_TERMS: Final = (12, 36, 24, 60, 12, 120, 36, 12)
_PRODUCTS: Final = (
    ("Working capital loan", "流动资金贷款", "Production: raw materials", "采购原材料"),
    ("Working capital loan", "流动资金贷款", "Working capital turnover", "流动资金周转"),
    ("Trade finance", "贸易融资", "Export documents", "出口单据融资"),
    ("Fixed asset loan", "固定资产贷款", "Equipment", "设备购置"),
    ("Working capital loan", "流动资金贷款", "Working capital turnover", "流动资金周转"),
    ("Project loan", "项目贷款", "Project construction", "项目建设"),
    ("Fixed asset loan", "固定资产贷款", "Equipment", "厂房与设备"),
    ("Trade finance", "贸易融资", "Import documents", "进口单据融资"),
)
_OTHERWISE_SECURED: Final = (5, 22, 39, 56)
_PERSONAL: Final = {
    "L00030": ("Trade finance", "贸易融资", "Other", "其他"),
    "L00073": ("Housing loan", "个人住房贷款", "Housing", "住房按揭"),
    "L00078": ("Consumer loan", "个人消费贷款", "Consumption", "家庭消费"),
}


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """The rows of the two input tables, by field name."""

    obligors: list[Row]
    loans: list[Row]


def loan_case(lang: Lang) -> WorkedCase:
    """The worked case as of 31 March 2026."""
    chance = random.Random(_SEED)  # noqa: S311  # nothing here is secret
    bank = worked_case("en")
    names = {row["customer_id"]: row["name"] for row in worked_case(lang).customers}
    pds = {row[1]: row[_PD_COLUMN] for row in worked_history(bank, "en") if row[0] == AS_OF}
    say = Speaker(lang)
    obligors = []
    for row in bank.customers:
        key = str(row["customer_id"])
        name = say(*_NAMES[key]) if key in _NAMES else names[key]
        obligors.append(_obligor(row, chance) | {"name": name, "pd": _rounded(pds[key])})
    taken: Counter[str] = Counter()
    loans: list[Row] = []
    for loan in bank.loans:
        owner = str(loan["customer_id"])
        taken[owner] += 1
        if taken[owner] <= PER_OBLIGOR:
            loans.append(_loan(len(loans), loan, chance, lang))
    return WorkedCase(obligors, loans)


def _rounded(value: object) -> float:
    return round(float(str(value)), 4)


def _obligor(row: Row, chance: random.Random) -> Row:
    key = str(row["customer_id"])
    person = row["kind"] == "individual"
    made: Row = {
        "obligor_id": key,
        "kind": row["kind"],
        "ownership": "individual" if person else "private",
        "industry": row["industry"],
        "retail": "yes" if person else "no",
        "other_debt": round(chance.choice((0, 0, 400, 900, 1500)) * chance.uniform(0.6, 1.4), -1),
        "other_overdue": 0,
    }
    return made | _SPECIAL_OBLIGORS.get(key, {})


def _loan(number: int, loan: Row, chance: random.Random, lang: Lang) -> Row:
    say = Speaker(lang)
    key = str(loan["loan_id"])
    product = _PERSONAL.get(key, _PRODUCTS[number % len(_PRODUCTS)])
    term = _TERMS[number % len(_TERMS)]
    start = AS_OF - dt.timedelta(days=int(chance.uniform(0.1, 0.9) * min(term, 36) * 30))
    special = _SPECIAL_LOANS.get(key, {})
    balance = float(str(loan["balance"]))
    is_new = AS_OF - start < _QUARTER
    lpr = _LPR[term <= 60]  # noqa: PLR2004  # months of five years
    made: dict[str, Any] = {
        "loan_id": key,
        "obligor_id": loan["customer_id"],
        "product": say(*product[:2]),
        "purpose": say(*product[2:]),
        "start": start,
        "maturity": _months_later(start, term),
        "amount": loan["amount"],
        "balance": balance,
        "rate": lpr if number % 9 == 0 else round(lpr + chance.uniform(-0.004, 0.014), 4),
        "lpr": lpr,
        "rate_type": "fixed" if number % 3 == 0 else "floating",
        "guarantee": "other" if number in _OTHERWISE_SECURED else loan["guarantee"],
        "overdue_days": 0,
        "impaired": "no",
        "previous_class": None if is_new else "normal",
    }
    made |= special
    for name in ("restructured", "arrears_paid"):
        if name in special:
            made[name] = AS_OF + dt.timedelta(days=special[name])
    made["circumstances"] = _words(special.get("circumstances", []), lang)
    if special.get("previous_class") and is_new:
        made["start"] = AS_OF - 2 * _QUARTER
        made["maturity"] = _months_later(made["start"], term)
    if made["previous_class"]:
        made["previous_balance"] = round(made["balance"] * chance.uniform(1.0, 1.08))
    made["provision"] = _provision(made)
    return made


def _words(codes: list[str], lang: Lang) -> str | None:
    rules = tables.builtin("loan_class_triggers").rows
    labels = dict(zip(rules["class_trigger"], rules[f"label_{lang}"], strict=True))
    return ", ".join(labels[code] for code in codes) or None


def _provision(loan: dict[str, Any]) -> float:
    """What the bank has booked: expected loss of impaired loans, a share of the others."""
    grave = loan["overdue_days"] > 90  # noqa: PLR2004  # past the limit of non-performing loans
    share = loan.get("ecl_ratio") or (_UNIMPAIRED if grave else _GENERAL)
    return round(float(loan["balance"]) * share, 1)


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return dt.date(day.year + year, month + 1, min(day.day, last))
