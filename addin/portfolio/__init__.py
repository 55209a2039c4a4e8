"""The refresh of a portfolio workbook, in Excel and without it."""

from addin.portfolio.model import (
    Progress,
    Source,
    SourceSet,
    Summary,
    TableCount,
    TierLine,
    Uncomputed,
)
from addin.portfolio.refresh import refresh, refresh_file

__all__ = [
    "Progress",
    "Source",
    "SourceSet",
    "Summary",
    "TableCount",
    "TierLine",
    "Uncomputed",
    "refresh",
    "refresh_file",
]
