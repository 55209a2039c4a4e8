"""The classic xlwings pipeline of Excel on Windows, run on any system.

Started as a program of its own, since it puts stand-ins for the COM modules in place. It reads
pickled calls from the standard input and writes their pickled results to the standard output.
What is replaced is Windows and Excel; ``xlwings.udfs.call_udf`` and the converters are xlwings' own.
"""

import datetime as dt
import math
import pickle
import sys
import types

MISSING = -2147352572
COM_MODULES = (
    "pythoncom", "pywintypes", "win32com", "win32com.client", "win32com.client.dynamic",
    "win32com.client.gencache", "win32com.server", "win32com.server.util", "win32api", "win32con",
    "win32gui", "win32process", "win32timezone",
)  # fmt: skip


class DesktopEngine:
    """What xlwings' engine for Excel does to cells, without the COM types."""

    name, type = "excel", "desktop"

    @staticmethod
    def prepare_xl_data_element(value, _options):
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        return value


def install():
    """Put the stand-ins in place and hand back the real ``xlwings.udfs``."""
    for name in COM_MODULES:
        module = sys.modules.setdefault(name, types.ModuleType(name))
        module.__path__ = []
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    sys.modules["pythoncom"].CoInitialize = lambda: None
    sys.modules["pywintypes"].com_error = type("com_error", (Exception,), {})
    sys.modules["pywintypes"].TimeType = dt.datetime
    sys.modules["win32com.client"].Dispatch = lambda *_, **__: None
    import xlwings as xw  # noqa: PLC0415 - only now can it be imported

    xw.engines.add(xw.Engine(impl=DesktopEngine()))
    windows = types.ModuleType("xlwings._xlwindows")
    windows.is_range_instance = lambda _: False
    windows.Range = lambda xl=None: types.SimpleNamespace(xl=xl, address="$A$1")
    windows.BOOK_CALLER = None
    sys.modules["xlwings._xlwindows"] = windows
    vars(xw)["_xlwindows"] = windows
    import xlwings.udfs  # noqa: PLC0415 - likewise

    server = types.ModuleType("xlwings.com_server")
    server.loop = None
    sys.modules["xlwings.com_server"] = xw.com_server = server
    xw.func, xw.arg, xw.ret = xlwings.udfs.xlfunc, xlwings.udfs.xlarg, xlwings.udfs.xlret
    return xlwings.udfs


def main():
    pipeline = install()
    import addin.desktop.functions  # noqa: PLC0415 - it needs the stand-ins

    results = []
    for name, cells, count in pickle.load(sys.stdin.buffer):  # noqa: S301 - our own test's
        given = tuple(cells) + (MISSING,) * (count - len(cells))
        results.append(pipeline.call_udf("addin.desktop.functions", name, given))
    registered = {
        name: [(a["name"], "optional" in a) for a in value.__xlfunc__["args"]]
        for name, value in vars(addin.desktop.functions).items()
        if hasattr(value, "__xlfunc__")
    }
    pickle.dump((results, registered), sys.stdout.buffer)


if __name__ == "__main__":
    main()
