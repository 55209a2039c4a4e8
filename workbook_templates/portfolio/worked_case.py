"""A small synthetic portfolio, so that a new workbook opens with every cell filled.

Every name is made up and says so. The figures follow from one hidden quality per customer, so
that weak ratios, arrears and thin income go together as they do in a bank; they are the same in
both languages.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from udfs import tables
from workbook_templates.blocks import CellValue
from workbook_templates.fields import TableName, fields
from workbook_templates.fields import field as find_field
from workbook_templates.language import Lang, Speaker

AS_OF: Final = dt.date(2026, 3, 31)
CUSTOMERS: Final = 40
LOANS: Final = 90
TRANSACTIONS: Final = 300
_SEED: Final = 231
_DEFAULT_DAYS, _DOUBTFUL_DAYS, _OVERDUE_DAYS, _SHORT_HISTORY = 90, 270, 30, 2
_ARREARS_QUALITY, _LATE_QUALITY, _GROUP_QUALITY = 0.22, 0.36, 0.8
"""Below the first quality customers are in default, below the second late now and then."""

Row: TypeAlias = dict[str, CellValue]

_WORDS: Final = (
    ("Harbour", "海港"), ("Jade", "碧玉"), ("River", "江川"), ("Summit", "高峰"),
    ("Cedar", "雪松"), ("Lotus", "莲花"), ("Amber", "琥珀"), ("Phoenix", "凤翔"),
    ("Bamboo", "翠竹"), ("Lantern", "明灯"), ("Willow", "垂柳"), ("Orchid", "兰芝"),
    ("Falcon", "飞隼"), ("Granite", "磐石"), ("Meadow", "青原"), ("Coral", "珊瑚"),
    ("Maple", "红枫"), ("Aurora", "晨曦"), ("Canyon", "峡谷"), ("Pearl", "明珠"),
    ("Beacon", "灯塔"), ("Skylark", "云雀"), ("Indigo", "靛蓝"), ("Juniper", "翠柏"),
    ("Kestrel", "红隼"), ("Lagoon", "碧湖"), ("Magnolia", "玉兰"), ("Nimbus", "云海"),
    ("Opal", "蛋白石"), ("Pine", "青松"), ("Quartz", "水晶"), ("Raven", "玄鸟"),
    ("Saffron", "金穗"), ("Tundra", "北原"), ("Umber", "赭石"), ("Valley", "山谷"),
    ("Wisteria", "紫藤"), ("Comet", "流星"), ("Yarrow", "青禾"), ("Zephyr", "和风"),
)  # fmt: skip
_TRADES: Final = (
    ("C17", "Textiles", "纺织"),
    ("C26", "Chemicals", "化工"),
    ("C33", "Metal Works", "金属制品"),
    ("C35", "Machinery", "机械"),
    ("C39", "Electronics", "电子"),
    ("D44", "Power", "电力"),
    ("E47", "Construction", "建筑"),
    ("F51", "Trading", "贸易"),
    ("F52", "Retail", "零售"),
    ("G54", "Haulage", "货运"),
    ("592", "Storage", "仓储"),
    ("H61", "Hotels", "酒店"),
    ("I65", "Software", "软件"),
    ("701", "Property", "置业"),
    ("L72", "Services", "商务服务"),
    ("A01", "Farming", "农业"),
    ("C13", "Foods", "食品"),
    ("C36", "Motor Parts", "汽车零部件"),
)
_PERSONS: Final = (12, 27)
"""The customers who are sole traders."""
_CONNECTED: Final = {
    number: f"G{place:02d}"
    for place, members in enumerate(((3, 8, 21), (5, 17), (18, 30, 36), (2, 26)), start=1)
    for number in members
}
"""The groups of connected customers, by the customers' numbers."""
_CIRCUMSTANCES: Final = {9: "refinanced", 17: "debt_evasion", 31: "changed_use"}
"""What decides the five-tier class of some customers beside their arrears."""
_BOOKED: Final = {
    "normal": 0.026,
    "special mention": 0.06,
    "substandard": 0.45,
    "doubtful": 0.7,
}
"""Provisions on the made-up bank's books as a share of the balance, by the class in its books."""
_REGIONS: Final = ("110000", "310000", "320500", "330100", "370200", "410100", "420100", "440300",
                   "510100", "610100", "210200", "350200")  # fmt: skip


@dataclass(slots=True)
class _Borrower:
    """What a customer's row follows from, and what its loans add up to."""

    customer_id: str
    quality: float
    revenue: float
    years: int
    collateral: float
    exposure: float = 0.0
    overdue: int = 0


