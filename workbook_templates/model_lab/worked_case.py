"""The worked case: loans to small companies, made up, with outcomes that follow their factors."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbook_templates.pages.input_sheet import Row

_SEED: Final = 20260331
_LOANS: Final = 450
_DEVELOPMENT: Final = 320
_CONSTANT: Final = -2.05
_SECTORS: Final = ("manufacturing", "trade", "services", "construction")
_SECTOR_SHARES: Final = (0.35, 0.3, 0.2, 0.15)
_SECTOR_RISK: Final = (0.0, 0.3, -0.45, 0.75)
_NEVER_LATE: Final = 0.62
_MISSING: Final = {"debt_ratio": 0.06, "interest_cover": 0.1, "credit_use": 0.07}
"""Share of the loans of which a factor is not known."""


def worked_case() -> list[Row]:
    """The rows of the history; words as the dictionary has them in English."""
    # RandomState: its numbers are the same in every version of numpy; default_rng's need not be.
    chance = np.random.RandomState(_SEED)
    sector = chance.choice(len(_SECTORS), _LOANS, p=_SECTOR_SHARES)
    figures: dict[str, NDArray[np.float64]] = {
        "debt_ratio": np.clip(chance.normal(0.56, 0.16, _LOANS), 0.05, 1.2).round(2),
        "interest_cover": np.clip(chance.lognormal(1.0, 0.7, _LOANS), 0.1, 30).round(1),
        "credit_use": np.clip(chance.beta(2.2, 1.8, _LOANS), 0, 1).round(2),
        "days_late": np.where(
            chance.rand(_LOANS) < _NEVER_LATE,
            0,
            chance.gamma(1.3, 14, _LOANS),
        ).round(),
        "years": np.clip(chance.gamma(2.2, 4.2, _LOANS), 1, 40).round(),
    }
    risk = (
        _CONSTANT
        + 4.2 * (figures["debt_ratio"] - 0.56)
        - 0.95 * (np.log(figures["interest_cover"]) - 1.0)
        + 2.0 * (figures["credit_use"] - 0.55)
        + 0.04 * np.minimum(figures["days_late"], 60)
        - 0.06 * (figures["years"] - 9)
        + np.array(_SECTOR_RISK)[sector]
    )
    defaulted = chance.rand(_LOANS) < 1 / (1 + np.exp(-risk))
    exposure = np.clip(chance.lognormal(5.2, 0.8, _LOANS), 20, 5000).round(-1)
    unknown = {name: chance.rand(_LOANS) < share for name, share in _MISSING.items()}
    rows: list[Row] = []
    for i in range(_LOANS):
        row: Row = {
            "loan_id": f"L{i + 1:04d}",
            "sample": "development" if i < _DEVELOPMENT else "validation",
            "defaulted": int(defaulted[i]),
            "exposure": float(exposure[i]),
            "sector": _SECTORS[sector[i]],
        }
        row |= {
            name: None if name in unknown and unknown[name][i] else float(values[i])
            for name, values in figures.items()
        }
        rows.append(row)
    return rows
