"""Shares that are not known where there is nothing to share."""

from __future__ import annotations

import numpy as np

from udfs.kinds import FloatArray


def share_of(part: FloatArray, whole: FloatArray) -> FloatArray:
    """The parts as shares of the wholes; NaN where a whole is zero or not known."""
    shares = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares
