"""A small synthetic portfolio, so that a new workbook opens with every cell filled.

Every name is made up and says so. The figures follow from one hidden quality per customer, so
that weak ratios, arrears and thin income go together as they do in a bank; they are the same in
both languages.
"""

from __future__ import annotations

import datetime as dt
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
_SEED: Final = 20260331

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
_REGIONS: Final = ("110000", "310000", "320500", "330100", "370200", "410100", "420100", "440300",
                   "510100", "610100", "210200", "350200")  # fmt: skip


@dataclass(slots=True)
class WorkedCase:
    """The rows of the three data tables, by field name."""

    customers: list[Row] = field(default_factory=list)
    loans: list[Row] = field(default_factory=list)
    transactions: list[Row] = field(default_factory=list)

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
    case = WorkedCase()
    ranks = [(i + 0.5) / CUSTOMERS for i in range(CUSTOMERS)]
    chance.shuffle(ranks)
    qualities = [_quality(rank) for rank in ranks]
    for number, quality in enumerate(qualities):
        case.customers.append(_customer(number, quality, chance, lang))
    _add_loans(case, qualities, chance)
    _add_conditions(case, lang)
    _add_transactions(case, qualities, chance)
    return case


def _quality(rank: float) -> float:
    """A hidden quality between 0 and 1, with most customers in the middle."""
    middle = 0.52 + 4 * (rank - 0.5) ** 3
    return 0.13 + 0.8 * (0.45 * rank + 0.55 * middle)


def _customer(number: int, quality: float, chance: random.Random, lang: Lang) -> Row:
    say = Speaker(lang)
    word_en, word_zh = _WORDS[number]
    code, trade_en, trade_zh = _TRADES[(number * 7) % len(_TRADES)]
    revenue = round(min(250_000.0, 6_000 * 2.718281828 ** chance.gauss(0.4 + quality, 1.0)), -1)
    revenue = max(revenue, 180.0)
    noise = lambda spread: chance.gauss(0, spread)  # noqa: E731  # reads best inline
    reviewed = AS_OF - dt.timedelta(days=chance.randint(12, 250))
    return {
        "customer_id": f"C{number + 1:04d}",
        "name": say(f"Sample {word_en} {trade_en} Co., Ltd.", f"示例{word_zh}{trade_zh}有限公司"),
        "kind": "enterprise",
        "industry": code,
        "region": _REGIONS[(number * 5) % len(_REGIONS)],
        "employees": max(3, round(revenue / chance.uniform(60, 160))),
        "revenue": revenue,
        "assets": round(revenue * chance.uniform(0.7, 1.5), -1),
        "debt_ratio": round(_within(0.86 - 0.5 * quality + noise(0.05), 0.18, 0.97), 3),
        "current_ratio": round(_within(0.65 + 1.25 * quality + noise(0.12), 0.3, 3), 2),
        "interest_cover": round(_within(-0.4 + 7.5 * quality + noise(0.7), -3, 15), 1),
        "cash_flow_ratio": round(-0.08 + 0.4 * quality + noise(0.04), 3),
        "profit_margin": round(-0.04 + 0.18 * quality + noise(0.02), 3),
        "revenue_growth": round(-0.18 + 0.34 * quality + noise(0.05), 3),
        "years_in_business": max(1, round(3 + 18 * quality + noise(3))),
        "management": _grade("management", quality + noise(0.12)),
        "market_position": _grade("market_position", quality + noise(0.15)),
        "credit_record": _grade("credit_record", quality + 0.25 + noise(0.08)),
        "collateral_ratio": round(_within(0.35 + 0.9 * quality + noise(0.2), 0, 2), 2),
        "group": "yes" if quality > 0.8 and number % 2 else "no",
        "knockouts": None,
        "contribution": None,
        "products_held": _within(round(1 + 5 * quality + noise(1.2)), 1, 8),
        "last_review": reviewed,
        "consent": None,
        "owner": f"{say('Manager', '经理')} {number % 6 + 1:02d}",
    }


def _within(value: float, lower: float, upper: float) -> float:
    return min(max(value, lower), upper)


def _grade(name: str, quality: float) -> str:
    """One of the field's options, which run from best to worst."""
    options = list(find_field("customers", name).options)
    place = int((1 - _within(quality, 0.001, 1)) * len(options))
    return options[place]


