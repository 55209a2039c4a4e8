"""Our own answers to Excel's calls, in place of xlwings Server's: checked, and without traces.

Imported only by ``app.create_app``, since importing xlwings Server fixes its settings.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, TypeVar

import custom_functions
import custom_scripts
import xlwings
import xlwings.server
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from xlwings_server import dependencies
from xlwings_server.config import settings
from xlwings_server.models import CurrentUser

import udfs
from addin.server.requests import RequestError, function_call, public, script_call
from addin.server.results import RUNTIME
from udfs.errors import CreditCellsError, shorten
from udfs.helpers.about import version

T = TypeVar("T")

_SMALL: Final = 32_768
"""Bytes of JSON that are read or written in a fraction of a millisecond."""
_ROW_BYTES: Final = 32
"""What a row of a result comes to, roughly."""


async def aside(size: int, work: Callable[..., T], *given: Any) -> T:
    """Do something in a thread, unless it is done sooner than a thread would start."""
    return work(*given) if size < _SMALL else await asyncio.to_thread(work, *given)


async def health() -> dict[str, Any]:
    """Whether this worker answers, and with which version."""
    return {"status": "ok", "version": version(), "functions": len(udfs.FUNCTIONS)}


async def call_function(request: Request, user: dependencies.User) -> Response:
    """The result of a function, as Excel asks for it."""
    body = await request.body()
    data = await aside(len(body), function_call, body)
    RUNTIME.set(data["runtime"])
    result = await xlwings.server.custom_functions_call(data, custom_functions, user)
    # FastAPI's own encoder looks at every cell; a result has plain ones only.
    text = await aside(_ROW_BYTES * len(result), json.dumps, {"result": result})
    return Response(text, media_type="application/json")


async def call_script(script: str, request: Request, user: dependencies.User) -> Response:
    """What a script does to the workbook, as actions that Excel carries out."""
    if not hasattr(getattr(custom_scripts, script, None), "__xlscript__"):
        raise RequestError(f"There is no script {shorten(script)}.", HTTPStatus.NOT_FOUND)
    body = await request.body()
    data, arguments = await aside(len(body), script_call, body)
    # An Excel of its own: what a script asks of Excel goes to the book that was opened last.
    app = xlwings.engines["remote"].apps.add(add_book=False)
    book = app.books.open(json=data)
    try:
        await xlwings.server.custom_scripts_call(
            custom_scripts,
            script,
            user,
            typehint_to_value={xlwings.Book: book, CurrentUser: user},
            args=arguments,
        )
        text = await asyncio.to_thread(json.dumps, book.json())
    finally:
        book.close()
        app.kill()
    return Response(text, media_type="application/json")


async def explain(_request: Request, error: Exception) -> Response:
    """The answer to an error that is meant for the user; Excel shows it beside #VALUE!."""
    status = error.status if isinstance(error, RequestError) else HTTPStatus.BAD_REQUEST
    return PlainTextResponse(public(error), status)


router = APIRouter(prefix=settings.app_path)
router.add_api_route("/health", health)
router.add_api_route("/xlwings/custom-functions-call", call_function, methods=["POST"])
router.add_api_route("/xlwings/custom-scripts-call/{script}", call_script, methods=["POST"])

HANDLERS = {CreditCellsError: explain, xlwings.XlwingsError: explain}
