"""What the doctor says of one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Both: TypeAlias = tuple[str, str]
"""A text in English and Chinese."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at.

    Attributes:
        check: what.
        problem: what is wrong; empty where all is well.
        remedy: what to do.
    """

    check: Both
    problem: Both = ("", "")
    remedy: Both = ("", "")

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem[0]
