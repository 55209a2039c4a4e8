"""Real and published data; see the data folder's own README."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import udfs

DATA = Path(__file__).parents[2] / "../shared/data"


def read(name, **options):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the data folder is absent: no {name}")
    return pd.read_csv(path, **options)


def frame(cells):
    return pd.DataFrame(cells[1:], columns=cells[0])


@pytest.fixture(scope="module")
def orders():
    return read("rfm_orders/rfm_data_orders.csv")


@pytest.fixture(scope="module")
def customers(orders):
    rows = (orders.customer_id, orders.order_date, orders.revenue)
    return frame(udfs.call("CR_RFMTABLE", *rows, "2006-12-31", 5, "r_package"))


def segments(customers, table=None):
    cells = udfs.call("CR_RFMSEG", customers.r, customers.f, customers.m, table)
    named = customers.assign(segment=[cell for (cell,) in cells])
    groups = named.groupby("segment")
    return pd.DataFrame(
        {
            "customers": groups.size(),
            "orders": groups.frequency.sum(),
            "revenue": groups.monetary.sum(),
        }
    ).T.to_dict("list")


def test_r_package_customers(customers):
    assert len(customers) == 995
    assert customers.frequency.sum() == 4906
    assert customers.monetary.sum() == 464_158


def test_r_package_cuts_and_counts(customers):
    measures = (customers.recency, customers.frequency, customers.monetary)
    more = (5, "r_package", None, None, None, None, "cuts")
    cuts = frame(udfs.call("CR_RFM", *measures, *more))
    lower = {name: sorted(part.lower.dropna()) for name, part in cuts.groupby("measure")}
    assert lower["Recency"] == pytest.approx([115, 181, 297.4, 482])
    assert lower["Frequency"] == pytest.approx([4, 5, 6, 8])
    assert lower["Monetary"] == pytest.approx([255.8, 382, 506.4, 666])
    counts = {name: part.customers.tolist() for name, part in cuts.groupby("measure")}
    assert counts == {
        "Recency": [197, 200, 199, 199, 200],
        "Frequency": [268, 187, 176, 244, 120],
        "Monetary": [200, 200, 198, 202, 195],
    }


def test_r_package_segments_as_in_its_vignette(customers):
    # rfm pkgdown, vignette "Segment Summary": customers, orders, revenue
    assert segments(customers) == {
        "About To Sleep": [102, 283, 23449],
        "At Risk": [28, 216, 22227],
        "Can't Lose Them": [47, 274, 32446],
        "Champions": [35, 316, 31646],
        "Lost": [148, 393, 35324],
        "Loyal Customers": [170, 799, 76562],
        "Need Attention": [10, 57, 4562],
        "New Customers": [104, 329, 28837],
        "Potential Loyalist": [342, 2211, 204856],
        "Promising": [9, 28, 4249],
    }


def test_r_package_segments_by_the_map_of_its_own_test(customers):
    # rfm, tests/testthat/test-rfm-segment.R: the same range for F and M
    names = ["Champions", "Loyal", "Potential", "New", "Promising"]
    names += ["Attention", "Sleep", "Risk", "Can't Lose", "Lost"]
    ranges = [(4, 5, 4, 5), (2, 5, 3, 5), (3, 5, 1, 3), (4, 5, 1, 1), (3, 4, 1, 1)]
    ranges += [(2, 3, 2, 3), (2, 3, 1, 2), (1, 2, 2, 5), (1, 1, 4, 5), (1, 2, 1, 2)]
    header = ["segment", "label_en", "label_zh", "r_lower", "r_upper", "f_lower", "f_upper"]
    rows = [[n, n, n, *r, r[2], r[3]] for n, r in zip(names, ranges, strict=True)]
    last = ["Others", "Others", "Others", *[None] * 6]
    table = [[*header, "m_lower", "m_upper"], *rows, last]
    assert segments(customers, table)["Champions"] == [158, 1234, 120_178]


def test_base_and_scores_apart_give_the_same_table(orders, customers):
    rows = (orders.customer_id, orders.order_date, orders.revenue)
    base = udfs.call("CR_RFMBASE", customers.customer, *rows, "2006-12-31", None, None, 0)
    assert base[1:] == customers[["recency", "frequency", "monetary"]].to_numpy().tolist()
    scored = udfs.call("CR_RFM", *(frame(base)[name] for name in base[0]), 5, "r_package")
    assert [code for (code,) in scored] == customers.rfm.tolist()


@pytest.mark.parametrize("method", ["quantile", "r_package", "rank", "rank_average", "mean"])
def test_cdnow_agrees_with_pandas(method):
    rows = read("cdnow/CDNOW_master_restored.csv", dtype={"date": str})
    as_of = "1998-07-01"
    table = frame(udfs.call("CR_RFMTABLE", rows.id, rows.date, rows.amt, as_of, 5, method))
    assert len(table) == 23_570
    assert table.monetary.sum() == pytest.approx(2_500_315.63)
    groups = rows.assign(day=pd.to_datetime(rows.date)).groupby("id")
    recency = (pd.Timestamp(as_of) - groups.day.max()).dt.days.to_numpy()
    assert table.customer.tolist() == groups.size().index.tolist()
    assert table.recency.tolist() == recency.tolist()
    assert table.frequency.tolist() == groups.size().tolist()
    assert table.monetary.to_numpy() == pytest.approx(groups.amt.sum().to_numpy())
    assert table.m.tolist() == expected_scores(table.monetary, method).tolist()
    assert table.r.tolist() == expected_scores(-table.recency, method, mirrored=True).tolist()


def expected_scores(good, method, *, mirrored=False):
    """The rule written out in pandas; a mirrored measure was cut on its own, not its negative."""
    if method in {"rank", "rank_average"}:
        rank = good.rank(method="max" if method == "rank" else "average", pct=True)
        return np.ceil((5 * rank).round(9))
    if method == "mean":
        return 1 + (good >= good.mean()).astype(int)
    own = -good if mirrored else good
    cuts = own.quantile([0.2, 0.4, 0.6, 0.8]) + (method == "r_package")
    side = "right" if method == "r_package" else "left"
    passed = np.searchsorted(cuts, own, side=side)
    return 5 - passed if mirrored else 1 + passed


def test_online_retail_lines_of_nobody_are_left_out():
    lines = read("online_retail/OnlineRetail_partial_nwevo.csv", encoding="latin-1")
    lines = lines[pd.to_numeric(lines.UnitPrice, errors="coerce").notna()].copy()
    lines["amount"] = lines.Quantity.astype(float) * lines.UnitPrice.astype(float)
    lines["day"] = pd.to_datetime(lines.InvoiceDate, format="%d/%m/%Y %H:%M")
    known = lines[lines.CustomerID.notna()]
    assert 13_000 < len(lines) - len(known) < 14_000
    bought = lines.Quantity > 0
    rows = (lines.CustomerID, lines.day, lines.amount, "2011-01-31", 5, None, None, None, None)
    table = frame(udfs.call("CR_RFMTABLE", *rows, None, bought))
    early = known[known.day < "2011-02-01"]
    groups = early.groupby("CustomerID")
    expected = groups.amount.sum().reindex(table.customer, fill_value=0)
    assert table.monetary.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-6)
    purchases = early[early.Quantity > 0].groupby("CustomerID").size()
    assert table.frequency.tolist() == purchases.reindex(table.customer, fill_value=0).tolist()
    only_returns = ~table.customer.isin(purchases.index)
    assert table.recency[only_returns].isna().all()
    assert (table.rfm[only_returns] == 0).all()
    assert (table.rfm[~only_returns] >= 111).all()