@dataclass(slots=True)
class WorkedCase:
    """The rows of the three data tables, by field name."""

    customers: list[Row] = field(default_factory=list)
    loans: list[Row] = field(default_factory=list)
    transactions: list[Row] = field(default_factory=list)

    @property
    def is_filled(self) -> bool:
        """Whether there is a case at all, rather than blank rows to fill in."""
        return any(map(bool, self.customers))

    def rows(self, table: TableName, lang: Lang) -> list[list[CellValue]]:
        """A table's rows in the order of the dictionary, options in the language's words."""
        made: list[Row] = getattr(self, table)
        return [
            [_cell(table, f.name, row.get(f.name), lang) for f in fields(table)] for row in made
        ]


def _cell(table: TableName, name: str, value: CellValue, lang: Lang) -> CellValue:
    options = find_field(table, name).options
    if value is None or not options:
        return value
    return options[str(value)] if lang == "zh" else value


def worked_case(lang: Lang) -> WorkedCase:
    """The synthetic portfolio as of 31 March 2026; the same figures in both languages."""
    chance = random.Random(_SEED)  # noqa: S311  # nothing here is secret
    ranks = [(i + 0.5) / CUSTOMERS for i in range(CUSTOMERS)]
    chance.shuffle(ranks)
    case = WorkedCase()
    borrowers = [_borrower(number, _quality(rank), chance) for number, rank in enumerate(ranks)]
    for number, borrower in enumerate(borrowers):
        case.customers.append(_customer(number, borrower, chance, lang))
    case.loans = _loans(borrowers, chance)
    case.transactions = _transactions(borrowers, chance)
    words = _words_of("grade_caps", "condition", lang)
    reasons = _words_of("loan_class_triggers", "class_trigger", lang)
    for number, (row, borrower) in enumerate(zip(case.customers, borrowers, strict=True)):
        row["knockouts"] = ", ".join(words[code] for code in _conditions(borrower)) or None
        if number in _CIRCUMSTANCES:
            row["circumstances"] = reasons[_CIRCUMSTANCES[number]]
        if number % 3:
            row["contribution"] = round(borrower.exposure * (0.012 + 0.02 * borrower.quality), 1)
    return case


def _quality(rank: float) -> float:
    """A hidden quality between 0 and 1, with most customers in the middle."""
    middle = 0.52 + 4 * (rank - 0.5) ** 3
    return 0.13 + 0.8 * (0.45 * rank + 0.55 * middle)


def _borrower(number: int, quality: float, chance: random.Random) -> _Borrower:
    revenue = round(6_000 * math.exp(chance.gauss(0.4 + quality, 1.0)), -1)
    return _Borrower(
        customer_id=f"C{number + 1:04d}",
        quality=quality,
        revenue=_within(revenue, 180, 250_000),
        years=max(1, round(3 + 18 * quality + chance.gauss(0, 3))),
        collateral=round(_within(0.35 + 0.9 * quality + chance.gauss(0, 0.2), 0, 2), 2),
    )


def _customer(number: int, borrower: _Borrower, chance: random.Random, lang: Lang) -> Row:
    say = Speaker(lang)
    word_en, word_zh = _WORDS[number]
    code, trade_en, trade_zh = _TRADES[(number * 7) % len(_TRADES)]
    quality, revenue = borrower.quality, borrower.revenue
    person = number in _PERSONS

    def around(value: float, spread: float) -> float:
        return value + chance.gauss(0, spread)

    return {
        "customer_id": borrower.customer_id,
        "name": say(
            f"Sample {word_en} {trade_en}{', sole trader' if person else ' Co., Ltd.'}",
            f"示例{word_zh}{trade_zh}{'（个体工商户）' if person else '有限公司'}",
        ),
        "kind": "individual" if person else "enterprise",
        "industry": code,
        "region": _REGIONS[(number * 5) % len(_REGIONS)],
        "employees": max(3, round(revenue / chance.uniform(60, 160))),
        "revenue": revenue,
        "assets": round(revenue * chance.uniform(0.7, 1.5), -1),
        "debt_ratio": round(_within(around(0.86 - 0.5 * quality, 0.05), 0.18, 0.97), 3),
        "current_ratio": round(_within(around(0.65 + 1.25 * quality, 0.12), 0.3, 3), 2),
        "interest_cover": round(_within(around(7.5 * quality - 0.4, 0.7), -3, 15), 1),
        "cash_flow_ratio": round(around(0.4 * quality - 0.08, 0.04), 3),
        "profit_margin": round(around(0.18 * quality - 0.04, 0.02), 3),
        "revenue_growth": round(around(0.34 * quality - 0.18, 0.05), 3),
        "years_in_business": borrower.years,
        "management": _judgement("management", around(quality, 0.12)),
        "market_position": _judgement("market_position", around(quality, 0.15)),
        "credit_record": _judgement("credit_record", around(quality + 0.25, 0.08)),
        "collateral_ratio": borrower.collateral,
        "group": "yes" if quality > _GROUP_QUALITY and number % 2 else "no",
        "connected_group": _CONNECTED.get(number),
        "knockouts": None,
        "circumstances": None,
        "contribution": None,
        "products_held": _within(round(around(1 + 5 * quality, 1.2)), 1, 8),
        "last_review": AS_OF - dt.timedelta(days=chance.randint(12, 250)),
        "consent": "yes" if person else None,
        "owner": f"{say('Manager', '经理')} {number % 6 + 1:02d}",
    }


