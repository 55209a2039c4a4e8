"""Computing beside the event loop, so that a large range keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from udfs import last_errors

T = TypeVar("T")


def in_thread(compute: Callable[..., T]) -> Callable[..., Coroutine[Any, Any, T]]:
    """A function that computes in a thread of its own, and keeps its messages to itself."""

    async def asked(*cells: Any) -> T:
        return await asyncio.to_thread(_alone, compute, cells)

    return asked


def _alone(compute: Callable[..., T], cells: tuple[Any, ...]) -> T:
    last_errors.keep_apart()
    return compute(*cells)
