"""Times of the xlwings Server pipeline: one of our functions, and one that hands a column back."""

import asyncio
import gc
import json
import os
import statistics
import sys
import time
import types

import numpy as np

ROWS, COLUMNS = 10_000, 12


def request(name, *arguments):
    return {
        "client": "Office.js", "version": "", "runtime": "1.4", "date_format": None,
        "culture_info_name": None, "func_name": name, "args": list(arguments),
    }  # fmt: skip


async def seconds(pipeline, module, asked):
    # The pipeline replaces the arguments in its list by what it read from them.
    call = {**asked, "args": list(asked["args"])}
    gc.collect()
    start = time.perf_counter()
    await pipeline(call, module)
    return time.perf_counter() - start


async def main(repeats):
    os.environ["XLWINGS_ON_SERVER"] = "true"
    import xlwings as xw  # noqa: PLC0415 - only after the environment is set
    import xlwings.server  # noqa: PLC0415 - likewise

    from addin.custom_functions import custom_functions  # noqa: PLC0415 - likewise
    from addin.server.results import finished  # noqa: PLC0415 - likewise
    from addin.server.threads import in_thread  # noqa: PLC0415 - likewise

    @xw.func
    @xw.arg("values", "raw")
    def identity(values):
        return [[row[0]] for row in values]

    module = types.ModuleType("custom_functions")
    vars(module).update(custom_functions("en", in_thread, finished), identity=identity)
    cells = np.random.default_rng(1).random((ROWS, COLUMNS)).tolist()
    weights = [[1 / COLUMNS] * COLUMNS]
    pipeline, ours = xlwings.server.custom_functions_call, "CR_WSCORE"
    asked = {"identity": request("identity", cells), ours: request(ours, cells, weights)}
    times = {name: [] for name in asked}
    # In turns, so that both have the same of what else the machine does.
    for _ in range(repeats):
        for name, call in asked.items():
            times[name].append(await seconds(pipeline, module, call))
    medians = {name: statistics.median(some) for name, some in times.items()}
    print(json.dumps(medians))  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
