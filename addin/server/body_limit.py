"""The size limit: a request that is too large is refused before the application sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, TypeAlias

from addin.server.requests import RequestError

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]


class BodyLimit:
    """An ASGI application in front of another one, which it keeps from large bodies."""

    def __init__(self, app: App, limit: int) -> None:
        """An application behind a limit.

        Args:
            app: the application.
            limit: the largest body in bytes.
        """
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        stated = dict(scope["headers"]).get(b"content-length", b"")
        if stated.isdigit() and int(stated) > self.limit:
            await _refuse(send, too_large(self.limit))
            return
        body = await self._whole_body(receive)
        if body is None:
            await _refuse(send, too_large(self.limit))
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return waiting.pop() if waiting else await receive()

        await self.app(scope, again, send)

    async def _whole_body(self, receive: Receive) -> bytes | None:
        """The body of a request; None if it is too large."""
        body = bytearray()
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self.limit:
                return None
            more = message.get("more_body", False)
        return bytes(body)


def too_large(limit: int) -> RequestError:
    """The answer to a body above the limit."""
    return RequestError(
        f"The request is larger than {limit >> 20} MiB. Use fewer rows in one formula.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


async def _refuse(send: Send, error: RequestError) -> None:
    text = str(error).encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        # What is still to come of the request is not read.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": int(error.status), "headers": headers})
    await send({"type": "http.response.body", "body": text})
