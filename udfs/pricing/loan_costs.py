"""What a loan costs a bank per year: funding, operating cost, expected loss, capital and taxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from udfs.kinds import ANY_NUMBER, NOT_NEGATIVE, PROBABILITY, Bounds, Choice, FloatArray, Numbers
from udfs.pricing.parameters import or_policy
from udfs.records import record

BELOW_ONE: Final = Bounds(lower=0, upper=1, upper_open=True)
"""A tax rate: something is divided by one less it."""

FUNDING: Final = Choice(
    {
        "loan": ("whole loan", "全额"),
        "debt": ("debt part", "扣除资本"),
        "invested": ("capital invested", "资本投资"),
    }
)
VAT: Final = Choice({"excluded": ("net", "不含税"), "included": ("gross", "含税")})

Share = Annotated[FloatArray, Numbers(bounds=PROBABILITY)]
Rate = Annotated[FloatArray, Numbers(bounds=ANY_NUMBER)]
Weight = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
Tax = Annotated[FloatArray, Numbers(bounds=BELOW_ONE)]


@record
class Loan:
    """What a loan costs, each part as a share of the loan per year.

    Attributes:
        chance: probability of default.
        severity: loss given default.
        capital: capital held.
        tax: income tax rate.
        funding: cost of funds by the convention asked for.
        operating: operating cost.
        expected_loss: PD × LGD.
        benefit: what invested capital earns, as a negative cost.
    """

    chance: FloatArray
    severity: FloatArray
    capital: FloatArray
    tax: FloatArray
    funding: FloatArray
    operating: FloatArray
    expected_loss: FloatArray
    benefit: FloatArray


def loan_costs(
    figures: Mapping[str, float],
    costs: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    optional: tuple[FloatArray | None, FloatArray | None, FloatArray | None],
    convention: str,
) -> Loan:
    """What loans cost, by their own figures and the policy's where they have none.

    Args:
        figures: the pricing policy.
        costs: cost of funds, operating cost, PD and LGD.
        optional: risk weight, capital ratio and tax.
        convention: one of ``FUNDING``.

    Returns:
        The parts of the cost.
    """
    funding_rate, operating, chance, severity = costs
    usual = (figures["risk_weight"], figures["capital_ratio"], figures["tax"])
    count = len(chance)
    weight, ratio, tax = (or_policy(g, count, u) for g, u in zip(optional, usual, strict=True))
    capital = weight * ratio
    funding = funding_rate * (1 - capital) if convention == "debt" else funding_rate
    earns = figures["capital_yield"] if convention == "invested" else 0.0
    return Loan(
        chance, severity, capital, tax, funding, operating, chance * severity, 0.0 - capital * earns
    )


def vat_share(figures: Mapping[str, float], vat: str) -> float:
    """VAT and surcharges as a share of what the customer pays."""
    if vat == "excluded":
        return 0.0
    rate = figures["vat_rate"]
    return rate * (1 + figures["vat_surcharges"]) / (1 + rate)


def added(parts: tuple[FloatArray, ...]) -> FloatArray:
    """The sum of the parts from left to right."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
