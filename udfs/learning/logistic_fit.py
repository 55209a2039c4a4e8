"""The logistic model itself: Newton's method on standardised columns, and what it needs to know.

The likelihood is maximised by Newton's method (iteratively reweighted least squares) on columns
brought to mean 0 and standard deviation 1, so that amounts in yuan and ratios do equally well;
coefficients and their covariance are brought back to the units of the columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from udfs.cells import BoolArray
from udfs.kinds import FloatArray
from udfs.learning.binning_samples import IntArray
from udfs.records import record

_MOST_STEPS: Final = 60
_MOST_HALVINGS: Final = 30
_STEP: Final = 1e-8
"""A step this small ends the search: the next one would be about its square."""

_CELLS: Final = 9000
"""Rows are worked on in parts of so many cells: they fit the processor's cache, and they are
too small for the linear algebra library to share out among threads, which on a busy machine
wait for each other far longer than they work."""

_NOISE: Final = 1e-10
"""A likelihood may seem to fall by this share from rounding alone."""

_REDUNDANT: Final = 1e-10
"""A column with less variance of its own than this share tells nothing that others do not."""

_FAR: Final = 15.0
"""Log-odds beyond which a fit may be running off to infinity, and separation is looked for."""


@record
class Design:
    """Columns as the fit sees them.

    Attributes:
        columns: the columns that can be fitted, standardised, after a column of ones.
        means: the mean of each given column.
        scales: the standard deviation of each given column.
        kept: the given columns that are fitted.
        constant: the given columns that do not vary.
        redundant: the given columns that others determine, with those others.
        vif: variance inflation factor of each kept column.
    """

    columns: FloatArray
    means: FloatArray
    scales: FloatArray
    kept: list[int]
    constant: list[int]
    redundant: dict[int, list[int]]
    vif: FloatArray


@record
class Fit:
    """A fitted model in the units of the columns, the constant first.

    Attributes:
        coefficients: of the constant and the kept columns.
        covariance: of these.
        log_odds: of each row.
        log_likelihood: of the rows, without the penalty.
        steps: how many steps were taken.
        converged: whether the search ended.
    """

    coefficients: FloatArray
    covariance: FloatArray
    log_odds: FloatArray
    log_likelihood: float
    steps: int
    converged: bool

    @property
    def far(self) -> bool:
        """Whether the estimates may have no end."""
        return not self.converged or bool(np.abs(self.log_odds).max() > _FAR)


def design(values: FloatArray, weights: FloatArray) -> Design:
    """Standardise columns and find those that cannot be fitted.

    A column that earlier ones determine is left out, so the order of the columns says which of
    two that tell the same is kept.

    Args:
        values: rows and columns without gaps.
        weights: of the rows.
    """
    total = weights.sum()
    # Columns are first brought between -1 and 1, so that no square overflows or vanishes.
    sizes = np.abs(values).max(axis=0, initial=0.0)
    sizes[sizes == 0] = 1.0
    small = values / sizes
    means = np.einsum("i,ij->j", weights, small) / total
    centred = small - means
    scales = np.sqrt(np.einsum("i,ij,ij->j", weights, centred, centred) / total)
    # A column of one value has a spread of rounding errors at most.
    varies = scales > _REDUNDANT
    constant = np.flatnonzero(~varies).tolist()
    standard = np.divide(centred, scales, out=np.zeros_like(centred), where=varies)
    correlation = _products(standard, weights) / total
    kept: list[int] = []
    redundant: dict[int, list[int]] = {}
    for column in np.flatnonzero(varies).tolist():
        shares = np.linalg.solve(correlation[np.ix_(kept, kept)], correlation[kept, column])
        if 1.0 - correlation[kept, column] @ shares > _REDUNDANT:
            kept.append(column)
        else:
            telling = np.abs(shares) > np.sqrt(_REDUNDANT)
            redundant[column] = [place for place, tells in zip(kept, telling, strict=True) if tells]
    vif = np.diag(np.linalg.inv(correlation[np.ix_(kept, kept)])).copy()
    ones = np.ones((len(values), 1))
    return Design(
        np.hstack([ones, standard[:, kept]]),
        means * sizes,
        scales * sizes,
        kept,
        constant,
        redundant,
        vif,
    )


def _parts(rows: FloatArray) -> Iterator[slice]:
    """The rows in parts."""
    size = max(1, _CELLS // max(1, rows.shape[1]))
    return (slice(start, start + size) for start in range(0, len(rows), size))


def _products(rows: FloatArray, weights: FloatArray) -> FloatArray:
    """The weighted sum of the products of each two columns."""
    total = np.zeros((rows.shape[1], rows.shape[1]))
    for part in _parts(rows):
        total += (rows[part] * weights[part, None]).T @ rows[part]
    return total


def fit(columns: Design, bad: IntArray, weights: FloatArray, penalty: float) -> Fit:
    """Maximise the likelihood, less half the penalty times the squared standard coefficients.

    Args:
        columns: the columns.
        bad: 1 or 0 for each row.
        weights: how often each row counts.
        penalty: 0 for maximum likelihood.
    """
    x, y = columns.columns, bad.astype(np.float64)
    penalties = np.full(x.shape[1], penalty)
    penalties[0] = 0.0
    found = np.zeros(x.shape[1])
    rate = float(weights @ y / weights.sum())
    found[0] = np.log(rate / (1 - rate))
    here = _likelihood_at(found, x, y, weights, penalties)
    converged, steps = False, 0
    while not converged and steps < _MOST_STEPS:
        steps += 1
        try:
            step = np.linalg.solve(here.information, here.slope)
        except np.linalg.LinAlgError:
            break
        for _ in range(_MOST_HALVINGS):
            there = _likelihood_at(found + step, x, y, weights, penalties)
            if there.height >= here.height - abs(here.height) * _NOISE:
                break
            step /= 2
        else:
            break
        found, here = found + step, there
        converged = bool(np.abs(step).max() <= _STEP * max(1.0, float(np.abs(found).max())))
    spread = _inverse(here.information) if converged else None
    converged = spread is not None
    back = _units(columns)
    return Fit(
        back @ found,
        np.full_like(here.information, np.nan) if spread is None else back @ spread @ back.T,
        np.einsum("ij,j->i", x, found),
        here.height + float(penalties @ found**2) / 2,
        steps,
        converged,
    )


def _inverse(information: FloatArray) -> FloatArray | None:
    """The covariance; None where the rows say nothing of some direction, as on the way to infinity."""
    try:
        return np.linalg.inv(information).astype(np.float64)
    except np.linalg.LinAlgError:
        return None


@record
class _Likelihood:
    """The penalised log-likelihood at some coefficients.

    Attributes:
        height: the log-likelihood less the penalty.
        slope: its first derivatives.
        information: its second derivatives, negative.
    """

    height: float
    slope: FloatArray
    information: FloatArray


def _likelihood_at(
    found: FloatArray, x: FloatArray, y: FloatArray, weights: FloatArray, penalties: FloatArray
) -> _Likelihood:
    """All that a step needs, in one pass over the rows."""
    height = -float(penalties @ found**2) / 2
    slope = -penalties * found
    information = np.diag(penalties)
    for part in _parts(x):
        rows, outcome, often = x[part], y[part], weights[part]
        log_odds = rows @ found
        tail = np.exp(-np.abs(log_odds))
        chance = np.where(log_odds >= 0, 1.0, tail) / (1.0 + tail)
        surprise = np.log1p(tail) + np.maximum(log_odds, 0.0)
        height += float(often @ (outcome * log_odds - surprise))
        slope += (often * (outcome - chance)) @ rows
        information += (rows * (often * chance * (1 - chance))[:, None]).T @ rows
    return _Likelihood(height, slope, information)


def _units(columns: Design) -> FloatArray:
    """The matrix that brings standardised coefficients back to the units of the columns."""
    scales = columns.scales[columns.kept]
    back = np.diag(np.concatenate(([1.0], 1.0 / scales)))
    back[0, 1:] = -columns.means[columns.kept] / scales
    return back


def chance_of(log_odds: FloatArray) -> FloatArray:
    """1 / (1 + exp(-log-odds)), written so that neither end overflows."""
    tail = np.exp(-np.abs(log_odds))
    chance: FloatArray = np.where(log_odds >= 0, 1.0, tail) / (1.0 + tail)
    return chance


def constant_log_likelihood(bad: IntArray, weights: FloatArray) -> float:
    """The log-likelihood of a model that knows the bad rate and nothing else."""
    bads, total = float(weights @ bad), float(weights.sum())
    goods = total - bads
    return float(bads * np.log(bads / total) + goods * np.log(goods / total))


def score_statistics(
    rows: FloatArray, chosen: list[int], bad: IntArray, chance: FloatArray, weights: FloatArray
) -> FloatArray:
    """Rao's score statistic of each column that is not in the model: chi-squared, one degree.

    Args:
        rows: all columns, the ones first.
        chosen: the columns in the model.
        bad: 1 or 0 for each row.
        chance: what the model says of each row.
        weights: of the rows.

    Returns:
        One statistic per column; 0 for those in the model.
    """
    slope = np.einsum("ij,i->j", rows, weights * (bad - chance))
    information = _products(rows, weights * chance * (1 - chance))
    whole = np.diag(information)
    inside = information[np.ix_(chosen, chosen)]
    across = information[chosen]
    own = whole - np.einsum("ij,ij->j", across, np.linalg.solve(inside, across))
    statistics: FloatArray = np.divide(
        slope**2, own, out=np.zeros_like(slope), where=own > _REDUNDANT * whole
    )
    statistics[chosen] = 0.0
    return statistics


def separating(columns: Design, bad: IntArray, weights: FloatArray) -> list[int]:
    """The given columns by which goods and bads can be told apart without any overlap.

    Then the likelihood rises for ever as a coefficient grows, and no estimate exists. Whether
    it does is a linear programme: a direction in which no row lies on the wrong side, and some
    row on the right one.

    Source: Konis, Linear programming algorithms for detecting separated data in binary logistic
    regression models, 2007.

    Returns:
        The columns of such a direction; empty if goods and bads overlap.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    side = np.where(bad == 1, 1.0, -1.0)
    used: BoolArray = weights > 0
    towards = columns.columns[used] * side[used, None]
    towards = pd.DataFrame(towards).drop_duplicates().to_numpy()
    found = linprog(
        -towards.sum(axis=0), A_ub=-towards, b_ub=np.zeros(len(towards)), bounds=(-1, 1)
    )
    # A direction could be made longer up to the bounds; what is short is rounding.
    if found.x is None or np.abs(found.x).max() < 0.5:  # noqa: PLR2004 - half of the bounds
        return []
    return [
        column
        for column, share in zip(columns.kept, found.x[1:], strict=True)
        if abs(share) > _REDUNDANT**0.5
    ]
