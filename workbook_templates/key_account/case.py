"""The worked case: a made-up group of manufacturers and what the bank does with it.

Amounts in 10k yuan (万元).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

Words = tuple[str, str]
"""A text in English and Chinese."""

AS_OF: Final = dt.date(2026, 3, 31)
GROUP: Final = (
    "Haiyue New Energy Equipment Group (made up)",
    "海岳新能源装备集团有限公司（虚构）",
)
QUARTERS: Final = ("2024Q2", "2024Q3", "2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1")


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the group, and its business with the bank; rates as decimals per year."""

    name: Words
    relation: str
    share: float | None
    grade: str
    loans: float | None
    loan_rate: float | None
    deposits: float | None
    deposit_rate: float | None
    fees: float
    costs: float
    other_banks: float


COMPANIES: Final = (
    Company(("Haiyue Group parent", "海岳集团本部"), "parent", None, "AA",
            60000, 0.0315, 42000, 0.009, 260, 180, 150000),
    Company(("Haiyue Wind Blades", "海岳风电叶片"), "subsidiary", 1.0, "AA",
            24000, 0.0295, 9500, 0.008, 70, 60, 38000),
    Company(("Haiyue Electric", "海岳电气"), "subsidiary", 0.82, "A",
            18000, 0.0345, 6200, 0.008, 45, 55, 26000),
    Company(("Haiyue Storage", "海岳储能科技"), "subsidiary", 0.67, "BBB",
            12000, 0.0395, 3000, 0.008, 30, 48, 21000),
    Company(("Haiyue Trading", "海岳国际贸易"), "subsidiary", 1.0, "A",
            None, None, 8800, 0.007, 120, 40, 5000),
    Company(("Binhai Forgings", "滨海锻件"), "associate", 0.35, "BBB",
            6000, 0.041, 900, 0.008, 8, 25, 9000),
)  # fmt: skip

CONTACTS: Final[tuple[tuple[Words, int, Words, str, str, Words], ...]] = (
    (("Lu Heng", "陆衡"), 0, ("Chairman", "董事长"), "decides", "supportive", ("Branch head", "分行行长")),
    (("Tang Yi", "唐怡"), 0, ("Finance director", "财务总监"), "decides", "neutral", ("Account manager", "客户经理")),
    (("He Lin", "何霖"), 1, ("Plant manager", "厂长"), "uses", "supportive", ("Account manager", "客户经理")),
    (("Xu Zhao", "许昭"), 3, ("General manager", "总经理"), "influences", "critical", ("Product manager", "产品经理")),
)  # fmt: skip
"""Name, place of the company, position, role in decisions, stance, our counterpart."""

INDICATORS: Final[dict[str, tuple[float, ...]]] = {
    "receivables_overdue_ratio": (0.032, 0.035, 0.034, 0.038, 0.041, 0.047, 0.062, 0.081),
    "debt_ratio": (0.552, 0.556, 0.549, 0.561, 0.568, 0.577, 0.589, 0.603),
    "profit_margin": (0.094, 0.096, 0.095, 0.093, 0.091, 0.088, 0.083, 0.079),
    "revenue": (182000, 191000, 203000, 214000, 188000, 195000, 206000, 209000),
    "current_ratio": (1.38, 1.36, 1.39, 1.37, 1.33, 1.31, 1.27, 1.18),
    "interest_cover": (5.1, 5.3, 5.2, 5.0, 4.7, 4.4, 3.9, 3.6),
    "dscr": (1.62, 1.64, 1.60, 1.58, 1.55, 1.50, 1.41, 1.36),
    "overdue_days": (0, 0, 0, 0, 0, 0, 0, 0),
}
"""Eight quarters of the indicators of the early warning, oldest first."""
EVENTS_THAT_HOLD: Final = ("key_person",)

ANSWERS: Final[tuple[Words, ...]] = (
    ("within 90 days", "90 天内"),
    ("expansion", "扩产或投资"),
    ("plans move back", "计划推迟"),
    ("more than 6 months", "6 个月以上"),
    ("none", "没有逾期"),
    ("several", "有多条"),
)
"""Answers to the questionnaire on the urgency of funds."""

