"""Starting the server: `creditcells server`."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addin.errors import FileError
from addin.server.settings import use_environment

WHERE: Final = "creditcells server"
_PATIENCE: Final = 300
"""Seconds after which a worker that does not answer is taken for dead."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and with how many workers.

    Attributes:
        host: the address of this machine that it listens on.
        port: the port.
        workers: processes that answer side by side.
        certificate: certificate file for https; None where a proxy in front has it.
        key: the certificate's private key file.
    """

    host: str
    port: int
    workers: int
    certificate: Path | None = None
    key: Path | None = None


def serve(address: Address) -> None:
    """Answer Excel until the process is told to stop.

    Raises:
        FileError: xlwings Server or its licence is missing, or a setting is wrong.
    """
    check_licence()
    use_environment()
    import uvicorn  # noqa: PLC0415 - there only with the extra

    uvicorn.run(
        "addin.server.app:create_app",
        factory=True,
        host=address.host,
        port=address.port,
        workers=address.workers,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
        # Requests hold cells of customers: what was asked is nobody's business but theirs.
        access_log=False,
        # A worker that reads a million rows answers no ping meanwhile, and is well all the same.
        timeout_worker_healthcheck=_PATIENCE,
        server_header=False,
    )


def check_licence() -> None:
    """See that xlwings Server is there and may be used.

    Raises:
        FileError: it is not.
    """
    if importlib.util.find_spec("xlwings_server") is None:
        raise FileError(
            WHERE, "xlwings Server is not installed.", "pip install 'creditcells[server]'"
        )
    # In a process of its own: xlwings decides when it is imported what its decorators do here.
    asked = subprocess.run(
        [sys.executable, "-c", "import xlwings.pro"], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        *_, last = asked.stderr.strip().splitlines() or [""]
        raise FileError(
            WHERE,
            f"xlwings refuses to work as a server: {last.rpartition('Error: ')[2]}",
            "Set XLWINGS_LICENSE_KEY: a paid xlwings PRO key, or the value that xlwings gives for "
            "noncommercial use. A bank's own use is commercial.",
        )
