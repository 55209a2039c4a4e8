"""What a filling did."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from addin.portfolio.model import TableCount, Uncomputed


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was written into which workbook.

    Attributes:
        book: the workbook that was filled.
        out: the workbook that was written; the same unless another was asked for.
        template: the template's name.
        lang: "en" or "zh", the workbook's language.
        tables: where the rows of each source went.
        room: for how many rows each data table has room.
        grown: whether the workbook was built anew to make room.
        own_formulas: cells whose formula was not the template's and, in a workbook built anew,
            is so again.
        cleared: tables whose worked case had to go, since its customers did.
        faults_by_rule: what was found in the sources, by rule.
        listed: the file with every fault, its row and reason; None without faults.
        difference: the sum of the check sheet's differences, which should be 0; NaN if it could
            not be computed.
        uncomputed: formulas that kept their old value.
        backup: the workbook as it was before, where it was replaced.
    """

    book: str
    out: str
    template: str
    lang: str
    tables: tuple[TableCount, ...]
    room: Mapping[str, int]
    grown: bool
    own_formulas: tuple[str, ...]
    cleared: tuple[str, ...]
    faults_by_rule: Mapping[str, int]
    listed: Path | None
    difference: float
    uncomputed: tuple[Uncomputed, ...] = field(default=())
    backup: Path | None = None

    @property
    def faults(self) -> int:
        """All faults found in the sources."""
        return sum(self.faults_by_rule.values())

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``--json``: paths as text, no number that is none."""
        plain = asdict(self)
        for name in ("listed", "backup"):
            plain[name] = None if plain[name] is None else str(plain[name])
        if not math.isfinite(self.difference):
            plain["difference"] = None
        return plain
