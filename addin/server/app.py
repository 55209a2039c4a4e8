"""The application that a worker runs: xlwings Server with our functions, scripts and limits."""

from __future__ import annotations

import sys

from addin.server.body_limit import App, BodyLimit
from addin.server.settings import use_environment


def create_app() -> App:
    """An ASGI application with the settings of the environment.

    Raises:
        FileError: a variable of the environment holds what it may not.
    """
    settings = use_environment()
    # xlwings asks at every argument whether this is Pyodide; this is the quick answer.
    sys.modules["pyodide"] = None  # type: ignore[assignment]  # how Python notes what is not there
    from xlwings_server import main  # noqa: PLC0415 - importing it fixes its settings

    from addin.server import routes  # noqa: PLC0415 - likewise

    theirs = list(main.app.router.routes)
    main.app.include_router(routes.router)
    ours = [route for route in main.app.router.routes if route not in theirs]
    # The first route that fits answers.
    main.app.router.routes[:] = [*ours, *theirs]
    for error, handler in routes.HANDLERS.items():
        main.app.add_exception_handler(error, handler)
    return BodyLimit(main.main_app, settings.max_bytes)
