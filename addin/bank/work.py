"""The folder of a run that is not done yet, and how its outcome takes the place of the last one."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from addin.bank.run_folder import RunFolder
from addin.errors import FileError
from udfs.errors import Words

_AT_FDCWD: Final = -100
_EXCHANGE: Final = 2
_STATE: Final = "state.json"


@dataclass(frozen=True, slots=True)
class Work:
    """A run's folders.

    Attributes:
        out: where the outcome stands when all is done.
    """

    out: Path

    @property
    def folder(self) -> Path:
        """Everything of a run that is not done; it stands beside the output."""
        return self.out.with_name(f".{self.out.name}.partial")

    @property
    def previous(self) -> Path:
        """The last good output, once a new one has taken its place."""
        return self.out.with_name(f"{self.out.name}.previous")

    @property
    def places(self) -> RunFolder:
        """What stands where in it."""
        return RunFolder(self.folder)

    @property
    def fresh(self) -> Path:
        """The outcome while it is being written."""
        return self.places.outcome

    def recover(self) -> None:
        """Put the last good output back, should a run have been killed while it was replaced."""
        if not self.out.exists() and self.previous.exists():
            self.previous.rename(self.out)

    def prepare(self, key: str, *, resume: bool) -> None:
        """Begin a run, or go on with the one that was broken off.

        Raises:
            FileError: there is nothing to go on with, or the run was about something else.
        """
        if resume:
            if not (self.folder / _STATE).exists():
                raise FileError(
                    self.out,
                    Words("there is no run to resume.", "没有可继续的运行。"),
                    Words("Run it without --resume.", "请去掉 --resume 运行。"),
                )
            if self.state().get("key") != key:
                raise FileError(
                    self.out,
                    Words(
                        "the run that was broken off had other sources, another policy, day or "
                        "version.",
                        "中断的运行所用的数据来源、政策、基准日或程序版本与本次不同。",
                    ),
                    Words(
                        "Run it without --resume; the broken-off run is discarded then.",
                        "请去掉 --resume 运行，中断的运行将被放弃。",
                    ),
                )
        else:
            if self.folder.exists():
                shutil.rmtree(self.folder)
            self.folder.mkdir(parents=True)
            self.note(key=key)
        self.fresh.mkdir(exist_ok=True)

    def state(self) -> dict[str, Any]:
        """What is done so far."""
        found: dict[str, Any] = json.loads((self.folder / _STATE).read_text(encoding="utf-8"))
        return found

    def note(self, **facts: Any) -> None:
        """Note what is done, in one step."""
        file = self.folder / _STATE
        known = self.state() if file.exists() else {}
        new = file.with_suffix(".new")
        new.write_text(json.dumps(known | facts, ensure_ascii=False), encoding="utf-8")
        new.replace(file)

    def publish(self) -> None:
        """Let the outcome take the place of the last one, which is kept beside it."""
        if self.previous.exists():
            shutil.rmtree(self.previous)
        if not self.out.exists():
            self.fresh.rename(self.out)
        elif _exchange(self.fresh, self.out):
            self.fresh.rename(self.previous)
        else:
            self.out.rename(self.previous)
            self.fresh.rename(self.out)
        shutil.rmtree(self.folder)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places at once, where the system can; whether it did."""
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    done = library.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE)
    return bool(done == 0)
