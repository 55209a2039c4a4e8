"""Names of clusters: what sets each centre apart, such as "high revenue, low debt ratio"."""

from __future__ import annotations

from typing import Final

import numpy as np

from udfs.chinese import joined
from udfs.kinds import FloatArray

NOTABLE: Final = 0.5
"""A centre this many standard deviations from the mean of all is high or low in a factor."""

_FEW: Final = 2


def cluster_names(deviations: FloatArray, factors: list[str], lang: str) -> list[str]:
    """A name for each cluster: its two most unusual factors, or more where two would be alike.

    Args:
        deviations: clusters × factors, in standard deviations from the mean of all rows.
        factors: their names.
        lang: "en" or "zh".

    Returns:
        The names; clusters that stay alike in every factor get a number behind their name.
    """
    for most in range(_FEW, max(len(factors), _FEW) + 1):
        names = [_name(row, factors, most, lang) for row in deviations]
        if len(set(names)) == len(names):
            return names
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        again = names.count(name) > 1
        mark = f"（{seen[name]}）" if lang == "zh" else f" ({seen[name]})"
        numbered.append(name + mark if again else name)
    return numbered


def _name(deviations: FloatArray, factors: list[str], most: int, lang: str) -> str:
    unusual: list[int] = np.argsort(-np.abs(deviations), kind="stable")[:most].tolist()
    chosen = [j for j in unusual if abs(deviations[j]) >= NOTABLE]
    if not chosen:
        return "各项居中" if lang == "zh" else "average"
    if lang == "zh":
        return "、".join(joined("高" if deviations[j] > 0 else "低", factors[j]) for j in chosen)
    return ", ".join(f"{'high' if deviations[j] > 0 else 'low'} {factors[j]}" for j in chosen)