USES: Final[tuple[tuple[Words, float], ...]] = (
    (("Offshore blade plant", "海上叶片工厂"), 48000),
    (("Research line for storage", "储能研发线"), 9000),
    (("Working capital of signed orders", "在手订单营运资金"), 15000),
    (("Repayment of old leases", "归还存量租赁"), 8000),
)
SOURCES: Final[tuple[tuple[Words, float, float, float, int, str], ...]] = (
    (("Our term loan", "本行固定资产贷款"), 28000, 0.0325, 0.001, 5, "equal"),
    (("Syndicated loan", "银团贷款"), 20000, 0.034, 0.003, 7, "equal"),
    (("Medium-term note", "中期票据"), 18000, 0.0295, 0.003, 3, "bullet"),
    (("Private debt", "私募债"), 4000, 0.056, 0.005, 3, "bullet"),
    (("Financial lease", "融资租赁"), 6000, 0.044, 0.002, 5, "equal"),
    (("Supply chain finance", "供应链融资"), 4000, 0.031, 0.0, 1, "bullet"),
)
"""Channel, amount, rate, one-off fee, years, repayment."""

SERVICE_DATES: Final[dict[str, dt.date | None]] = {
    "senior_visit": dt.date(2025, 8, 20),
    "manager_visit": dt.date(2026, 3, 12),
    "site_check": dt.date(2026, 2, 4),
    "statement_review": dt.date(2026, 1, 22),
    "industry_report": dt.date(2025, 11, 5),
    "financing_review": dt.date(2026, 3, 18),
    "legal_finance": None,
    "satisfaction": dt.date(2025, 12, 15),
    "collateral_check": dt.date(2025, 6, 30),
    "annual_plan": dt.date(2026, 1, 15),
}
PRODUCTS_HELD: Final = ("settlement", "working_capital", "term_loan", "payroll", "trade_finance")


@dataclass(frozen=True, slots=True)
class Visit:
    """A row of the visit log."""

    day: dt.date
    company: int
    met: Words
    kind: str
    note: Words
    follow_up: Words
    owner: Words
    due: dt.date | None
    done: dt.date | None


VISITS: Final = (
    Visit(dt.date(2025, 8, 20), 0, ("Lu Heng", "陆衡"), "visit",
          ("Strategy for offshore wind explained; wants one lead bank for the group.",
           "介绍海上风电战略，希望确定集团主办行。"),
          ("Propose a lead-bank package", "提出主办行方案"), ("Account manager", "客户经理"),
          dt.date(2025, 9, 15), dt.date(2025, 9, 10)),
    Visit(dt.date(2025, 11, 5), 0, ("Tang Yi", "唐怡"), "meeting",
          ("Benchmark against peers handed over; margin falls with blade prices.",
           "交付行业对标报告，叶片价格下降带动利润率走低。"),
          ("Ask for the price plan of 2026", "索取 2026 年价格计划"), ("Account manager", "客户经理"),
          dt.date(2025, 12, 10), dt.date(2025, 12, 8)),
    Visit(dt.date(2026, 1, 22), 3, ("Xu Zhao", "许昭"), "visit",
          ("Two suppliers sued the company over payment.", "公司被两家供应商起诉。"),
          ("Get the court papers and a plan to settle", "取得诉讼材料与和解方案"), ("Credit analyst", "信贷分析员"),
          dt.date(2026, 2, 15), None),
    Visit(dt.date(2026, 2, 4), 1, ("He Lin", "何霖"), "site check",
          ("Blade stock as in the books; second shift began in January.",
           "叶片库存与账面一致，一月起增开第二班。"),
          ("", ""), ("", ""), None, None),
    Visit(dt.date(2026, 3, 12), 0, ("Tang Yi", "唐怡"), "call",
          ("Finance director will change in June; successor not named.",
           "财务总监六月更换，继任者未定。"),
          ("Meet the successor", "拜访继任者"), ("Branch head", "分行行长"),
          dt.date(2026, 6, 30), None),
    Visit(dt.date(2026, 3, 18), 0, ("Tang Yi", "唐怡"), "meeting",
          ("Financing plan by channel discussed; board decides in April.",
           "讨论分渠道融资方案，董事会四月决策。"),
          ("Send the term sheet", "发送条款清单"), ("Product manager", "产品经理"),
          dt.date(2026, 4, 10), None),
)  # fmt: skip
