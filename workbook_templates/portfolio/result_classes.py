"""Result columns of the five-tier class and of provisions.

A customer's class is that of its worst loan, and all its loans stand in that class. This is
stricter than the Measures of 2023, by which one bad loan makes the others special mention and,
from more than a tenth of the customer's loans on, substandard.
"""

from __future__ import annotations

from typing import Final

from workbook_templates.fields import field
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

BOOK_COLUMNS: Final = (
    "book_normal",
    "book_mention",
    "book_substandard",
    "book_doubtful",
    "book_loss",
)
"""Balances by the class of each loan in the bank's own books, from the best class to the worst."""


def class_columns(refs: References) -> list[ResultColumn]:
    """The class by the worst loan and why, the provision needed, and what the books say."""
    return [*_evidence(refs), *_class(refs), *_provisions(refs), *_books(refs)]


def _rollup(refs: References, values: str, how: str, where: str = "", equals: str = "") -> str:
    """A total of each customer's loans, or of those with a word in another column."""
    only = {"where": refs.loan(where), "equals": quoted(equals)} if where else {}
    return udf(
        "CR_ROLLUP",
        keys=result("customer_id"),
        row_keys=refs.loan("customer_id"),
        row_values=refs.loan(values),
        how=quoted(how),
        **only,
    )


def _word(name: str, place: int, lang: str) -> str:
    """An option of a loan's field as the workbook's language writes it."""
    return field("loans", name).option_labels(lang)[place]


def _evidence(refs: References) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Five-tier class by the worst loan", "五级分类（按最差一笔）")
    known = _rollup(refs, "overdue_days", "count")
    impaired = _rollup(refs, "balance", "count", "impaired", _word("impaired", 0, refs.lang))
    return [
        ResultColumn("loans", "Number of loans", "贷款笔数", group, "count", 10,
                     f"={_rollup(refs, 'balance', 'count')}"),
        ResultColumn("class_days", "Days that classify", "分类逾期天数", group, "count", 10,
                     f'=IF({known}<{result("loans")},"",{result("overdue_days")})'),
        ResultColumn("impaired", "Any loan impaired", "有减值贷款", group, "flag", 11,
                     f"={if_filled('loans', f'{impaired}>0')}"),
    ]  # fmt: skip


def _class(refs: References) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Five-tier class by the worst loan", "五级分类（按最差一笔）")

    def judged(out: str) -> str:
        call = udf(
            "CR_LOANCLASS",
            overdue_days=result("class_days"),
            impaired=result("impaired"),
            flags=refs.customer("circumstances"),
            rules=policy_reference("loan_class_triggers"),
            out=quoted(out),
            lang="lang",
        )
        return f'=IF({result("loans")}=0,"",{call})'

    return [
        ResultColumn("five_tier", "Suggested class", "建议分类", group, "words", 17, judged("value"),
                     decides=True),
        ResultColumn("five_tier_why", "Why this class", "分类理由", group, "words", refs.width(150, 128),
                     judged("why")),
    ]  # fmt: skip


def _provisions(refs: References) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Provisions", "贷款损失准备")
    needed, booked = result("provision"), result("booked")
    call = udf(
        "CR_PROVISION",
        balance=result("exposure"),
        loan_class=result("five_tier"),
        scheme="provision_scheme",
        rates=policy_reference("provision_rates"),
    )
    given = _rollup(refs, "provision", "count")
    total = _rollup(refs, "provision", "sum")
    return [
        ResultColumn("provision", "Provision needed", "应提准备", group, "number", 12,
                     f'=IF({result("loans")}=0,"",{call})', decides=True),
        # An error is a text in Calc, so that only a number says that there is a class.
        ResultColumn("unclassed", "Exposure without class", "未分类敞口", group, "money", 12,
                     f'=IF(ISNUMBER({needed}),0,{result("exposure")})'),
        ResultColumn("booked", "Provision booked", "账面准备", group, "number", 12,
                     f'=IF(({result("loans")}=0)+({given}=0)>0,"",{total})'),
        ResultColumn("provision_gap", "Provision short by", "准备缺口", group, "number", 12,
                     f'=IF(({needed}="")+({booked}="")>0,"",{needed}-{booked})', decides=True),
    ]  # fmt: skip


def _books(refs: References) -> list[ResultColumn]:
    group = Speaker(refs.lang)("Exposure by class in the books", "账面分类敞口")
    option = field("loans", "five_tier")
    labels = {lang: option.option_labels(lang) for lang in ("en", "zh")}
    return [
        ResultColumn(name, f"Books {labels['en'][i]}", f"账面{labels['zh'][i]}", group, "money", 13,
                     f"={_rollup(refs, 'balance', 'sum', 'five_tier', labels[refs.lang][i])}")
        for i, name in enumerate(BOOK_COLUMNS)
    ]  # fmt: skip
