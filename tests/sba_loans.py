"""Real loans (US Small Business Administration): their files, and the policy to refresh them with.

The officer replaces three policy tables: a scorecard over what the source knows, the grade
cut-offs, and a master scale calibrated to the observed charge-off rates.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest

from addin.portfolio import SourceSet, refresh_file
from addin.portfolio.model import Summary
from addin.templates import new_workbook

HERE = Path(__file__).parent / "portfolio"
DATA = HERE.parents[1] / "../shared/data/sba_loans"
POLICY = {
    "scorecard_corporate": HERE / "sba_scorecard.csv",
    "grade_scale": HERE / "sba_grade_scale.csv",
    "master_scale": HERE / "sba_master_scale.csv",
}
WHOLE, SHIFTED = "SBAnational_22k.csv", "SBAnational_eu_semicolon_a.csv"
MAPPINGS = {WHOLE: "sba_22k.toml", SHIFTED: "sba_semicolon.toml"}
AS_OF = dt.date(2014, 12, 31)
needs_the_files = pytest.mark.skipif(
    not DATA.is_dir(), reason="../shared/data/sba_loans is not on this machine"
)


def sources(file, policy=None):
    return SourceSet.of(
        named={"sba": str(DATA / file)}, mapping=HERE / MAPPINGS[file], policy=policy
    )


@dataclass(frozen=True)
class RefreshedLoans:
    """A workbook refreshed from one of the files; tests must not change it."""

    file: Path
    book: Path
    summary: Summary


def refreshed(folder, file, lang):
    book = new_workbook("portfolio", folder / f"{lang}.xlsx", lang=lang)
    summary = refresh_file(book, sources(file, POLICY), as_of=AS_OF)
    return RefreshedLoans(DATA / file, book, summary)
