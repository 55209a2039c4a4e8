"""What each column of the results sheet computes."""

from __future__ import annotations

from dataclasses import dataclass

from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.portfolio.inputs import FACTORS_NAME, FIRST_FACTOR, LAST_FACTOR
from workbook_templates.portfolio.layout import (
    DATA_TABLES,
    policy_reference,
    reference,
    result_name,
)


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column of the results sheet.

    Attributes:
        name: its defined name without the prefix.
        en: its English header.
        zh: its Chinese header.
        group: the group of columns it belongs to, in the sheet's language.
        kind: of number format.
        width: in characters.
        formula: the array formula that fills it.
        decides: whether it is a result to act on rather than a step on the way.
    """

    name: str
    en: str
    zh: str
    group: str
    kind: str
    width: float
    formula: str
    decides: bool = False

    def header(self, lang: Lang) -> str:
        """The column's header in a language."""
        return self.zh if lang == "zh" else self.en


class _Refs:
    """References to the data tables, in the language of their headers."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def width(self, en: float, zh: float) -> float:
        return zh if self.lang == "zh" else en

    def customer(self, field: str) -> str:
        return reference("customers", field, self.lang)

    def loan(self, field: str) -> str:
        return reference("loans", field, self.lang)

    def event(self, field: str) -> str:
        return reference("transactions", field, self.lang)

    def factors(self) -> str:
        first = self.customer(FIRST_FACTOR).removeprefix(DATA_TABLES["customers"])
        last = self.customer(LAST_FACTOR).removeprefix(DATA_TABLES["customers"])
        return f"{DATA_TABLES['customers']}[{first}:{last}]"


def result_columns(lang: Lang) -> tuple[ResultColumn, ...]:
    """All columns of the results sheet, in their order."""
    refs = _Refs(lang)
    return (
        *_identity(refs),
        *_loans(refs),
        *_grading(refs),
        *_value(refs),
        *_rfm(),
        *_priority(refs),
        *_tier(refs),
        *_decision(refs),
    )


def _res(name: str) -> str:
    return result_name(name)


def _overdue_beyond(days: str) -> str:
    """Whether the days overdue exceed a limit; blank where there is debt but no such figure.

    Excel holds any text, even "", to be more than every number.
    """
    overdue, exposure = _res("overdue_days"), _res("exposure")
    return f'IF(ISNUMBER({overdue}),{overdue}>{days},IF({exposure}=0,FALSE,""))'


def _identity(refs: _Refs) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Customer", "客户")
    industry = refs.customer("industry")
    size = udf(
        "CR_SIZE",
        industry=industry,
        employees=refs.customer("employees"),
        revenue=refs.customer("revenue"),
        assets=refs.customer("assets"),
        lang="lang",
    )
    section = udf("CR_INDUSTRY", code=industry, level='"name"', lang="lang")
    risk = udf(
        "CR_INDRISK",
        industry=industry,
        table=policy_reference("industry_risk"),
        levels=policy_reference("industry_risk_levels"),
        lang="lang",
    )
    region = udf("CR_REGION", code=refs.customer("region"), level='"region"', lang="lang")
    return [
        ResultColumn("customer_id", "Customer ID", "客户编号", group, "text", 13,
                     f"={refs.customer('customer_id')}"),
        ResultColumn("name", "Name", "客户名称", group, "words", 42,
                     f"={refs.customer('name')}"),
        ResultColumn("size", "Size", "企业规模", group, "words", 11, f"={size}"),
        ResultColumn("industry", "Industry section", "行业门类", group, "words", refs.width(72, 36), f"={section}"),
        ResultColumn("industry_risk", "Industry risk", "行业风险", group, "words", 11, f"={risk}"),
        ResultColumn("region", "Region", "地区", group, "words", 11, f"={region}"),
    ]  # fmt: skip


def _loans(refs: _Refs) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Exposure", "敞口")
    owners = refs.loan("customer_id")

    def rollup(field: str, how: str) -> str:
        return udf(
            "CR_ROLLUP",
            keys=_res("customer_id"),
            row_keys=owners,
            row_values=refs.loan(field),
            how=f'"{how}"',
        )

    return [
        ResultColumn("exposure", "Exposure", "敞口", group, "money", 12,
                     f"={rollup('balance', 'sum')}", decides=True),
        ResultColumn("overdue_days", "Days overdue", "最长逾期天数", group, "count", 13,
                     f"={rollup('overdue_days', 'max')}"),
        ResultColumn("npl", "Non-performing", "是否不良", group, "flag", 13,
                     f"={_overdue_beyond('npl_days')}"),
    ]  # fmt: skip


def _grading(refs: _Refs) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Credit grade", "信用等级")
    card = {
        "values": refs.factors(),
        "scorecard": policy_reference("scorecard_corporate"),
        "factors": FACTORS_NAME,
    }
    caps = {
        "score": _res("score"),
        "knockouts": refs.customer("knockouts"),
        "scale": policy_reference("grade_scale"),
        "caps": policy_reference("grade_caps"),
    }
    person = f"({refs.customer('kind')}=person_word)*({refs.customer('consent')}<>consent_word)"
    score = f'IF(consent_needed*{person},"",{udf("CR_SCORE", **card)})'
    reasons = f'IF({_res("score")}="","",{udf("CR_REASONS", **card, lang="lang")})'
    loss = f'IF(ISNUMBER({_res("pd")}),{_res("pd")}*lgd*{_res("exposure")},"")'
    pd = udf("CR_GRADE2PD", grade=_res("grade"), scale=policy_reference("master_scale"))
    return [
        ResultColumn("score", "Score", "得分", group, "number", 10,
                     f"={score}"),
        ResultColumn("reasons", "Main deductions", "主要失分项", group, "words", refs.width(108, 90),
                     f"={reasons}"),
        ResultColumn("grade", "Grade", "等级", group, "words", 9,
                     f"={udf('CR_GRADE', **caps)}", decides=True),
        ResultColumn("grade_why", "Why this grade", "等级理由", group, "words", refs.width(110, 90),
                     f"={udf('CR_GRADE', **caps, out=_text('why'), lang='lang')}"),
        ResultColumn("pd", "PD", "违约概率", group, "pd", 11, f"={pd}", decides=True),
        ResultColumn("expected_loss", "Expected loss", "预期损失", group, "number", 12,
                     f"=IF(ISERROR({_res('pd')}),{_res('pd')},{loss})", decides=True),
    ]  # fmt: skip


def _text(value: str) -> str:
    return f'"{value}"'


def _if_filled(column: str, formula: str) -> str:
    """The formula where a column of the results holds something, otherwise a blank.

    Who is not scored for want of consent, or has no loan, has no such result either; that is no
    error.
    """
    return f'IF({_res(column)}="","",{formula})'


def _events(refs: _Refs, out: str) -> str:
    return udf(
        "CR_RFMBASE",
        customers=_res("customer_id"),
        event_customers=refs.event("customer_id"),
        event_dates=refs.event("date"),
        event_amounts=refs.event("amount"),
        as_of="asof",
        event_counts=refs.event("count"),
        months="rfm_months",
        event_kinds=refs.event("kind"),
        excluded_kinds="missed_event",
        out=_text(out),
    )


def _value(refs: _Refs) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Value", "价值")
    given = refs.customer("contribution")
    abc = udf(
        "CR_ABC",
        values=_res("contribution"),
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
                     f'=IF({given}="",{_res("monetary")}*12/rfm_months,{given})', decides=True),
        ResultColumn("value_share", "Customers worth more", "价值位次", group, "rate", 15,
                     f"={udf('CR_PERCENTILE', values=_res('contribution'))}"),
        ResultColumn("abc", "ABC class", "ABC 类别", group, "words", 9, f"={abc}", decides=True),
    ]  # fmt: skip


def _rfm() -> list[ResultColumn]:
    group = "RFM"

    def scores(out: str) -> str:
        return udf(
            "CR_RFM",
            recency=_res("recency"),
            frequency=_res("frequency"),
            monetary=_res("monetary"),
            bins="rfm_bins",
            method="rfm_method",
            out=_text(out),
        )

    segment = udf(
        "CR_RFMSEG",
        r=_res("r"),
        f=_res("f"),
        m=_res("m"),
        map=policy_reference("rfm_segments"),
        overdue=_overdue_beyond("rfm_overdue_days"),
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


def _priority(refs: _Refs) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Priority", "优先级")
    held = refs.customer("products_held")

    def vrn(out: str) -> str:
        return udf(
            "CR_VRN",
            value=_res("contribution"),
            risk=_res("pd"),
            need=_res("need"),
            value_weight="vrn_value_weight",
            risk_weight="vrn_risk_weight",
            need_weight="vrn_need_weight",
            high="vrn_high",
            low="vrn_low",
            out=_text(out),
        )

    account = udf(
        "CR_ABC3",
        contribution=_res("contribution"),
        pd=_res("pd"),
        policy=policy_reference("account_classes"),
        lang="lang",
    )
    return [
        ResultColumn("need", "Product gap", "产品缺口", group, "count", 9,
                     f"=IF({held}>products_target,0,products_target-{held})"),
        ResultColumn("vrn", "Value-risk-need", "价值-风险-需求", group, "words", 14,
                     f"={_if_filled('pd', vrn('value'))}"),
        ResultColumn("vrn_index", "Priority index", "优先指数", group, "number", 10,
                     f"={_if_filled('pd', vrn('index'))}"),
        ResultColumn("account", "Account class", "客户类别", group, "words", 10,
                     f"={_if_filled('pd', account)}"),
    ]  # fmt: skip


def _tier(refs: _Refs) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Tier", "层级")

    def events(word: str) -> str:
        return udf(
            "CR_ROLLUP",
            keys=_res("customer_id"),
            row_keys=refs.event("customer_id"),
            row_values=refs.event("count"),
            how=_text("sum"),
            where=refs.event("kind"),
            equals=word,
            blank="1",
        )

    behaviour = udf(
        "CR_BEHAVE",
        on_time_rate=_res("on_time"),
        max_overdue_days=_res("overdue_days"),
        policy=policy_reference("behaviour"),
        lang="lang",
    )
    tier = {
        "pd": _res("pd"),
        "value_share": _res("value_share"),
        "npl": _res("npl"),
        "tiers": policy_reference("risk_tiers"),
        "lang": "lang",
    }
    account = udf(
        "CR_TIER",
        contribution_share=_res("value_share"),
        grade=_res("grade"),
        group=refs.customer("group"),
        policy=policy_reference("account_tiers"),
        scale=policy_reference("grade_scale"),
        lang="lang",
    )
    label = udf("CR_GRADESEG", grade=_res("grade"), segment=_res("segment"), lang="lang")
    return [
        ResultColumn("paid", "Payments made", "按期还款次数", group, "count", 10,
                     f"={events('paid_event')}"),
        ResultColumn("missed", "Payments missed", "未按期还款次数", group, "count", 10,
                     f"={events('missed_event')}"),
        ResultColumn("on_time", "On-time rate", "按期还款率", group, "rate", 11,
                     f'=IF({_res("paid")}+{_res("missed")}=0,"",{_res("paid")}/({_res("paid")}+{_res("missed")}))'),
        ResultColumn("behaviour", "Behaviour", "还款行为", group, "words", 12,
                     f"={_if_filled('overdue_days', behaviour)}"),
        ResultColumn("risk_tier", "Risk tier", "风险层级", group, "words", 11,
                     f"={udf('CR_RISKTIER', **tier)}", decides=True),
        ResultColumn("tier_why", "Why this tier", "层级理由", group, "words", refs.width(84, 72),
                     f"={udf('CR_RISKTIER', **tier, out=_text('why'))}"),
        ResultColumn("account_tier", "Account tier", "客户层级", group, "words", 13,
                     f"={_if_filled('pd', account)}", decides=True),
        ResultColumn("label", "Grade and segment", "等级与细分", group, "words", 24,
                     f"={_if_filled('pd', label)}"),
    ]  # fmt: skip


def _decision(refs: _Refs) -> list[ResultColumn]:
    say = Speaker(refs.lang)
    group = say("Strategy", "策略")

    def strategy(item: str) -> str:
        return udf(
            "CR_STRATEGY",
            tier=_res("risk_tier"),
            item=_text(item),
            policy=policy_reference("tier_strategy"),
            lang="lang",
        )

    action = udf(
        "CR_ACTION",
        tier=_res("risk_tier"),
        value_class=_res("abc"),
        policy=policy_reference("tier_actions"),
        lang="lang",
    )
    review = udf(
        "CR_NEXTREVIEW",
        last_review=refs.customer("last_review"),
        tier=_res("risk_tier"),
        policy=policy_reference("tier_strategy"),
        lang="lang",
    )
    assets, debt = refs.customer("assets"), refs.customer("debt_ratio")
    worth = f'IF(({assets}="")+({debt}="")>0,"",{assets}*(1-{debt}))'
    limit = f"{_res('net_worth')}*({_res('net_worth')}>0)*{strategy('limit_multiple')}"
    no_tier = say("No tier: see the error", "未分层：见错误值")
    over = say("Over the limit", "超授信额度")
    barred = say("No consent: not scored", "未授权：不评分")
    untiered = f"IFERROR(LEN({_res('risk_tier')}),0)=0"
    unscored = f'IF(IFERROR(LEN({_res("score")}),1)=0,"{barred}","{no_tier}")'
    return [
        ResultColumn("approval", "Approval path", "审批路径", group, "words", refs.width(100, 60),
                     f"={strategy('approval')}"),
        ResultColumn("spread_bp", "Spread, bp", "利差（基点）", group, "count", 11,
                     f"={strategy('spread_bp')}"),
        ResultColumn("net_worth", "Net worth", "净资产", group, "money", 12, f"={worth}"),
        ResultColumn("limit", "Limit", "授信额度", group, "money", 12,
                     f'=IF(({_res("net_worth")}="")+({_res("risk_tier")}="")>0,"",{limit})', decides=True),
        ResultColumn("headroom", "Headroom", "可用额度", group, "money", 12,
                     f'=IF({_res("limit")}="","",{_res("limit")}-{_res("exposure")})'),
        ResultColumn("next_review", "Next review", "下次复评日", group, "date", 12,
                     f"={_if_filled('risk_tier', review)}", decides=True),
        ResultColumn("action", "Action", "管理措施", group, "words", refs.width(120, 94), f"={action}"),
        ResultColumn("check", "Check", "检查", group, "words", 22,
                     f'=IF({untiered},{unscored},IF({_res("headroom")}<0,"{over}",""))'),
    ]  # fmt: skip