def _add_loans(case: WorkedCase, qualities: list[float], chance: random.Random) -> None:
    owners = list(range(CUSTOMERS)) + chance.choices(range(CUSTOMERS), k=LOANS - CUSTOMERS)
    for number, owner in enumerate(sorted(owners)):
        customer = case.customers[owner]
        size = float(str(customer["revenue"])) * chance.uniform(0.03, 0.11)
        start = AS_OF - dt.timedelta(days=chance.randint(40, 1000))
        term = chance.choice((365, 730, 1095, 1825))
        amount = max(50, round(size, -1))
        overdue = _days_overdue(qualities[owner], chance)
        case.loans.append(
            {
                "loan_id": f"L{number + 1:05d}",
                "customer_id": customer["customer_id"],
                "start": start,
                "maturity": max(start + dt.timedelta(days=term), AS_OF + dt.timedelta(days=30)),
                "amount": amount,
                "balance": round(amount * chance.uniform(0.55, 1.0)),
                "rate": round(0.056 - 0.02 * qualities[owner] + chance.gauss(0, 0.001), 4),
                "overdue_days": overdue,
                "five_tier": _five_tier(overdue),
                "collateral_value": round(amount * float(str(customer["collateral_ratio"]))),
                "guarantee": chance.choice(("none", "guarantor", "mortgage", "mortgage", "pledge")),
                "default": "yes" if overdue > _DEFAULT_DAYS else "no",
            }
        )


_DEFAULT_DAYS: Final = 90
_DOUBTFUL_DAYS: Final = 270


def _days_overdue(quality: float, chance: random.Random) -> int:
    """Arrears of one loan: long for the weakest customers, none for most."""
    if quality < 0.22:  # noqa: PLR2004  # the shape of made-up data
        return chance.randint(95, 190)
    if quality < 0.36:  # noqa: PLR2004
        return chance.choice((0, 12, 34, 48))
    return 0


def _five_tier(days: int) -> str:
    if days == 0:
        return "normal"
    if days <= _DEFAULT_DAYS:
        return "special mention"
    return "substandard" if days <= _DOUBTFUL_DAYS else "doubtful"


def _add_conditions(case: WorkedCase, lang: Lang) -> None:
    """Name the conditions that cap a grade, in the words of the built-in table of caps."""
    caps = tables.builtin("grade_caps").rows.set_index("condition")
    column = "label_zh" if lang == "zh" else "condition"
    words = {code: code if lang == "en" else str(caps.loc[code, column]) for code in caps.index}
    overdue: dict[str, int] = {}
    for loan in case.loans:
        owner = str(loan["customer_id"])
        overdue[owner] = max(overdue.get(owner, 0), int(str(loan["overdue_days"])))
    for customer in case.customers:
        days = overdue.get(str(customer["customer_id"]), 0)
        found = []
        if days > _DEFAULT_DAYS:
            found.append("default")
        elif days > 30:  # noqa: PLR2004  # the condition's own name says it
            found.append("overdue_30")
        if int(str(customer["years_in_business"])) < 2:  # noqa: PLR2004
            found.append("short_history")
        customer["knockouts"] = ", ".join(words[code] for code in found) or None


def _add_transactions(case: WorkedCase, qualities: list[float], chance: random.Random) -> None:
    """Income events of the last 24 months; better customers come more often and later."""
    exposure: dict[str, float] = {}
    for loan in case.loans:
        owner = str(loan["customer_id"])
        exposure[owner] = exposure.get(owner, 0) + float(str(loan["balance"]))
    weights = [0.35 + quality for quality in qualities]
    extra = chance.choices(range(CUSTOMERS), weights, k=TRANSACTIONS - 2 * CUSTOMERS)
    events = [owner for owner in range(CUSTOMERS) for _ in range(2)] + extra
    for owner in sorted(events):
        customer = case.customers[owner]
        quality = qualities[owner]
        days = int(chance.triangular(2, 700, 15 + 380 * (1 - quality)))
        missed = chance.random() < 0.3 - 0.45 * quality
        kind = "missed" if missed else chance.choice(("drawdown", "repayment", "repayment", "fee"))
        earned = exposure[str(customer["customer_id"])] * chance.uniform(0.002, 0.009)
        case.transactions.append(
            {
                "customer_id": customer["customer_id"],
                "date": AS_OF - dt.timedelta(days=days),
                "amount": 0 if missed else round(earned, 1),
                "kind": kind,
                "count": 1,
            }
        )
    case.transactions.sort(key=lambda row: (str(row["date"]), str(row["customer_id"])))
    for number, customer in enumerate(case.customers):
        if number % 3:
            owed = exposure[str(customer["customer_id"])]
            customer["contribution"] = round(owed * (0.012 + 0.02 * qualities[number]), 1)