def _within(value: float, lower: float, upper: float) -> float:
    return min(max(value, lower), upper)


def _judgement(name: str, quality: float) -> str:
    """One of the field's options, which run from best to worst."""
    options = list(find_field("customers", name).options)
    return options[int((1 - _within(quality, 0.001, 1)) * len(options))]


def _loans(borrowers: list[_Borrower], chance: random.Random) -> list[Row]:
    """Every customer has a loan and some have several; adds up what each owes."""
    owners = list(borrowers) + chance.choices(borrowers, k=LOANS - CUSTOMERS)
    owners.sort(key=lambda owner: owner.customer_id)
    rows: list[Row] = []
    for number, owner in enumerate(owners):
        start = AS_OF - dt.timedelta(days=chance.randint(40, 1000))
        term = dt.timedelta(days=chance.choice((365, 730, 1095, 1825)))
        amount = max(50, round(owner.revenue * chance.uniform(0.03, 0.11), -1))
        balance = round(amount * chance.uniform(0.55, 1.0))
        overdue = _days_overdue(owner.quality, chance)
        owner.exposure += balance
        owner.overdue = max(owner.overdue, overdue)
        five_tier = _five_tier(overdue)
        rows.append(
            {
                "loan_id": f"L{number + 1:05d}",
                "customer_id": owner.customer_id,
                "start": start,
                "maturity": max(start + term, AS_OF + dt.timedelta(days=30)),
                "amount": amount,
                "balance": balance,
                "rate": round(0.056 - 0.02 * owner.quality + chance.gauss(0, 0.001), 4),
                "overdue_days": overdue,
                "five_tier": five_tier,
                "impaired": "yes" if overdue > _DEFAULT_DAYS else "no",
                "provision": round(balance * _BOOKED[five_tier]),
                "collateral_value": round(amount * owner.collateral),
                "guarantee": chance.choice(("none", "guarantor", "mortgage", "mortgage", "pledge")),
                "default": "yes" if overdue > _DEFAULT_DAYS else "no",
            }
        )
    return rows


def _days_overdue(quality: float, chance: random.Random) -> int:
    """Arrears of one loan: long for the weakest customers, none for most."""
    if quality < _ARREARS_QUALITY:
        return chance.randint(95, 190)
    if quality < _LATE_QUALITY:
        return chance.choice((0, 12, 34, 48))
    return 0


def _five_tier(days: int) -> str:
    if days == 0:
        return "normal"
    if days <= _DEFAULT_DAYS:
        return "special mention"
    return "substandard" if days <= _DOUBTFUL_DAYS else "doubtful"


def _conditions(borrower: _Borrower) -> list[str]:
    """Codes of the conditions that cap the grade, as the built-in table names them."""
    found = []
    if borrower.overdue > _DEFAULT_DAYS:
        found.append("default")
    elif borrower.overdue > _OVERDUE_DAYS:
        found.append("overdue_30")
    if borrower.years < _SHORT_HISTORY:
        found.append("short_history")
    return found


def _words_of(table: str, code: str, lang: Lang) -> dict[str, str]:
    """What a workbook of the language writes for each code of a table."""
    rows = tables.builtin(table).rows
    return dict(zip(rows[code], rows["label_zh" if lang == "zh" else code], strict=True))


def _transactions(borrowers: list[_Borrower], chance: random.Random) -> list[Row]:
    """Income events of the last 24 months; better customers come more often and later."""
    weights = [0.35 + borrower.quality for borrower in borrowers]
    owners = [owner for owner in borrowers for _ in range(2)]
    owners += chance.choices(borrowers, weights, k=TRANSACTIONS - len(owners))
    rows: list[Row] = []
    for owner in sorted(owners, key=lambda owner: owner.customer_id):
        days = int(chance.triangular(2, 700, 15 + 380 * (1 - owner.quality)))
        missed = chance.random() < 0.3 - 0.45 * owner.quality
        earned = owner.exposure * chance.uniform(0.002, 0.009)
        kind = chance.choice(("drawdown", "repayment", "repayment", "fee"))
        rows.append(
            {
                "customer_id": owner.customer_id,
                "date": AS_OF - dt.timedelta(days=days),
                "amount": 0 if missed else round(earned, 1),
                "kind": "missed" if missed else kind,
                "count": 1,
            }
        )
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["customer_id"])))
