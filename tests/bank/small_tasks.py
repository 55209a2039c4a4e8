"""Tasks for worker processes, which import this module alone and so are soon ready."""

import os
import signal
import time
from dataclasses import dataclass
from functools import cached_property

from addin.errors import SourceError


@dataclass(frozen=True)
class Square:
    pause: float = 0.0

    @cached_property
    def made(self):
        return []

    def __call__(self, number):
        time.sleep(self.pause)
        self.made.append(number)
        return number * number, os.getpid(), len(self.made)


@dataclass(frozen=True)
class Wait:
    def __call__(self, _):
        time.sleep(60)


@dataclass(frozen=True)
class Fail:
    where: str

    def __call__(self, number):
        if number == 2:
            raise SourceError(self.where, "cannot be read after row 7.", "Export it again.")
        return number


@dataclass(frozen=True)
class Die:
    def __call__(self, number):
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return number
