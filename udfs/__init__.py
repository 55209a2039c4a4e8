"""What can be typed in a cell: pure functions from columns to columns."""

from udfs import (
    abc_classes,
    about,
    account_tiers,
    enterprise_size,
    grading,
    industries,
    percentiles,
    policy_tables,
    regions,
    rfm,
    rfm_segments,
    risk_tiers,
    rollup,
    scorecards,
    segments,
    strategy,
)
from udfs.binding import Whole, call, evaluate
from udfs.catalogue import FAMILIES, FUNCTIONS, function
from udfs.errors import CallError, CellError, CreditCellsError

__all__ = [
    "FAMILIES",
    "FUNCTIONS",
    "CallError",
    "CellError",
    "CreditCellsError",
    "Whole",
    "abc_classes",
    "about",
    "account_tiers",
    "call",
    "enterprise_size",
    "evaluate",
    "function",
    "grading",
    "industries",
    "percentiles",
    "policy_tables",
    "regions",
    "rfm",
    "rfm_segments",
    "risk_tiers",
    "rollup",
    "scorecards",
    "segments",
    "strategy",
]
