"""What each column of the results sheet computes."""

from __future__ import annotations

from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.portfolio.inputs import FACTORS_NAME
from workbook_templates.portfolio.layout import policy_reference
from workbook_templates.portfolio.result_classes import class_columns
from workbook_templates.portfolio.result_columns import (
    References,
    ResultColumn,
    overdue_beyond,
    quoted,
    result,
)
from workbook_templates.portfolio.result_tiers import decision_columns, tier_columns
from workbook_templates.portfolio.result_value import priority_columns, rfm_columns, value_columns


def result_columns(lang: Lang) -> tuple[ResultColumn, ...]:
    """All columns of the results sheet, in their order."""
    refs = References(lang)
    return (
        *_identity(refs),
        *_loans(refs),
        *_grading(refs),
        *value_columns(refs),
        *rfm_columns(),
        *priority_columns(refs),
        *tier_columns(refs),
        *class_columns(refs),
        *decision_columns(refs),
    )


def _identity(refs: References) -> list[ResultColumn]:
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
                     _text_of(refs.customer("customer_id"))),
        ResultColumn("name", "Name", "客户名称", group, "words", 42,
                     _text_of(refs.customer("name"))),
        ResultColumn("size", "Size", "企业规模", group, "words", 11, f"={size}"),
        ResultColumn("industry", "Industry section", "行业门类", group, "words", refs.width(72, 36), f"={section}"),
        ResultColumn("industry_risk", "Industry risk", "行业风险", group, "words", 11, f"={risk}"),
        ResultColumn("region", "Region", "地区", group, "words", 11, f"={region}"),
    ]  # fmt: skip


def _text_of(cells: str) -> str:
    """The texts of cells as they are; Excel alone would show a blank one as 0."""
    return f'=IF({cells}="","",{cells})'


def _loans(refs: References) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Exposure", "敞口")
    owners = refs.loan("customer_id")

    def rollup(field: str, how: str) -> str:
        return udf(
            "CR_ROLLUP",
            keys=result("customer_id"),
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
                     f"={overdue_beyond('npl_days')}"),
    ]  # fmt: skip


def _grading(refs: References) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Credit grade", "信用等级")
    card = {
        "values": refs.factors(),
        "scorecard": policy_reference("scorecard_corporate"),
        "factors": FACTORS_NAME,
    }
    caps = {
        "score": result("score"),
        "knockouts": refs.customer("knockouts"),
        "scale": policy_reference("grade_scale"),
        "caps": policy_reference("grade_caps"),
    }
    person = f"({refs.customer('kind')}=person_word)*({refs.customer('consent')}<>consent_word)"
    score = f'IF(consent_needed*{person},"",{udf("CR_SCORE", **card)})'
    reasons = f'IF({result("score")}="","",{udf("CR_REASONS", **card, lang="lang")})'
    loss = f'IF(ISNUMBER({result("pd")}),{result("pd")}*lgd*{result("exposure")},"")'
    pd = udf("CR_GRADE2PD", grade=result("grade"), scale=policy_reference("master_scale"))
    return [
        ResultColumn("score", "Score", "得分", group, "number", 10,
                     f"={score}"),
        ResultColumn("reasons", "Main deductions", "主要失分项", group, "words", refs.width(108, 90),
                     f"={reasons}"),
        ResultColumn("grade", "Grade", "等级", group, "words", 9,
                     f"={udf('CR_GRADE', **caps)}", decides=True),
        ResultColumn("grade_why", "Why this grade", "等级理由", group, "words", refs.width(110, 90),
                     f"={udf('CR_GRADE', **caps, out=quoted('why'), lang='lang')}"),
        ResultColumn("pd", "PD", "违约概率", group, "pd", 11, f"={pd}", decides=True),
        ResultColumn("expected_loss", "Expected loss", "预期损失", group, "number", 12,
                     f"=IF(ISERROR({result('pd')}),{result('pd')},{loss})", decides=True),
    ]  # fmt: skip
