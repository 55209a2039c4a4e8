"""A LibreOffice of our own: found, given a room of its own, bounded in time, gone without a trace.

Every run has a fresh profile in a temporary folder. So it neither meets nor disturbs a LibreOffice
that somebody has open, runs side by side do not know of each other, and nothing is left.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from addin.calc.process import Ended, run
from addin.calc.profile import write_profile
from addin.errors import FileError
from udfs.chinese import joined
from udfs.errors import Words

OLDEST: Final = (25, 2)
SECONDS: Final = 300.0
"""How long one run of LibreOffice may take, unless the caller knows better."""

_START_AGAIN: Final = 81  # a fresh profile is set up in a first, short run
_STARTS: Final = 3
_ASKING: Final = 30.0
_VERSION: Final = re.compile(r"LibreOffice\D* (\d+)\.(\d+)")
_USUAL_PLACES: Final = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice*/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
)
_PIPE_FOLDERS: Final = ("/tmp", "/var/tmp")  # noqa: S108 - where LibreOffice puts its socket
_WORKER_MANIFEST: Final = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
<manifest:file-entry manifest:full-path="worker.py"
 manifest:media-type="application/vnd.sun.star.uno-component;type=Python"/>
</manifest:manifest>
"""
_WORKER_DESCRIPTION: Final = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
<identifier value="org.creditcells.worker"/><version value="1"/>
</description>
"""
_REMEDY: Final = Words(
    "Install LibreOffice 25.2 or newer with Calc (on Debian 12 from bookworm-backports: "
    "libreoffice-calc-nogui and python3-uno).",
    "请安装含 Calc 的 LibreOffice 25.2 或更新版本（Debian 12 从 bookworm-backports 安装 "
    "libreoffice-calc-nogui 与 python3-uno）。",
)
ASK_THE_DOCTOR: Final = Words(
    "Run `creditcells calc-addin doctor`.", "请运行 `creditcells calc-addin doctor`。"
)


class OfficeError(FileError):
    """LibreOffice is missing, too old, or did not do what it was asked for."""

    def __init__(self, where: object, problem: Words, remedy: Words) -> None:
        super().__init__(where, problem, remedy)


def cannot_be_written(file: Path, error: OSError) -> OfficeError:
    """That a result cannot be put where it belongs."""
    why = str(error.strerror)
    return OfficeError(
        file,
        Words(f"cannot be written: {why}.", joined("无法写入：", why, "。")),
        Words("Choose a folder that you may write to.", "请选择有写入权限的文件夹。"),
    )


@dataclass(frozen=True, slots=True)
class Program:
    """An installed LibreOffice.

    Attributes:
        command: what is started.
        version: year and month, such as (25, 2).
    """

    command: Path
    version: tuple[int, int]

    @property
    def folder(self) -> Path:
        """The folder of its programs."""
        return self.command.parent


def find_program() -> Program:
    """The LibreOffice of this machine.

    Raises:
        OfficeError: there is none, or it is older than 25.2, which lacks functions that the
            workbooks use.
    """
    started = _command()
    if started is None:
        missing = Words("is not installed here.", "未安装。")
        raise OfficeError("LibreOffice", missing, _REMEDY)
    answer = _run([str(started), "--version"], started, _ASKING, clean_environment())
    found = _VERSION.search(answer.output)
    if found is None:
        problem = Words(
            f"does not tell its version: {_said(answer)}.",
            joined("没有给出版本号：", _said(answer).zh, "。"),
        )
        raise OfficeError(started, problem, _REMEDY)
    version = int(found[1]), int(found[2])
    if version < OLDEST:
        name = f"LibreOffice {version[0]}.{version[1]}"
        problem = Words(f"is {name}, which is too old.", f"版本为 {name}，过旧。")
        raise OfficeError(started, problem, _REMEDY)
    return Program(started, version)


def _command() -> Path | None:
    on_path = shutil.which("soffice") or shutil.which("libreoffice")
    if on_path is not None:
        return _own_process(Path(on_path).resolve())
    for place in _USUAL_PLACES:
        root, _, rest = place.partition("/")
        for path in sorted(Path(f"{root}/").glob(rest)):
            return _own_process(path)
    return None


def _own_process(command: Path) -> Path:
    """The office itself instead of the script and the splash screen that start it.

    Then the process that is waited for and killed is the one that does the work.
    """
    office = command.with_name("soffice.bin")
    return office if sys.platform.startswith("linux") and office.is_file() else command


def _run(
    command: Sequence[str], what: Path, seconds: float, environment: Mapping[str, str]
) -> Ended:
    try:
        return run(command, seconds=seconds, environment=environment)
    except OSError as error:
        why = str(error.strerror)
        problem = Words(f"cannot be started: {why}.", joined("无法启动：", why, "。"))
        raise OfficeError(what, problem, _REMEDY) from None


def _said(ended: Ended) -> Words:
    if ended.output:
        return Words(ended.output, ended.output)
    return Words("it said nothing", "没有任何输出")


def clean_environment() -> dict[str, str]:
    """Our environment without what a virtual environment or a shell tells Python."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@dataclass(frozen=True, slots=True)
