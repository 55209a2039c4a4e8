"""The policy tables of one workbook, as its formulas refer to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.policy_tables import PolicyTable


def on_two_sheets(lang: Lang) -> str:
    """What the first of two policy sheets says of itself under its title."""
    return Speaker(lang)(
        "Every threshold stands here and on the next sheet. Change a blue cell and all sheets follow.",
        "所有阈值只在本页与下一页维护。修改蓝字单元格，各表随之更新。",
    )


class Policy:
    """The policy tables of one workbook in one language, by the name of the table they start from."""

    def __init__(self, listed: Iterable[PolicyTable], lang: Lang) -> None:
        self.lang: Final[Lang] = lang
        self.tables: Final = {policy.table.name: policy for policy in listed}

    def whole(self, key: str) -> str:
        """A table with its headers, as a function's argument."""
        return self.tables[key].whole

    def column(self, key: str, column: str) -> str:
        """A column of a table."""
        return self.tables[key].column(column, self.lang)

    def labels(self, key: str, column: str = "label") -> tuple[str, str]:
        """The columns of a label in English and in Chinese."""
        return self.column(key, f"{column}_en"), self.column(key, f"{column}_zh")

    def label(self, key: str, row: str, column: str = "label") -> str:
        """The label in a row of a table, in the language of the results."""
        english, chinese = self.labels(key, column)
        return f'IF(lang="zh",INDEX({chinese},{row}),INDEX({english},{row}))'

    def find(self, key: str, label: str, column: str = "label") -> str:
        """The row of a table that has a label, in either language."""
        english, chinese = self.labels(key, column)
        return f"IFERROR(MATCH({label},{english},0),MATCH({label},{chinese},0))"
