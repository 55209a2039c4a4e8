"""A Windows computer for tests: folders of the test's own, a registry of its own."""

from dataclasses import dataclass, field
from pathlib import Path

from addin.desktop.machine import Machine


@dataclass(frozen=True)
class FakeMachine(Machine):
    """Windows with Excel, and what a test says of it."""

    platform: str = "win32"
    code_page: str = "cp936"
    keys: dict = field(default_factory=dict)
    packages: set = field(default_factory=lambda: {"win32com"})
    running: set = field(default_factory=set)
    marked: set = field(default_factory=set)

    @classmethod
    def at(cls, folder: Path, **said):
        """A computer with a virtual environment and both libraries of xlwings."""
        import xlwings  # noqa: PLC0415 - only to know its version

        scripts = folder / "Scripts"
        scripts.mkdir(parents=True, exist_ok=True)
        for name in ("python.exe", "pythonw.exe"):
            (scripts / name).touch()
        for bits in (32, 64):
            (folder / f"xlwings{bits}-{xlwings.__version__}.dll").touch()
        home = folder / "home"
        environment = {"APPDATA": str(home / "AppData"), "USERPROFILE": str(home)}
        return cls(
            environment=environment,
            python=scripts / "python.exe",
            user_base=home / "AppData" / "Python",
            **said,
        )

    def registry(self, root, key, name):
        return self.keys.get((root, key, name))

    def has_package(self, name):
        return name in self.packages

    def is_running(self, program):
        return program in self.running

    def is_marked_from_web(self, file):
        return file.name in self.marked
