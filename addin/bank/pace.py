"""How far a run is, how fast it goes and how long it will take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from addin.portfolio.model import Progress

_WORDS: Final = {
    "en": "{step}: {done:,} of {total:,}, {rate:,.0f}/s, {left} left",
    "zh": "{step}：{done:,}/{total:,}，每秒 {rate:,.0f}，剩余 {left}",
}
_UNKNOWN: Final = {
    "en": "{step}: {done:,}, {rate:,.0f}/s",
    "zh": "{step}：{done:,}，每秒 {rate:,.0f}",
}
_EVERY: Final = 0.2


@dataclass(slots=True)
class Pace:
    """Tells a progress bar about the steps of a run.

    Attributes:
        progress: told the words, the rows done and the rows in all.
        lang: the language of the words.
        seconds: the time that each step took.
        rows: the rows that each step went through.
    """

    progress: Progress
    lang: str
    seconds: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    _step: str = ""
    _total: int = 0
    _done: int = 0
    _started: float = 0.0
    _told: float = 0.0

    def step(self, name: str, total: int = 0) -> None:
        """Begin a step of so many rows; 0 if that is not known."""
        self.stop()
        self._step, self._total, self._done = name, total, 0
        self._started = time.perf_counter()
        self.progress(name, 0, max(total, 1))

    def advance(self, rows: int) -> None:
        """Note rows that are done."""
        self._done += rows
        now = time.perf_counter()
        if now - self._told >= _EVERY:
            self._told = now
            self.progress(self.words(), self._done, max(self._total, self._done))

    def words(self) -> str:
        """The step, how much of it is done, the rate and the time that is left."""
        spent = time.perf_counter() - self._started
        rate = self._done / spent if spent else 0.0
        if not self._total or not rate:
            return _UNKNOWN[self.lang].format(step=self._step, done=self._done, rate=rate)
        left = max(self._total - self._done, 0) / rate
        return _WORDS[self.lang].format(
            step=self._step, done=self._done, total=self._total, rate=rate, left=clock(left)
        )

    def stop(self) -> None:
        """End the step."""
        if self._step:
            self.seconds[self._step] = time.perf_counter() - self._started
            self.rows[self._step] = self._done
            self._step = ""


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
