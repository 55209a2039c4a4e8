"""The risk weight function of the internal ratings-based approach."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from udfs.capital.irb_rules import Figure, Rules
from udfs.cells import BoolArray
from udfs.kinds import FloatArray
from udfs.labels import NOWHERE, IndexArray
from udfs.records import record

_ANCHOR_YEARS: Final = 2.5
"""The maturity at which the formula's adjustment is 1 / (1 - 1.5 b)."""
_TO_ASSETS: Final = 12.5
"""From capital to risk-weighted assets: the reciprocal of the minimum ratio of 8 %."""


@record
class Irb:
    """What goes into the formula for each exposure, and what comes out of it.

    Attributes:
        rules: the parameters.
        lgds: the supervisory LGD, of which ``claim`` is each exposure's row.
        claim: the row of ``lgds``, used where ``own_lgd`` is false.
        stated_pd: PD as given; ``pd`` is at least the floor.
        lgd: loss given default.
        years: effective maturity within its bounds; NaN where there is no maturity adjustment.
        stated_years: as given.
        sales: as given; NaN where not known.
    """

    rules: Rules
    lgds: pd.DataFrame
    claim: IndexArray
    own_lgd: BoolArray
    stated_pd: FloatArray
    pd: FloatArray
    lgd: FloatArray
    years: FloatArray
    stated_years: FloatArray
    sales: FloatArray
    ead: FloatArray
    correlation: FloatArray
    maturity_factor: Figure
    capital: FloatArray

    @property
    def weight(self) -> FloatArray:
        """Risk weight."""
        return np.asarray(self.capital * _TO_ASSETS * self.rules.figure("scaling"))


@record
class Given:
    """What a call states about each exposure, NaN where it states nothing."""

    pd: FloatArray
    lgd: FloatArray
    years: FloatArray
    sales: FloatArray | None
    ead: FloatArray | None


def loss(own: FloatArray, lgds: pd.DataFrame, place: IndexArray) -> tuple[FloatArray, BoolArray]:
    """The LGD of each exposure, and whether it is the bank's own."""
    known = ~np.isnan(own)
    if known.all():
        return own, known
    supervisory = np.append(lgds["lgd"].to_numpy(dtype=np.float64), np.nan)[place]
    return np.where(known, own, np.where(place == NOWHERE, np.nan, supervisory)), known


def computed(
    rules: Rules, given: Given, lgds: pd.DataFrame, claim: tuple[IndexArray, BoolArray]
) -> Irb:
    """Correlation, maturity adjustment and capital of each exposure.

    Args:
        rules: the parameters.
        given: what the call states.
        lgds: the supervisory LGD.
        claim: the row of ``lgds`` for each exposure, and whether its LGD is the bank's own.

    Returns:
        The parts of the formula with its result.
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - slow to import, needed here alone

    chance = np.maximum(given.pd, rules.figure("pd_floor"))
    nothing = np.full(len(chance), np.nan)
    sales = nothing if given.sales is None else given.sales
    correlation = _correlation(rules, chance, given.sales)
    shock = np.sqrt(correlation) * ndtri(rules.figure("confidence"))
    stressed = ndtr((ndtri(chance) + shock) / np.sqrt(1 - correlation))
    years = _years(rules, given.years)
    factor = _maturity_factor(rules, chance, years)
    capital = given.lgd * (stressed - chance) * factor
    return Irb(
        rules=rules,
        lgds=lgds,
        claim=claim[0],
        own_lgd=claim[1],
        stated_pd=given.pd,
        pd=chance,
        lgd=given.lgd,
        years=years,
        stated_years=given.years,
        sales=sales,
        ead=nothing if given.ead is None else given.ead,
        correlation=correlation,
        maturity_factor=factor,
        capital=np.asarray(capital),
    )


def _correlation(rules: Rules, chance: FloatArray, sales: FloatArray | None) -> FloatArray:
    low, high = rules.figure("correlation_low"), rules.figure("correlation_high")
    decay = rules.figure("correlation_decay")
    nearness = np.expm1(-decay * chance) / np.expm1(-decay)
    correlation = (low * nearness + high * (1 - nearness)) * rules.figure("correlation_multiplier")
    if sales is None:
        return np.asarray(correlation)
    lower, upper = rules.figure("sales_lower"), rules.figure("sales_upper")
    smallness = 1 - (np.clip(sales, lower, upper) - lower) / (upper - lower)
    # A firm without known sales, and a class without bounds, is NaN here and keeps its correlation.
    reduction = np.nan_to_num(smallness * rules.figure("sales_reduction"))
    return np.asarray(correlation - reduction)


def _years(rules: Rules, stated: FloatArray) -> FloatArray:
    years = np.where(np.isnan(stated), rules.figure("years_default"), stated)
    bounded = np.clip(years, rules.figure("years_lower"), rules.figure("years_upper"))
    return np.where(np.isnan(rules.figure("maturity_slope")), np.nan, bounded)


def _maturity_factor(rules: Rules, chance: FloatArray, years: FloatArray) -> Figure:
    """By how much maturity raises capital; 1 where the rules have no maturity adjustment."""
    slope = rules.figure("maturity_slope")
    if np.isnan(slope).all():
        return 1.0
    steepness = (rules.figure("maturity_intercept") - slope * np.log(chance)) ** 2
    factor = (1 + (years - _ANCHOR_YEARS) * steepness) / (1 + (1 - _ANCHOR_YEARS) * steepness)
    return np.where(np.isnan(slope), 1.0, factor)
