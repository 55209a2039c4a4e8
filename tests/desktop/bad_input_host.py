"""The classic xlwings pipeline given what no function expects; tells what came back or was raised.

Started as a program of its own, as ``classic_host`` is. It reads pickled pairs of a function's
name and its cells, and writes for each its rows, or the text of the exception.
"""

import pickle
import sys

from classic_host import MISSING, install

import udfs


def main():
    pipeline = install()
    import addin.desktop.functions  # noqa: F401, PLC0415 - it needs the stand-ins

    answers = []
    for name, cells in pickle.load(sys.stdin.buffer):  # noqa: S301 - our own test's
        known = udfs.FUNCTIONS.get(name)
        left_out = 0 if known is None else len(known.arguments) + 1 - len(cells)
        given = (*cells, *[MISSING] * left_out)  # as VBA hands over what is left out
        try:
            answers.append(pipeline.call_udf("addin.desktop.functions", name, given))
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test shall name it
            answers.append(repr(problem))
    pickle.dump(answers, sys.stdout.buffer)


if __name__ == "__main__":
    main()
