"""The chain of the portfolio workbook once more, by plain calls on whole columns in memory.

Nothing of ``addin`` is used, and no policy workbook is read: what the result columns compute is
written out here as their formulas say it (``workbook_templates/portfolio/result_*.py``), with the
policies that are built in, for a bank of enterprises without circumstances of their own
(``tests.benchmarks.bank_data``). No step knows of parts, fits or workers.
"""

import datetime as dt
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from udfs import FUNCTIONS, CellError, call_columns

LGD, NPL_DAYS, MONTHS, PRODUCTS = 0.45, 90, 24, 6
FACTORS = [
    "debt_ratio", "current_ratio", "interest_cover", "cash_flow_ratio", "profit_margin",
    "revenue_growth", "years_in_business", "management", "market_position", "credit_record",
    "collateral_ratio",
]  # fmt: skip
DAY_ZERO = dt.date(1899, 12, 30)


def called(name, **arguments):
    """The cells of a function that gives one column."""
    cells = [_column(arguments.pop(known.name, None)) for known in FUNCTIONS[name].arguments]
    assert not arguments, f"{name} has no {', '.join(arguments)}"
    (column,) = call_columns(name, *cells)
    return column


def _column(given):
    """A list of ours stands upright, as on the sheet."""
    return pd.Series(given, dtype=object) if isinstance(given, list) else given


def where(conditions, cells, otherwise=""):
    """Excel's IF over whole columns, for cells that are there already."""
    return [cell if true else otherwise for true, cell in zip(conditions, cells, strict=True)]


