"""The risk policy sheet: the bank's capital, loan classes, provisions, and limits on exposures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openpyxl.workbook import Workbook

from udfs import tables
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_page
from workbook_templates.pages.policy_tables import PolicyTable
from workbook_templates.pages.settings import Setting
from workbook_templates.portfolio.layout import (
    NET_CAPITAL_NAME,
    POLICY_TABLES,
    RISK_TABLES,
    SHEETS,
    TIER1_NAME,
)

_SCHEMES: Final = tuple(dict.fromkeys(tables.builtin("provision_rates").rows["provision_scheme"]))
_BANDS: Final = tuple(dict.fromkeys(tables.builtin("hhi_bands").rows["scheme"]))


def risk_settings(capital: Mapping[str, float]) -> tuple[Setting, ...]:
    """The single cells of the risk policy.

    Args:
        capital: the bank's capital by the cell's name; empty for an empty workbook.
    """
    return (
        Setting(TIER1_NAME, capital.get(TIER1_NAME), "money", ("Net tier 1 capital, CNY 10k", "一级资本净额（万元）"),
                ("Input: the bank's own figure. Large exposures are measured against it.",
                 "录入项：本行数据。大额风险暴露以此为基数。")),
        Setting(NET_CAPITAL_NAME, capital.get(NET_CAPITAL_NAME), "money", ("Net capital, CNY 10k", "资本净额（万元）"),
                ("Input: the bank's own figure. Single-customer loans and the largest ten are measured against it.",
                 "录入项：本行数据。单一客户贷款与最大十家以此为基数。")),
        Setting("provision_scheme", _SCHEMES[0], "text", ("Provision scheme", "计提方案"),
                ("A scheme of the provision rates.", "计提比例表中的方案。"), _SCHEMES),
        Setting("hhi_scheme", _BANDS[0], "text", ("Bands of the HHI", "HHI 分档方案"),
                ("A scheme of the bands of the Herfindahl-Hirschman index.", "赫芬达尔指数分档表中的方案。"), _BANDS),
        Setting("top_names", 20, "count", ("Largest customers shown", "最大客户数"),
                ("How many of the largest customers the concentration page adds up, beside those of the table.",
                 "集中度页在监管指标之外另行合计的最大客户数。")),
    )  # fmt: skip


def add_risk_policy_sheet(book: Workbook, lang: Lang, capital: Mapping[str, float]) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    page = PolicyPage(
        title=SHEETS["risk_policy"][lang],
        subtitle=say(
            "Regulation on loan classes, provisions and large exposures, and the bank's own limits. "
            "Rows marked to_check were written from memory: check them against the regulation.",
            "五级分类、拨备与大额风险暴露的监管规定，以及本行限额。标有“待核对”的行请核对法规原文。",
        ),
        tables=tuple(
            PolicyTable(tables.builtin(name), POLICY_TABLES[name]) for name in RISK_TABLES
        ),
        settings=risk_settings(capital),
    )
    add_policy_page(book, page, lang)
