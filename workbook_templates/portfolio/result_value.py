"""Result columns of value: income, RFM, ABC, priority."""

from __future__ import annotations

from workbook_templates.formulas import udf
from workbook_templates.language import Speaker
from workbook_templates.portfolio.layout import policy_reference
from workbook_templates.portfolio.result_columns import (
    References,
    ResultColumn,
    if_filled,
    overdue_beyond,
    quoted,
    result,
)


def _events(refs: References, out: str) -> str:
    return udf(
        "CR_RFMBASE",
        customers=result("customer_id"),
        event_customers=refs.event("customer_id"),
        event_dates=refs.event("date"),
        event_amounts=refs.event("amount"),
        as_of="asof",
        event_counts=refs.event("count"),
        months="rfm_months",
        event_kinds=refs.event("kind"),
        excluded_kinds="missed_event",
        out=quoted(out),
    )


def value_columns(refs: References) -> list[ResultColumn]:
    """Recency, frequency, income, contribution and ABC class."""
    group = Speaker(refs.lang)("Value", "价值")
    given = refs.customer("contribution")
    yearly = f"{result('monetary')}*12/rfm_months"
    abc = udf(
        "CR_ABC",
        values=result("contribution"),
        cut_a="abc_cut_a",
        cut_b="abc_cut_b",
        cross="abc_cross",
    )
    return [
        ResultColumn("recency", "Recency, days", "最近一次（天）", group, "count", 11,
                     f"={_events(refs, 'recency')}"),
        ResultColumn("frequency", "Frequency", "频率", group, "count", 11,
                     f"={_events(refs, 'frequency')}"),
        ResultColumn("monetary", "Monetary", "金额", group, "number", 11,
                     f"={_events(refs, 'monetary')}"),
        ResultColumn("contribution", "Contribution per year", "年综合贡献", group, "number", 13,
                     f'=IF({given}="",{if_filled("monetary", yearly)},{given})', decides=True),
        ResultColumn("value_share", "Customers worth more", "价值位次", group, "rate", 15,
                     f"={udf('CR_PERCENTILE', values=result('contribution'))}"),
        ResultColumn("abc", "ABC class", "ABC 类别", group, "words", 9, f"={abc}", decides=True),
    ]  # fmt: skip


def rfm_columns() -> list[ResultColumn]:
    """R, F, M and the segment."""
    group = "RFM"

    def scores(out: str) -> str:
        return udf(
            "CR_RFM",
            recency=result("recency"),
            frequency=result("frequency"),
            monetary=result("monetary"),
            bins="rfm_bins",
            method="rfm_method",
            out=quoted(out),
        )

    segment = udf(
        "CR_RFMSEG",
        r=result("r"),
        f=result("f"),
        m=result("m"),
        map=policy_reference("rfm_segments"),
        overdue=overdue_beyond("rfm_overdue_days"),
        lang="lang",
    )
    return [
        ResultColumn("r", "R", "R", group, "code", 5, f"={scores('r')}"),
        ResultColumn("f", "F", "F", group, "code", 5, f"={scores('f')}"),
        ResultColumn("m", "M", "M", group, "code", 5, f"={scores('m')}"),
        ResultColumn("rfm", "RFM code", "RFM 代码", group, "code", 9, f"={scores('value')}"),
        ResultColumn("segment", "RFM segment", "RFM 细分", group, "words", 22, f"={segment}",
                     decides=True),
    ]  # fmt: skip


def priority_columns(refs: References) -> list[ResultColumn]:
    """Value, risk and need, and the account class."""
    group = Speaker(refs.lang)("Priority", "优先级")
    held = refs.customer("products_held")
    gap = f"IF({held}>products_target,0,products_target-{held})"

    def vrn(out: str) -> str:
        return udf(
            "CR_VRN",
            value=result("contribution"),
            risk=result("pd"),
            need=result("need"),
            value_weight="vrn_value_weight",
            risk_weight="vrn_risk_weight",
            need_weight="vrn_need_weight",
            high="vrn_high",
            low="vrn_low",
            out=quoted(out),
        )

    account = udf(
        "CR_ABC3",
        contribution=result("contribution"),
        pd=result("pd"),
        policy=policy_reference("account_classes"),
        lang="lang",
    )
    return [
        ResultColumn("need", "Product gap", "产品缺口", group, "count", 9,
                     f"={if_filled('customer_id', gap)}"),
        ResultColumn("vrn", "Value-risk-need", "价值-风险-需求", group, "words", 14,
                     f"={if_filled('pd', vrn('value'))}"),
        ResultColumn("vrn_index", "Priority index", "优先指数", group, "number", 10,
                     f"={if_filled('pd', vrn('index'))}"),
        ResultColumn("account", "Account class", "客户类别", group, "words", 10,
                     f"={if_filled('pd', account)}"),
    ]  # fmt: skip
