"""The manifest of a run: what went in, what came out, by which policy and programs.

It holds no time of day, so that two runs on the same input write the same one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from addin.bank.engine import Engine
from addin.bank.inputs import Input
from addin.bank.policy_book import Policy
from addin.bank.staging import InputCount
from addin.bank.summary import RunSummary
from addin.bank.text_batches import file_digest
from udfs.helpers.about import version

FILE: Final = "manifest.json"
_PROGRAMS: Final = ("pyarrow", "pandas", "numpy", "ironcalc")


def write_manifest(
    folder: Path,
    policy: Policy,
    inputs: Sequence[Input],
    counts: Sequence[InputCount],
    summary: RunSummary,
    engine: Engine,
) -> None:
    """Write ``manifest.json`` into the folder of a run's output."""
    programs = (*engine.programs, *_PROGRAMS)
    content: dict[str, Any] = {
        "as_of": policy.as_of.isoformat(),
        "policy": {
            "file": policy.file.name,
            "fingerprint": policy.fingerprint,
            "formulas": policy.formulas,
            "lang": policy.lang,
        },
        "inputs": [
            _plain(count) | {"sha256": part.sha256, "kept": count.read - count.left_out}
            for part, count in zip(inputs, counts, strict=True)
        ],
        "customers": summary.customers,
        "faults": summary.faults,
        "errors": summary.errors,
        "versions": {"creditcells": version()} | {name: installed(name) for name in programs},
        "files": [
            {
                "file": file.relative_to(folder).as_posix(),
                "rows": pq.read_metadata(file).num_rows,
                "sha256": file_digest(file),
            }
            for file in sorted(folder.rglob("*.parquet"))
        ],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def _plain(count: InputCount) -> dict[str, Any]:
    facts = asdict(count)
    del facts["columns"]
    return facts
