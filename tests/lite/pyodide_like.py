"""Python as xlwings Lite has it, as far as imports go; started as a program of its own.

It runs the code of a workbook (standard input) with nothing to import but the standard library and
what the first argument lists, and a stand-in for xlwings that notes what is registered. It writes
what was registered, and which packages were loaded, to the standard output as JSON.
"""

import importlib.abc
import json
import sys
import types

ALLOWED = set(sys.argv[1].split(","))


class OnlyAllowed(importlib.abc.MetaPathFinder):
    """Refuses every package that is not there in the browser."""

    def find_spec(self, name, _path=None, _target=None):
        package = name.partition(".")[0]
        if package in sys.stdlib_module_names or package in ALLOWED or package.startswith("_"):
            return
        raise ModuleNotFoundError(f"No module named {package!r} in the browser", name=package)


def stand_in():
    """The part of xlwings that registers functions, as xlwings.pro.udfs_officejs does it."""
    xlwings = types.ModuleType("xlwings")
    xlwings.XlwingsError = type("XlwingsError", (Exception,), {})

    def func(**options):
        def note(function):
            function.registered = {**vars(function).get("registered", {}), "options": options}
            return function

        return note

    def arg(name, convert, **options):
        def note(function):
            registered = vars(function).setdefault("registered", {})
            registered.setdefault("arguments", {})[name] = {"convert": convert, **options}
            return function

        return note

    xlwings.func, xlwings.arg = func, arg
    return xlwings


def main():
    sys.meta_path.insert(0, OnlyAllowed())
    if "xlwings" not in ALLOWED:
        sys.modules["xlwings"] = stand_in()
    module = types.ModuleType("main")
    sys.modules["main"] = module
    exec(sys.stdin.read(), vars(module))  # noqa: S102 - as xlwings Lite does
    registered = {
        name: {**vars(value)["registered"], "doc": value.__doc__, "hints": value.__annotations__}
        for name, value in vars(module).items()
        if "registered" in getattr(value, "__dict__", {})
    }
    loaded = sorted(
        {name.partition(".")[0] for name, found in sys.modules.items() if found is not None}
        - set(sys.stdlib_module_names)
    )
    json.dump({"registered": registered, "loaded": loaded}, sys.stdout)


if __name__ == "__main__":
    main()
