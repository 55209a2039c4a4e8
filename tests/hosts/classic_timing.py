"""Times of the classic xlwings pipeline: one of our functions, and one that hands a column back."""

import json
import sys
import types

import classic_host
import numpy as np

ROWS, COLUMNS = 10_000, 12
IDENTITY = "identity_function"


def main(repeats):
    pipeline = classic_host.install()
    import xlwings as xw  # noqa: PLC0415 - only now can it be imported

    import addin.desktop.functions  # noqa: F401, PLC0415 - likewise
    from tests.benchmarks.table import median_seconds  # noqa: PLC0415 - likewise

    @xw.func
    @xw.arg("values", "raw")
    def identity(values):
        return [[row[0]] for row in values]

    module = types.ModuleType(IDENTITY)
    module.__file__ = __file__
    module.identity = identity
    sys.modules[IDENTITY] = module
    numbers = np.random.default_rng(1).random((ROWS, COLUMNS)).tolist()
    cells = tuple(map(tuple, numbers))
    weights = (tuple([1 / COLUMNS] * COLUMNS),)
    ours, name = "addin.desktop.functions", "CR_WSCORE"
    times = {
        "identity": median_seconds(
            lambda: pipeline.call_udf(IDENTITY, "identity", (cells,)), repeats
        ),
        name: median_seconds(lambda: pipeline.call_udf(ours, name, (cells, weights)), repeats),
    }
    print(json.dumps(times))  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main(int(sys.argv[1]))
