"""Result columns of tier and strategy."""

from __future__ import annotations

from workbook_templates.formulas import udf
from workbook_templates.language import Speaker
from workbook_templates.portfolio.layout import policy_reference
from workbook_templates.portfolio.result_columns import (
    References,
    ResultColumn,
    if_filled,
    quoted,
    result,
)


def tier_columns(refs: References) -> list[ResultColumn]:
    """Behaviour, risk tier, account tier and label."""
    group = Speaker(refs.lang)("Tier", "层级")

    def events(word: str) -> str:
        return udf(
            "CR_ROLLUP",
            keys=result("customer_id"),
            row_keys=refs.event("customer_id"),
            row_values=refs.event("count"),
            how=quoted("sum"),
            where=refs.event("kind"),
            equals=word,
            blank="1",
        )

    behaviour = udf(
        "CR_BEHAVE",
        on_time_rate=result("on_time"),
        max_overdue_days=result("overdue_days"),
        policy=policy_reference("behaviour"),
        lang="lang",
    )
    tier = {
        "pd": result("pd"),
        "value_share": result("value_share"),
        "npl": result("npl"),
        "tiers": policy_reference("risk_tiers"),
        "lang": "lang",
    }
    account = udf(
        "CR_TIER",
        contribution_share=result("value_share"),
        grade=result("grade"),
        group=refs.customer("group"),
        policy=policy_reference("account_tiers"),
        scale=policy_reference("grade_scale"),
        lang="lang",
    )
    due = f"({result('paid')}+{result('missed')})"
    label = udf("CR_GRADESEG", grade=result("grade"), segment=result("segment"), lang="lang")
    on_time = f'IF({due}=0,"",{result("paid")}/{due})'
    return [
        ResultColumn("paid", "Payments made", "按期还款次数", group, "count", 10,
                     f"={events('paid_event')}"),
        ResultColumn("missed", "Payments missed", "未按期还款次数", group, "count", 10,
                     f"={events('missed_event')}"),
        ResultColumn("on_time", "On-time rate", "按期还款率", group, "rate", 11,
                     f'={if_filled("customer_id", on_time)}'),
        ResultColumn("behaviour", "Behaviour", "还款行为", group, "words", 12,
                     f"={if_filled('overdue_days', behaviour)}"),
        ResultColumn("risk_tier", "Risk tier", "风险层级", group, "words", 11,
                     f"={udf('CR_RISKTIER', **tier)}", decides=True),
        ResultColumn("tier_why", "Why this tier", "层级理由", group, "words", refs.width(84, 72),
                     f"={udf('CR_RISKTIER', **tier, out=quoted('why'))}"),
        ResultColumn("account_tier", "Account tier", "客户层级", group, "words", 13,
                     f"={if_filled('pd', account)}", decides=True),
        ResultColumn("label", "Grade and segment", "等级与细分", group, "words", 24,
                     f"={if_filled('pd', label)}"),
    ]  # fmt: skip


def decision_columns(refs: References) -> list[ResultColumn]:
    """The tier's strategy for the customer, limit, next review and what to check."""
    say = Speaker(refs.lang)
    group = say("Strategy", "策略")

    def strategy(item: str) -> str:
        return udf(
            "CR_STRATEGY",
            tier=result("risk_tier"),
            item=quoted(item),
            policy=policy_reference("tier_strategy"),
            lang="lang",
        )

    action = udf(
        "CR_ACTION",
        tier=result("risk_tier"),
        value_class=result("abc"),
        policy=policy_reference("tier_actions"),
        lang="lang",
    )
    review = udf(
        "CR_NEXTREVIEW",
        last_review=refs.customer("last_review"),
        tier=result("risk_tier"),
        policy=policy_reference("tier_strategy"),
        lang="lang",
    )
    assets, debt = refs.customer("assets"), refs.customer("debt_ratio")
    worth = f'IF(({assets}="")+({debt}="")>0,"",{assets}*(1-{debt}))'
    limit = f"{result('net_worth')}*({result('net_worth')}>0)*{strategy('limit_multiple')}"
    no_tier = say("No tier: see the error", "未分层：见错误值")
    over = say("Over the limit", "超授信额度")
    barred = say("No consent: not scored", "未授权：不评分")
    untiered = f'({result("customer_id")}<>"")*(IFERROR(LEN({result("risk_tier")}),0)=0)'
    unscored = f'IF(IFERROR(LEN({result("score")}),1)=0,"{barred}","{no_tier}")'
    return [
        ResultColumn("approval", "Approval path", "审批路径", group, "words", refs.width(100, 60),
                     f"={strategy('approval')}"),
        ResultColumn("spread_bp", "Spread, bp", "利差（基点）", group, "count", 11,
                     f"={strategy('spread_bp')}"),
        ResultColumn("net_worth", "Net worth", "净资产", group, "money", 12, f"={worth}"),
        ResultColumn("limit", "Limit", "授信额度", group, "money", 12,
                     f'=IF(({result("net_worth")}="")+({result("risk_tier")}="")>0,"",{limit})', decides=True),
        ResultColumn("headroom", "Headroom", "可用额度", group, "money", 12,
                     f'=IF({result("limit")}="","",{result("limit")}-{result("exposure")})'),
        ResultColumn("next_review", "Next review", "下次复评日", group, "date", 12,
                     f"={if_filled('risk_tier', review)}", decides=True),
        ResultColumn("action", "Action", "管理措施", group, "words", refs.width(120, 94), f"={action}"),
        ResultColumn("check", "Check", "检查", group, "words", 22,
                     f'=IF({untiered},{unscored},IF({result("headroom")}<0,"{over}",""))'),
    ]  # fmt: skip
