"""The synthetic bank: customers, their loans and the income they bring, from one seed.

One hidden number per customer, its quality, drives the ratios, the judgements, the overdue days
and the defaults, so that grades computed from the ratios find the defaults again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from addin.demo.names import OWNERS, company_names, person_names

Floats: TypeAlias = npt.NDArray[np.float64]

LOANS_PER_CUSTOMER: Final = 4
EVENTS_PER_CUSTOMER: Final = 40
INDIVIDUAL_SHARE: Final = 0.08
GOVERNMENT_SHARE: Final = 0.01
GROUP_SHARE: Final = 0.03
QUALITY_DRIFT: Final = 0.25
WINDOW_DAYS: Final = 720
QUARTER_DAYS: Final = 91
SERIOUS_DAYS: Final = 60
DEFAULT_DAYS: Final = 90
SUED_BELOW: Final = -3.2
CONNECTED_SHARE: Final = 0.06
MEMBERS_PER_GROUP: Final = 3
CIRCUMSTANCES: Final = {"refinanced": 0.006, "changed_use": 0.003, "debt_evasion": 0.001}
"""What decides a customer's five-tier class beside arrears, and how many customers it meets."""
BOOKED_RATES: Final = {
    "normal": 0.021,
    "special mention": 0.05,
    "substandard": 0.4,
    "doubtful": 0.7,
    "loss": 1.0,
}
"""Provisions on the bank's books as a share of the balance, by the class in its books."""
TIER1_SHARE: Final = 0.07
CAPITAL_SHARE: Final = 0.085
"""The bank's own capital as a share of its loans."""
CHINESE_SHARE: Final = 0.6
SECTION_WEIGHTS: Final = {
    "A": 4, "B": 2, "C": 30, "D": 3, "E": 9, "F": 20, "G": 6, "H": 4, "I": 5,
    "K": 4, "L": 5, "M": 4, "N": 2, "O": 1, "R": 1,
}  # fmt: skip
DIVISIONS: Final = {
    "A": ("01", "03"), "B": ("06", "08"), "C": ("13", "17", "26", "33", "34", "38", "39"),
    "D": ("44", "46"), "E": ("47", "48"), "F": ("51", "52"), "G": ("54", "58", "594"),
    "H": ("61", "62"), "I": ("64", "65"), "K": ("701", "702"), "L": ("71", "72"),
    "M": ("73", "75"), "N": ("77",), "O": ("80",), "R": ("86",),
}  # fmt: skip
REGIONS: Final = (
    "110105", "120101", "130102", "210102", "220102", "310104", "320102", "330106", "340104",
    "350203", "370102", "410105", "420106", "430104", "440106", "450103", "500106", "510107",
    "530103", "610113", "650102",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bank:
    """The bank's three tables as of one day; columns are named as in the field dictionary."""

    as_of: np.datetime64
    customers: pd.DataFrame
    loans: pd.DataFrame
    transactions: pd.DataFrame

    @property
    def tier1_capital(self) -> float:
        """Net tier 1 capital, CNY 10k."""
        return float(np.round(TIER1_SHARE * self.loans["balance"].sum(), -2))

    @property
    def net_capital(self) -> float:
        """Net capital, CNY 10k."""
        return float(np.round(CAPITAL_SHARE * self.loans["balance"].sum(), -2))


def make_bank(
    customers: int = 5000, *, as_of: str = "2026-09-30", quarter: int = 0, seed: int = 2026
) -> Bank:
    """Make the bank.

    Args:
        customers: how many customers; four loans and forty events come with each.
        as_of: the day of the last quarter's figures.
        quarter: 0 for the last quarter, 1 for the one before it, and so on. Customers stay the
            same; their quality drifts.
        seed: the same seed makes the same bank.

    Returns:
        Clean tables; ``write_sources`` adds the dirt of real files.
    """
    rng = np.random.default_rng([seed, 0])
    last = np.datetime64(as_of, "D")
    day = last - np.timedelta64(QUARTER_DAYS * quarter, "D")
    quality = rng.standard_normal(customers)
    people = _people(customers, quality, rng)
    people = people.assign(**_risk_facts(customers, np.random.default_rng([seed, 4])))
    quality = quality + QUALITY_DRIFT * np.sqrt(quarter) * rng.standard_normal(customers)
    ids = people["customer_id"].to_numpy()
    weight = _size_weight(people["revenue"].to_numpy())
    loans = _loans(ids, quality, weight, last, np.random.default_rng([seed, 1]))
    loans = loans[loans["start"] <= day].reset_index(drop=True)
    events = _events(ids, quality, weight, last, np.random.default_rng([seed, 2]))
    events = events[events["date"] <= day].reset_index(drop=True)
    figures = np.random.default_rng([seed, 3])
    return Bank(day, _with_figures(people, quality, loans, day, figures), loans, events)


def _people(count: int, quality: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """What does not change from quarter to quarter."""
    letters = rng.choice(
        list(SECTION_WEIGHTS), size=count, p=np.array([*SECTION_WEIGHTS.values()]) / 100
    )
    industry = np.array([str(rng.choice(DIVISIONS[letter])) for letter in letters], dtype=object)
    chinese = rng.random(count) < CHINESE_SHARE
    kind = rng.choice(
        ["enterprise", "individual", "government"],
        size=count,
        p=[1 - INDIVIDUAL_SHARE - GOVERNMENT_SHARE, INDIVIDUAL_SHARE, GOVERNMENT_SHARE],
    ).astype(object)
    individual = kind == "individual"
    names = np.where(
        individual, person_names(count, chinese, rng), company_names(letters, chinese, rng)
    )
    revenue = np.round(np.exp(rng.normal(8.3, 1.6, count)), 2)
    return pd.DataFrame(
        {
            "customer_id": [f"C{i + 1:06d}" for i in range(count)],
            "name": names,
            "kind": kind,
            "industry": np.where(individual, "", industry),
            "region": rng.choice(REGIONS, size=count),
            "employees": np.where(
                individual, np.nan, np.ceil(revenue / rng.uniform(40, 140, count))
            ),
            "revenue": np.where(individual, np.round(revenue / 200, 2), revenue),
            "assets": np.round(revenue * rng.lognormal(0.2, 0.5, count), 2),
            "years_in_business": np.round(2 + rng.gamma(3, 4, count) + np.maximum(quality, 0), 1),
            "group": np.where(rng.random(count) < GROUP_SHARE, "yes", "no"),
            "consent": np.where(individual, "yes", ""),
            "owner": [
                OWNERS[pick][int(is_chinese)]
                for pick, is_chinese in zip(
                    rng.integers(len(OWNERS), size=count), chinese, strict=True
                )
            ],
            "products_held": rng.integers(1, 8, size=count),
        }
    )


def _risk_facts(count: int, rng: np.random.Generator) -> dict[str, npt.NDArray[np.object_]]:
    """Groups of connected customers, and circumstances that decide a five-tier class."""
    groups = max(1, round(CONNECTED_SHARE * count / MEMBERS_PER_GROUP))
    member = rng.random(count) < CONNECTED_SHARE
    numbers = rng.integers(1, groups + 1, size=count)
    names = np.array([f"G{number:04d}" for number in numbers], dtype=object)
    codes = ["", *CIRCUMSTANCES]
    shares = [1 - sum(CIRCUMSTANCES.values()), *CIRCUMSTANCES.values()]
    return {
        "connected_group": np.where(member, names, ""),
        "circumstances": np.array(codes, dtype=object)[rng.choice(len(codes), count, p=shares)],
    }


def _size_weight(revenue: Floats) -> Floats:
    weight: Floats = np.sqrt(np.maximum(revenue, 1.0))
    return weight


def _with_figures(
    people: pd.DataFrame,
    quality: Floats,
    loans: pd.DataFrame,
    day: np.datetime64,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The people with this quarter's ratios and judgements."""
    count = len(people)

    def near(middle: float, slope: float, spread: float, low: float, high: float) -> Floats:
        drawn = middle + slope * quality + spread * rng.standard_normal(count)
        figure: Floats = drawn.clip(low, high).round(4)
        return figure

    judged = quality + 0.6 * rng.standard_normal(count)
    overdue = loans.groupby("customer_id")["overdue_days"].max().reindex(people["customer_id"])
    worst = overdue.fillna(0).to_numpy()
    return people.assign(
        debt_ratio=near(0.58, -0.11, 0.09, 0.05, 1.4),
        current_ratio=near(1.45, 0.38, 0.30, 0.2, 6),
        interest_cover=near(3.6, 2.2, 1.5, -5, 40),
        cash_flow_ratio=near(0.22, 0.14, 0.11, -0.8, 2),
        profit_margin=near(0.07, 0.05, 0.04, -0.6, 0.6),
        revenue_growth=near(0.06, 0.07, 0.09, -0.7, 2),
        management=_judgement(judged),
        market_position=_judgement(quality + 0.8 * rng.standard_normal(count)),
        credit_record=np.select([worst > SERIOUS_DAYS, worst > 0], ["serious", "minor"], "clean"),
        collateral_ratio=near(0.85, 0.10, 0.35, 0, 3),
        knockouts=np.where(
            quality + rng.standard_normal(count) < SUED_BELOW, "dishonest_debtor", ""
        ),
        contribution=np.nan,
        last_review=day - rng.integers(5, 400, size=count).astype("timedelta64[D]"),
    )


def _judgement(value: Floats) -> npt.NDArray[np.object_]:
    steps = np.digitize(value, [-1.0, 0.1, 1.2])
    return np.array(["weak", "average", "good", "strong"], dtype=object)[steps]


def _loans(
    ids: npt.NDArray[np.object_],
    quality: Floats,
    weight: Floats,
    day: np.datetime64,
    rng: np.random.Generator,
) -> pd.DataFrame:
    count = len(ids) * LOANS_PER_CUSTOMER
    owner = np.sort(rng.integers(len(ids), size=count))
    risk = 1 / (1 + np.exp(3.3 + 1.5 * quality[owner]))
    late = rng.random(count) < risk
    overdue = np.where(late, np.ceil(rng.gamma(1.2, 70, count)), 0).astype(np.int64)
    age = rng.integers(10, 1500, size=count)
    term = rng.choice([12, 24, 36, 60, 84], size=count, p=[0.4, 0.15, 0.25, 0.15, 0.05])
    start = day - age.astype("timedelta64[D]")
    amount = np.round(weight[owner] * rng.lognormal(1.1, 0.7, count), 2)
    remaining = np.clip(1 - age / (term * 30.4), 0.05, 1)
    balance = np.round(amount * np.where(late, np.maximum(remaining, 0.4), remaining), 2)
    five_tier = _five_tier(overdue)
    booked = pd.Series(five_tier).map(BOOKED_RATES).to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "loan_id": [f"L{i + 1:07d}" for i in range(count)],
            "customer_id": ids[owner],
            "start": start,
            "maturity": start + np.ceil(term * 30.4375).astype("timedelta64[D]"),
            "amount": amount,
            "balance": balance,
            "rate": np.round(
                np.clip(0.031 + 0.012 * risk * 8 + rng.normal(0, 0.002, count), 0.02, 0.2), 5
            ),
            "overdue_days": overdue,
            "five_tier": five_tier,
            "impaired": np.where(overdue > DEFAULT_DAYS, "yes", "no"),
            "provision": np.round(balance * booked, 2),
            "collateral_value": np.round(balance * rng.uniform(0, 1.6, count), 2),
            "guarantee": rng.choice(["none", "guarantor", "mortgage", "pledge"], size=count),
            "default": np.where(overdue > DEFAULT_DAYS, "yes", "no"),
        }
    )


def _five_tier(overdue: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    tiers = np.array(["normal", "special mention", "substandard", "doubtful", "loss"], dtype=object)
    return tiers[np.digitize(overdue, [1, 91, 271, 361])]


def _events(
    ids: npt.NDArray[np.object_],
    quality: Floats,
    weight: Floats,
    day: np.datetime64,
    rng: np.random.Generator,
) -> pd.DataFrame:
    count = len(ids) * EVENTS_PER_CUSTOMER
    activity = np.exp(0.5 * rng.standard_normal(len(ids)) + 0.25 * quality)
    owner = rng.choice(len(ids), size=count, p=activity / activity.sum())
    ago = np.floor(WINDOW_DAYS * rng.beta(0.9, 1.6, count) * (1 - 0.12 * np.tanh(quality[owner])))
    kinds = rng.choice(
        ["repayment", "drawdown", "fee", "deposit", "renewal", "missed"],
        size=count,
        p=[0.56, 0.1, 0.16, 0.1, 0.04, 0.04],
    ).astype(object)
    income = weight[owner] * rng.lognormal(-4.2, 0.8, count)
    return pd.DataFrame(
        {
            "customer_id": ids[owner],
            "date": day - ago.astype("timedelta64[D]"),
            "amount": np.where(kinds == "missed", 0.0, np.round(income, 4)),
            "kind": kinds,
            "count": 1,
        }
    )