class Office:
    """A private LibreOffice: a program and a profile of its own.

    Attributes:
        program: what is started.
        room: a temporary folder for its profile and its files.
        seconds: how long one run may take.
    """

    program: Program
    room: Path
    seconds: float

    @property
    def extensions(self) -> Path:
        """The folder of its extensions, each unpacked in a folder of its own."""
        return self.room / "extensions"

    def arguments(self) -> list[str]:
        """The program with its profile and extensions, silent and without a window."""
        return [
            str(self.program.command),
            f"-env:UserInstallation={(self.room / 'profile').as_uri()}",
            # Extensions of the machine's are left out: a private office has ours alone, or none.
            f"-env:BUNDLED_EXTENSIONS={self.extensions.as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--nolockcheck",
            "--nofirststartwizard",
        ]

    def convert(self, book: Path, kind: str, *, load_as: str | None = None) -> Path:
        """Load a file and save it in another format.

        Args:
            book: the file; it is not changed.
            kind: the ending of the result, with ``:`` and the filter's name where that is needed.
            load_as: the name of the filter that reads it, where the ending does not tell.

        Returns:
            The new file, in the room.

        Raises:
            OfficeError: LibreOffice crashed, did not end in time, or could not read the file.
        """
        results = self.room / "results"
        result = results / f"{book.stem}.{kind.partition(':')[0]}"
        result.unlink(missing_ok=True)
        command = [*self.arguments(), *([f"--infilter={load_as}"] if load_as else [])]
        command += ["--convert-to", kind, "--outdir", str(results), str(book)]
        ended = self.run(command)
        if not result.is_file():
            problem = Words(
                f"LibreOffice could not convert it: {_said(ended)}.",
                joined("LibreOffice 无法转换该文件：", _said(ended).zh, "。"),
            )
            remedy = Words(
                "Open the workbook in LibreOffice to see why.",
                "请在 LibreOffice 中打开该工作簿，查看原因。",
            )
            raise OfficeError(book.name, problem, remedy)
        return result

    def work(self, steps: Sequence[Sequence[Any]]) -> list[Any]:
        """Do steps on a workbook inside LibreOffice.

        Args:
            steps: each the name of a method of ``inside.worker.Session`` and its arguments.

        Returns:
            What each step gives.

        Raises:
            OfficeError: LibreOffice crashed, did not end in time, or a step failed.
        """
        folder = self.extensions / "worker"
        (folder / "META-INF").mkdir(parents=True, exist_ok=True)
        source = resources.files("addin.calc.inside").joinpath("worker.py").read_text("utf-8")
        (folder / "worker.py").write_text(source, "utf-8")
        (folder / "META-INF/manifest.xml").write_text(_WORKER_MANIFEST, "utf-8")
        (folder / "description.xml").write_text(_WORKER_DESCRIPTION, "utf-8")
        (folder / "steps.json").write_text(json.dumps(steps, ensure_ascii=False), "utf-8")
        results = folder / "results.json"
        results.unlink(missing_ok=True)
        ended = self.run([*self.arguments(), "service:org.creditcells.Worker?"])
        if not results.is_file():
            problem = Words(
                f"LibreOffice did not do its work: {_said(ended)}.",
                joined("LibreOffice 没有完成工作：", _said(ended).zh, "。"),
            )
            raise OfficeError("LibreOffice", problem, ASK_THE_DOCTOR)
        done: list[Any] = json.loads(results.read_text("utf-8"))
        return done

    def run(self, command: Sequence[str]) -> Ended:
        """Run LibreOffice with a command that ``arguments`` began.

        Raises:
            OfficeError: it crashed or did not end in time; it has been killed.
        """
        temporary = self.room / "temporary"
        temporary.mkdir(exist_ok=True)
        environment = clean_environment() | dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(temporary))
        try:
            for _ in range(_STARTS):
                ended = _run(command, self.program.command, self.seconds, environment)
                if ended.code != _START_AGAIN:
                    break
        finally:
            self._remove_pipe()
        if ended.code is None:
            problem = Words(
                f"did not end within {self.seconds:g} seconds and was stopped.",
                f"在 {self.seconds:g} 秒内没有结束，已被停止。",
            )
            remedy = Words(
                "Allow more time, or use a smaller workbook.", "请放宽时限，或使用较小的工作簿。"
            )
            raise OfficeError("LibreOffice", problem, remedy)
        if ended.code != 0:
            problem = Words(
                f"ended with code {ended.code}: {_said(ended)}.",
                joined(f"以代码 {ended.code} 结束：", _said(ended).zh, "。"),
            )
            remedy = Words(
                "Try again; `creditcells calc-addin doctor`.",
                "请重试，或运行 `creditcells calc-addin doctor`。",
            )
            raise OfficeError("LibreOffice", problem, remedy)
        return ended

    def _remove_pipe(self) -> None:
        """The socket of a LibreOffice that was killed; it is named after the profile."""
        if sys.platform == "win32":
            return
        profile = (self.room / "profile").as_uri().encode("utf-16-le")
        digest = hashlib.md5(profile, usedforsecurity=False).digest()
        name = f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{''.join(f'{b:x}' for b in digest)}"
        for folder in _PIPE_FOLDERS:
            Path(folder, name).unlink(missing_ok=True)


@contextmanager
def private_office(
    *,
    recalculate: bool,
    seconds: float = SECONDS,
    program: Program | None = None,
) -> Iterator[Office]:
    """A LibreOffice of our own for the length of the block.

    Args:
        recalculate: compute every formula when a workbook is loaded; otherwise stored values stay.
        seconds: how long one run may take.
        program: the LibreOffice; by default that of this machine.

    Yields:
        The office; its room is removed at the end, whatever happened.

    Raises:
        OfficeError: there is no usable LibreOffice.
    """
    chosen = program or find_program()
    # A file that the office still holds open on Windows must not hide what went wrong.
    with tempfile.TemporaryDirectory(prefix="creditcells-", ignore_cleanup_errors=True) as folder:
        room = Path(folder).resolve()
        write_profile(room / "profile", recalculate=recalculate)
        yield Office(chosen, room, seconds)