class PlainBank:
    """A bank in memory; each result column by its name.

    Args:
        folder: the three tables as folders of Parquet files.
        as_of: the day that the figures are for.
    """

    def __init__(self, folder, as_of):
        self.customers, self.loan_rows, self.events = (
            _frame(Path(folder) / table) for table in ("customers", "loans", "transactions")
        )
        self.as_of = (as_of - DAY_ZERO).days

    def __getitem__(self, name):
        return getattr(self, name)

    # --- customers and their loans --------------------------------------------------------------

    @cached_property
    def customer_id(self):
        return self.customers["customer_id"].tolist()

    @property
    def name(self):
        return self.customers["name"].tolist()

    @property
    def size(self):
        own = {name: self.customers[name] for name in ("employees", "revenue", "assets")}
        return called("CR_SIZE", industry=self.customers["industry"], lang="en", **own)

    @property
    def industry(self):
        return called("CR_INDUSTRY", code=self.customers["industry"], level="name", lang="en")

    @property
    def industry_risk(self):
        return called("CR_INDRISK", industry=self.customers["industry"], lang="en")

    @property
    def region(self):
        return called("CR_REGION", code=self.customers["region"], level="region", lang="en")

    def _loans(self, field, how):
        rows = self.loan_rows
        return called(
            "CR_ROLLUP", keys=self.customer_id, row_keys=rows["customer_id"],
            row_values=rows[field], how=how,
        )  # fmt: skip

    @cached_property
    def exposure(self):
        return self._loans("balance", "sum")

    @cached_property
    def overdue_days(self):
        return self._loans("overdue_days", "max")

    def _overdue_beyond(self, days):
        return [
            late > days if isinstance(late, float | int) else (False if owed == 0 else "")
            for late, owed in zip(self.overdue_days, self.exposure, strict=True)
        ]

    @cached_property
    def npl(self):
        return self._overdue_beyond(NPL_DAYS)

    # --- grade ----------------------------------------------------------------------------------

    @cached_property
    def _factors(self):
        return self.customers[FACTORS].astype(object).to_numpy()

    @cached_property
    def score(self):
        return called("CR_SCORE", values=self._factors, factors=pd.Series(FACTORS))

    @property
    def reasons(self):
        return called("CR_REASONS", values=self._factors, factors=pd.Series(FACTORS), lang="en")

    @cached_property
    def grade(self):
        return called("CR_GRADE", score=self.score)

    @property
    def grade_why(self):
        return called("CR_GRADE", score=self.score, out="why", lang="en")

    @cached_property
    def pd(self):
        return called("CR_GRADE2PD", grade=self.grade)

    @property
    def expected_loss(self):
        return [p * LGD * owed for p, owed in zip(self.pd, self.exposure, strict=True)]

    # --- value ----------------------------------------------------------------------------------

    def _rfm_base(self, out):
        rows = self.events
        return called(
            "CR_RFMBASE", customers=self.customer_id, event_customers=rows["customer_id"],
            event_dates=rows["date"], event_amounts=rows["amount"], as_of=self.as_of,
            event_counts=rows["count"], months=MONTHS, event_kinds=rows["kind"],
            excluded_kinds="missed", out=out,
        )  # fmt: skip

    @cached_property
    def recency(self):
        return self._rfm_base("recency")

    @cached_property
    def frequency(self):
        return self._rfm_base("frequency")

    @cached_property
    def monetary(self):
        return self._rfm_base("monetary")

    @cached_property
    def contribution(self):
        return ["" if m is None else m * 12 / MONTHS for m in self.monetary]

    @cached_property
    def value_share(self):
        return called("CR_PERCENTILE", values=self.contribution)

    @cached_property
    def abc(self):
        return called("CR_ABC", values=self.contribution)

    def _rfm(self, out):
        measures = {name: self[name] for name in ("recency", "frequency", "monetary")}
        return called("CR_RFM", out=out, **measures)

    @cached_property
    def r(self):
        return self._rfm("r")

    @cached_property
    def f(self):
        return self._rfm("f")

    @cached_property
    def m(self):
        return self._rfm("m")

    @property
    def rfm(self):
        return self._rfm("value")

    @cached_property
    def segment(self):
        overdue = self._overdue_beyond(0)
        return called("CR_RFMSEG", r=self.r, f=self.f, m=self.m, overdue=overdue, lang="en")

    @cached_property
    def need(self):
        return [max(PRODUCTS - held, 0.0) for held in self.customers["products_held"]]

    def _value_risk_need(self, out):
        return called("CR_VRN", value=self.contribution, risk=self.pd, need=self.need, out=out)

    @property
    def vrn(self):
        return self._value_risk_need("value")

    @property
    def vrn_index(self):
        return self._value_risk_need("index")

    @property
    def account(self):
        return called("CR_ABC3", contribution=self.contribution, pd=self.pd, lang="en")

    # --- tier -----------------------------------------------------------------------------------

    def _events_of(self, kind):
        rows = self.events
        return called(
            "CR_ROLLUP", keys=self.customer_id, row_keys=rows["customer_id"],
            row_values=rows["count"], how="sum", where=rows["kind"], equals=kind, blank=1,
        )  # fmt: skip

    @cached_property
    def paid(self):
        return self._events_of("repayment")

    @cached_property
    def missed(self):
        return self._events_of("missed")

    @cached_property
    def on_time(self):
        return [
            paid / (paid + missed) if paid + missed else ""
            for paid, missed in zip(self.paid, self.missed, strict=True)
        ]

    @property
    def behaviour(self):
        found = called(
            "CR_BEHAVE", on_time_rate=self.on_time, max_overdue_days=self.overdue_days, lang="en"
        )
        return where([late not in (None, "") for late in self.overdue_days], found)

    def _tier(self, **out):
        return called(
            "CR_RISKTIER", pd=self.pd, value_share=self.value_share, npl=self.npl, lang="en", **out
        )

    @cached_property
    def risk_tier(self):
        return self._tier()

    @property
    def tier_why(self):
        return self._tier(out="why")

    @property
    def account_tier(self):
        group = self.customers["group"]
        share, grade = self.value_share, self.grade
        return called("CR_TIER", contribution_share=share, grade=grade, group=group, lang="en")

    @property
    def label(self):
        return called("CR_GRADESEG", grade=self.grade, segment=self.segment, lang="en")

    # --- class and provision --------------------------------------------------------------------

    @cached_property
    def loans(self):
        return self._loans("balance", "count")

    @cached_property
    def class_days(self):
        known = self._loans("overdue_days", "count")
        enough = [some >= all_ for some, all_ in zip(known, self.loans, strict=True)]
        return where(enough, self.overdue_days)

    @cached_property
    def impaired(self):
        return [False] * len(self.customer_id)

    def _class(self, **out):
        found = called(
            "CR_LOANCLASS", overdue_days=self.class_days, impaired=self.impaired,
            flags=[None] * len(self.customer_id), lang="en", **out,
        )  # fmt: skip
        return where(self.loans, found)

    @cached_property
    def five_tier(self):
        return self._class()

    @property
    def five_tier_why(self):
        return self._class(out="why")

    @cached_property
    def provision(self):
        return where(
            self.loans,
            called("CR_PROVISION", balance=self.exposure, loan_class=self.five_tier),
        )

    @property
    def unclassed(self):
        needed = self.provision
        return where([not isinstance(p, float) for p in needed], self.exposure, 0.0)

    @property
    def booked(self):
        return [""] * len(self.customer_id)

    provision_gap = booked

    @property
    def book_normal(self):
        return [0.0] * len(self.customer_id)

    book_mention = book_substandard = book_doubtful = book_loss = book_normal

    # --- strategy -------------------------------------------------------------------------------

    def _strategy(self, item):
        return called("CR_STRATEGY", tier=self.risk_tier, item=item, lang="en")

    @property
    def approval(self):
        return self._strategy("approval")

    @property
    def spread_bp(self):
        return self._strategy("spread_bp")

    @cached_property
    def net_worth(self):
        return (self.customers["assets"] * (1 - self.customers["debt_ratio"])).tolist()

    @cached_property
    def limit(self):
        multiples = self._strategy("limit_multiple")
        return [
            worth * (worth > 0) * multiple if tier else ""
            for worth, multiple, tier in zip(
                self.net_worth, multiples, self.risk_tier, strict=True
            )
        ]  # fmt: skip

    @cached_property
    def headroom(self):
        return [
            "" if limit == "" else limit - owed
            for limit, owed in zip(self.limit, self.exposure, strict=True)
        ]

    @property
    def next_review(self):
        last = self.customers["last_review"]
        found = called("CR_NEXTREVIEW", last_review=last, tier=self.risk_tier, lang="en")
        return [day if day in (None, "") else DAY_ZERO + dt.timedelta(day) for day in found]

    @property
    def action(self):
        return called("CR_ACTION", tier=self.risk_tier, value_class=self.abc, lang="en")

    @property
    def check(self):
        return [
            "No tier: see the error" if not tier else "Over the limit" if room < 0 else ""
            for tier, room in zip(self.risk_tier, self.headroom, strict=True)
        ]


def _frame(folder):
    frame = pq.read_table(folder).to_pandas(date_as_object=False)
    # As cells come from a sheet.
    texts = frame.select_dtypes(include=["object", "string"]).columns
    return frame.astype(dict.fromkeys(texts, object))


def differences(bank, results):
    """The columns of a run's results that differ, and in how many rows.

    Args:
        bank: the ``PlainBank``.
        results: the folder of the results.
    """
    found = {}
    schema = pq.read_schema(next(results.glob("part-*.parquet")))
    for name in schema.names[:-1]:
        shown = pq.read_table(results, columns=[name]).column(name).combine_chunks()
        cells = [None if cell == "" or isinstance(cell, CellError) else cell for cell in bank[name]]
        plain = pa.array(cells, shown.type)
        if not plain.equals(shown):
            pairs = zip(plain.to_pylist(), shown.to_pylist(), strict=True)
            found[name] = [pair for pair in pairs if pair[0] != pair[1]]
    return found
