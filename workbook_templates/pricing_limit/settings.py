"""The single policy cells of the pricing and limit workbook."""

from __future__ import annotations

import datetime as dt
from typing import Final

from workbook_templates.language import Lang
from workbook_templates.pages.settings import Setting, language_setting

AS_OF: Final = dt.date(2026, 3, 31)


def settings(lang: Lang) -> tuple[Setting, ...]:
    """The settings, with the language of the workbook in its cell."""
    return (
        Setting("asof", AS_OF, "date", ("As-of date", "基准日"),
                ("Days to expiry and to reviews count from this date.", "到期与复评天数自该日起算。")),
        language_setting(lang),
        Setting("funding_basis", "loan", "text", ("Funding is charged on", "资金成本计收基础"),
                ("loan: the whole loan; debt: the part that capital does not fund; invested: capital earns a yield.",
                "loan：全部贷款；debt：资本以外部分；invested：资本另计收益。"), ("loan", "debt", "invested")),
        Setting("vat_basis", "excluded", "text", ("Rates with VAT", "利率是否含增值税"),
                ("excluded: rates are net of VAT; included: they bear VAT and surcharges.",
                "excluded：不含税利率；included：含增值税及附加。"), ("excluded", "included")),
        Setting("basis_points", 10_000, "count", ("Basis points in one", "基点换算"),
                ("A rate times this number is in basis points.", "利率乘以该数即为基点。")),
        Setting("year_days", 360, "count", ("Days of a year for turnover", "周转天数的年天数"),
                ("For the working-capital need.", "用于营运资金需求测算。")),
        Setting("notice_days", 90, "count", ("Notice before expiry and review", "到期与复评提前天数"),
                ("Facilities, reviews and exceptions due within these days are marked.", "该天数内到期的额度、复评与例外予以标示。")),
        Setting("level_over_limit", 4, "count", ("Level for credit above the limit", "超测算额度的审批层级"),
                ("Number of the approval level where the request exceeds the limit by method.",
                "申请金额超过测算额度时的审批层级序号。")),
        Setting("level_short_collateral", 3, "count", ("Level for short collateral", "押品不足的审批层级"),
                ("Number of the approval level where the loan exceeds the highest loan to value.",
                "超过最高抵押率时的审批层级序号。")),
    )  # fmt: skip
