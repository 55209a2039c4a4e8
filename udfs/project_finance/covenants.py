"""Covenants of a project loan: which level a cover ratio breaches, and in which periods."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.errors import CallError, Words, column_of
from udfs.kinds import FloatArray, Table, TextArray
from udfs.project_finance.periods import Names
from udfs.records import record
from udfs.tables import builtin

Covenants = Annotated[pd.DataFrame, Table(builtin="project_covenants")]

_DECIMALS: Final = 10
"""Ratios are compared at this many decimals, so that debt sized to 1.25 does not breach 1.25."""

MET: Final = {"en": "met", "zh": "达标"}
RATIO: Final = {"dscr": "DSCR", "llcr": "LLCR", "plcr": "PLCR"}


@record
class Levels:
    """The tested levels of one ratio, the mildest covenant first."""

    ratio: str
    labels: list[str]
    levels: list[float]
    lang: str

    def breaches(self, ratios: FloatArray) -> list[list[int]]:
        """The periods that breach each covenant."""
        rounded = np.round(ratios, _DECIMALS)
        return [np.flatnonzero(rounded < level).tolist() for level in self.levels]

    def of(self, ratios: FloatArray) -> TextArray:
        """The strictest covenant that each ratio breaches; blank where there is no ratio."""
        shown = np.full(len(ratios), MET[self.lang], dtype=object)
        shown[np.isnan(ratios)] = ""
        for label, places in zip(self.labels, self.breaches(ratios), strict=True):
            shown[places] = label
        return shown

    def words(self, ratios: FloatArray, names: Names) -> str:
        """Which covenants are breached, and when."""
        zh = self.lang == "zh"
        parts = []
        for label, level, places in zip(
            self.labels, self.levels, self.breaches(ratios), strict=True
        ):
            when = names.spans(places) if places else ""
            if places and zh:
                parts.append(f"低于“{label}”水平 {level:g} 的有 {len(places)} 期（{when}）")
            elif places:
                count = f"{len(places)} period{'' if len(places) == 1 else 's'}"
                parts.append(f"below the {label} level of {level:g} in {count} ({when})")
        if parts:
            return ("，" if zh else ", ").join(parts)
        if not self.levels:
            return "未考核" if zh else "no covenant tests it"
        return "未触发任何约束条款" if zh else "no covenant is breached"


def levels_of(ratio: str, table: pd.DataFrame | None, lang: str) -> Levels:
    """The levels of a ratio, ``dscr``, ``llcr`` or ``plcr``.

    Raises:
        CallError: a later covenant is milder than an earlier one.
    """
    rows = builtin("project_covenants").rows if table is None else table
    tested = rows[rows[ratio].notna()]
    levels = tested[ratio].tolist()
    if any(later >= earlier for earlier, later in pairwise(levels)):
        shown = ", ".join(f"{level:g}" for level in levels)
        header = {c.name: c.zh for c in builtin("project_covenants").columns}[ratio]
        allowed = Words("levels that fall from row to row", "逐行降低的水平")
        raise CallError(
            column_of("covenants", ratio, header), Words(shown, shown.replace(", ", "、")), allowed
        )
    return Levels(ratio, tested[f"label_{lang}"].tolist(), levels, lang)
