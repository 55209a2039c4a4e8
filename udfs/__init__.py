"""What can be typed in a cell: pure functions from columns to columns."""

from udfs import (
    abc_classes,
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
    "call",
    "evaluate",
    "function",
    "grading",
    "policy_tables",
]
