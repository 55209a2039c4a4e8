"""The xlwings Server pipeline in a process of its own: xlwings' own code, without a web server.

It reads calls as JSON from the standard input and writes their results as JSON to the standard
output. A program of its own, since xlwings decides when it is imported that it is on a server.
"""

import asyncio
import json
import os
import sys
import types


async def answer(pipeline, module, call):
    import xlwings  # noqa: PLC0415 - only after the environment is set

    try:
        return await pipeline(call, module)
    except xlwings.XlwingsError as error:
        return {"message": str(error)}


async def main():
    os.environ["XLWINGS_ON_SERVER"] = "true"
    import xlwings.server  # noqa: PLC0415 - likewise

    from addin.custom_functions import custom_functions  # noqa: PLC0415 - likewise
    from addin.server.results import finished  # noqa: PLC0415 - likewise
    from addin.server.threads import in_thread  # noqa: PLC0415 - likewise

    module = types.ModuleType("custom_functions")
    vars(module).update(custom_functions("en", in_thread, finished))
    pipeline = xlwings.server.custom_functions_call
    results = [await answer(pipeline, module, call) for call in json.load(sys.stdin)]
    meta = xlwings.server.custom_functions_meta(module)
    json.dump({"results": results, "meta": meta}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
