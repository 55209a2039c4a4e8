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

__all__ = ["Progress", "Source", "SourceSet", "Summary", "TableCount", "TierLine", "Uncomputed"]
