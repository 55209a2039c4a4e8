"""Where Spark's master is, and whether anybody answers there."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Final

from addin.errors import FileError

LOCAL: Final = "local"
_STANDALONE: Final = "spark://"
_ADDRESS: Final = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<name>[^:,/\s]+)):(?P<port>\d+)")
_OTHERS: Final = ("yarn", "k8s://")
_LOCAL: Final = re.compile(r"local(\[(\*|\d+)(,\d+)?\])?")
_PATIENCE: Final = 10.0
"""Seconds until a master that does not answer is given up."""


def require_reachable(master: str) -> None:
    """See whether a cluster's master answers, before Spark tries for minutes.

    Raises:
        FileError: it does not, or the address is none.
    """
    if _LOCAL.fullmatch(master) or master.startswith(_OTHERS):
        return
    addresses = _addresses(master)
    problems = []
    for host, port in addresses:
        try:
            socket.create_connection((host, port), _PATIENCE).close()
        except OSError as problem:
            problems.append(f"{host}:{port} {problem.strerror or problem}")
        else:
            return
    raise FileError(
        master,
        f"no Spark master answers ({'; '.join(problems)}).",
        "Check the address, and that the master is running.",
    )


def is_here(master: str) -> bool:
    """Whether everything happens on this machine, so that nothing need listen to others."""
    if master.startswith(LOCAL):
        return True
    if not master.startswith(_STANDALONE):
        return False
    return all(_is_loopback(host) for host, _ in _addresses(master))


def _addresses(master: str) -> list[tuple[str, int]]:
    """The hosts and ports of a standalone master, and of those that stand by."""
    parts = master.removeprefix(_STANDALONE).split(",") if master.startswith(_STANDALONE) else []
    found = [_ADDRESS.fullmatch(part) for part in parts]
    if not found or None in found:
        raise FileError(
            master,
            "is no address of a Spark master.",
            "Give it as spark://HOST:PORT, local[N], yarn or k8s://….",
        )
    return [(one["six"] or one["name"], int(one["port"])) for one in found if one is not None]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
