"""Every number of the fact book that somebody published or that was computed by hand.

Each entry of ``facts/oracles.json`` names what it computes; here stands how a credit officer would
type it. An entry that no formula answers fails, so that none is forgotten.
"""

import json
import math
from pathlib import Path

import pytest

import udfs

SHARED = Path(__file__).parents[3] / "shared"
FACTS = SHARED / "facts/oracles.json"
ORACLES = json.loads(FACTS.read_text("utf-8")) if FACTS.exists() else []
ELSEWHERE = {
    "rfm_segment_summary_vignette": "test_rfm_real_data.py",
    "rfm_segment_summary_test": "test_rfm_real_data.py",
}
"""Oracles that need a whole file of data, by the test file that holds them."""

INDUSTRIES = {
    "SOFTWARE": "65", "IND": "C", "CONSTR": "E", "REALDEV": "701", "AGRI": "A", "RETAIL": "52",
    "OTHER": "M",
}  # fmt: skip


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def column(values):
    return [[value] for value in values]


def flat(rows):
    return [cell for row in rows for cell in row]


def parts(name, *cells):
    """A table of one row as a dictionary by its headers."""
    header, row = udfs.call(name, *cells)
    return dict(zip(header, row, strict=True))


def size(row, X=None, Y=None, Z=None):  # noqa: N803 - the standard's own letters
    return one("CR_SIZE", INDUSTRIES[row], X, Y, Z, None, "zh")


def provisions(scheme, out):
    def total(**balances):
        rows = column(balances.values()), column(balances)
        return sum(flat(udfs.call("CR_PROVISION", *rows, scheme, None, None, out)))

    return total


def migration(begin, moved_down, reduced):
    return one("CR_MIGRATIONRATE", begin, moved_down, reduced)


def irb_percent(pd, lgd, m, sales_eur_m):
    return 100 * one("CR_IRBRW", pd, lgd, m, sales_eur_m, "basel2")


def irb(pd, lgd, m, scale):
    return one("CR_IRBRW", pd, lgd, m, None, "crr" if scale == 1.06 else "basel3")


def slot(out, years=None):
    def value(cat, years=years):
        default = cat == "default"
        row = [[1 if default else cat] * 5]
        return one("CR_SLOT", row, None, years, default, None, None, None, out)

    return value


def slot_of_weights(cats, weights):
    return one("CR_SLOT", [cats], [weights], None, None, None, None, None, "slot")


def altman_z(x):
    """Z from its five ratios: a firm with assets of 1."""
    liabilities = 1.0
    return one("CR_ALTMAN", "Z", x[0] + 1, 1, x[1], x[2], x[3] * liabilities, liabilities, 1, x[4])


def altman_all(TA, CA, CL, RE, EBIT, MVE, BVE, TL, S):  # noqa: N803 - the source's own letters
    figures = CA, CL, RE, EBIT
    found = {
        key: one("CR_ALTMAN", model, *figures, equity, TL, TA, S)
        for key, model, equity in (("Z", "Z", MVE), ("Zp", "Z'", BVE), ("Zpp", "Z''", BVE), ("EM", "EM", BVE))
    }  # fmt: skip
    rating = one("CR_ALTMAN", "EM", *figures, BVE, TL, TA, S, None, None, None, "rating")
    return found | {"BRE": rating}


def merton(E, sE, D, r, drift, T):  # noqa: N803 - likewise
    firm = E, sE, D, r, drift, T, None, None
    names = {"A": "assets", "Sa": "volatility", "DD": "value", "PD": "pd"}
    return {key: one("CR_MERTON", *firm, out) for key, out in names.items()}


def scaling(base, odds, pdo):
    """Factor and offset, read off two scores: score = offset + factor x ln(odds)."""
    even = one("CR_PD2SCORE", 0.5, base, odds, pdo)
    at = one("CR_PD2SCORE", 1 / (1 + math.e), base, odds, pdo)
    return {"factor": at - even, "offset": even}


def scaling_of_bad_odds(base, bad_odds, pdo):
    found = scaling(base, 1 / bad_odds, pdo)
    return {"A": found["offset"], "B": found["factor"]}


def score(pd, base, odds, pdo):
    return one("CR_PD2SCORE", pd, base, odds, pdo)


def bins(bad, good, sign):
    """A factor with a category per bin, counted by CR_REBIN."""
    rows = [
        (flag, place)
        for place, counts in enumerate(zip(bad, good, strict=True))
        for flag, count in zip((1, 0), counts, strict=True)
        for _ in range(count)
    ]
    table = [["factor", "category"], *(["x", f"bin {i}"] for i in range(len(bad)))]
    outcome, values = column(f for f, _ in rows), column(f"bin {i}" for _, i in rows)
    header, *lines = udfs.call("CR_REBIN", outcome, values, table, "x", sign)
    return [dict(zip(header, line, strict=True)) for line in lines]


def iv(bad, good):
    return sum(line["iv"] for line in bins(bad, good, "good_bad"))


def woe(bad, good):
    return [line["woe"] for line in bins(bad, good, "bad_good")]


def psi(expected, actual):
    return one("CR_PSI", column(expected), column(actual))


def auc(y, s):
    return one("CR_AUC", column(y), column(s), "worse")


def auc_gini_ks(y, s):
    rows = column(y), column(s), "worse"
    return {
        "auc": one("CR_AUC", *rows),
        "gini": one("CR_AUC", *rows, None, None, None, "gini"),
        "ks": one("CR_KS", *rows),
    }


def pluto_tasche(n, d, gamma):
    return [100 * pd for pd in flat(udfs.call("CR_LOWDEFAULT", column(n), column(d), gamma))]


def prior_shift(p, sample_bad, pop_bad):
    return one("CR_PRIORSHIFT", p, sample_bad, pop_bad)


def binomial(n, pd, d):
    return one("CR_BINOMTEST", n, d, pd)


def master_scale(anchor, pd, steps):
    grades = [
        "AAA",
        "AA+",
        "AA",
        "AA-",
        "A+",
        "A",
        "A-",
        "BBB+",
        "BBB",
        "BBB-",
        "BB+",
        "BB",
        "BB-",
        "B+",
        "B",
        "B-",
        "CCC",
        "CC",
        "C",
    ]
    table = [["grade", "step"], *([g, s] for g, s in zip(grades, [None, *steps], strict=True))]
    return dict(udfs.call("CR_MASTERSCALE", anchor, pd, table)[1:])


def rfm_cuts(x, bins, plus_one):
    assert plus_one
    columns = [column(x)] * 3
    rows = udfs.call("CR_RFM", *columns, bins, "r_package", None, None, None, None, "cuts")
    header, *lines = rows
    lower = header.index("lower")
    return [line[lower] for line in lines if line[0] == "Monetary"][1:]


def working_capital(sales, margin, growth, turns):
    """One item with all the days that so many turns of a year of 360 days leave."""
    return one("CR_WCNEED", sales, margin, growth, 0, 360 / turns, 0, 0, 0)


def loan_rate(ftp, opex, pd, lgd, rw, car, hurdle, tax):
    return one("CR_RATE", ftp, opex, pd, lgd, rw, car, hurdle, tax)


def sculpt(cfads, rate, dscr):
    call = [cfads], rate, dscr, None, None, None
    debt = one("CR_SCULPT", *call)
    return {
        "debt": debt,
        "principal": flat(udfs.call("CR_SCULPT", *call, "principal")),
        "llcr": one("CR_LLCR", [cfads], rate, debt),
    }


def annuity(debt, rate, n, cfads):
    payment = one("CR_INSTALMENT", debt, rate, 12 * n, "annuity", "yearly")
    loan = [cfads[:n]], payment, None, None, None
    return {
        "pmt": payment,
        "dscr": flat(udfs.call("CR_DSCR", *loan)),
        "min": one("CR_DSCR", *loan, "min"),
        "avg": one("CR_DSCR", *loan, "average"),
        "llcr": one("CR_LLCR", [cfads], rate, debt, n),
        "plcr": one("CR_PLCR", [cfads], rate, debt),
    }


def cumulative_pd(P, years, normalise_rows):  # noqa: N803 - the source's own letter
    assert normalise_rows
    header, *rows = udfs.call("CR_MIGRATEPOWER", P, years, None, "pd")
    found = [100 * row[header.index("cumulative PD")] for row in rows]
    return [*found, 100.0][: len(P)]


def hhi(shares):
    return one("CR_HHI", column(shares))


def large_exposures(cap_net, t1_net):
    """The room of a customer, a group and a bank without any exposure."""

    def room(capital, group=None, kind=None):
        return one("CR_EXPOSURE", "C1", 0, t1_net, capital, group, kind)

    return {
        "single_loan": room(cap_net),
        "single_exp": room(None),
        "group_exp": _room_of_group(t1_net),
        "interbank": room(None, kind="interbank"),
    }


def _room_of_group(tier1):
    """Two customers of a group, one of whom has all that one customer may have."""
    single = one("CR_EXPOSURE", "C1", 0, tier1)
    customers, amounts, groups = column("AB"), column([single, 0]), column("GG")
    (_,), (left,) = udfs.call("CR_EXPOSURE", customers, amounts, tier1, None, groups)
    return single + left


def association(T, a, c):  # noqa: N803 - the source's own letter
    rows = [(i, product) for i, basket in enumerate(T) for product in basket]
    customers, products = column(i for i, _ in rows), column(p for _, p in rows)
    header, *rules = udfs.call("CR_ASSOC", customers, products, None, 0.01, 0.01, 0.01, 4, len(c))
    for rule in rules:
        line = dict(zip(header, rule, strict=True))
        held, offer = ({part.strip() for part in line[k].split(";")} for k in ("held", "offer"))
        if held == set(a) and offer == set(c):
            return line
    raise AssertionError((a, c))


def kmeans(X, k):  # noqa: N803 - the source's own letter
    header, *rows = udfs.call("CR_KMEANS", X, k, None, "none")
    told = dict(udfs.call("CR_KMEANS", X, k, None, "none", 0, 10, "report")[1:])
    width = len(X[0])
    assert len(header) >= width
    return {"centers": sorted(row[-width:] for row in rows), "inertia": told["inertia"]}


def gini_gain(parent, left, right):
    assert [sum(pair) for pair in zip(left, right, strict=True)] == parent
    return one("CR_GINIGAIN", [left, right])


FORMULAS = {
    "size": size,
    "specific_provision_2002": provisions("guideline_2002", "specific"),
    "provision_caijin2012_20": provisions("caijin_2012", "value"),
    "special_mention_migration": migration,
    "irb_rw_pct": irb_percent,
    "irb_rw": irb,
    "slot_rw": slot("rw"),
    "slot_rw_short": slot("rw"),
    "slot_el": slot("el"),
    "slot_eu_weighted": slot_of_weights,
    "altman_z": altman_z,
    "altman_all": altman_all,
    "merton": merton,
    "score_scaling": scaling,
    "score_scaling_bad_odds": scaling_of_bad_odds,
    "score_from_pd": score,
    "iv": iv,
    "woe_bad_over_good": woe,
    "psi": psi,
    "auc": auc,
    "auc_gini_ks": auc_gini_ks,
    "pluto_tasche_pct": pluto_tasche,
    "prior_correction": prior_shift,
    "binom_test": binomial,
    "logit_master_scale": master_scale,
    "rfm_quantile_cuts": rfm_cuts,
    "wc_volume": working_capital,
    "loan_rate": loan_rate,
    "sculpt": sculpt,
    "annuity_case": annuity,
    "cum_pd_pct": cumulative_pd,
    "hhi": hhi,
    "large_exposure_limits": large_exposures,
    "assoc": association,
    "kmeans": kmeans,
    "gini_gain": gini_gain,
}


def agrees(found, expected, tolerance):
    """Whether all that the oracle tells is found, within its tolerance."""
    if isinstance(expected, dict):
        return all(agrees(found[key], value, tolerance) for key, value in expected.items())
    if isinstance(expected, list):
        pairs = zip(found, expected, strict=True)
        return all(agrees(part, value, tolerance) for part, value in pairs)
    if expected is None or isinstance(expected, str):
        return expected is None or found == expected
    # Published figures are rounded: large ones are told in whole thousands.
    return found == pytest.approx(
        expected, abs=max(tolerance, abs(expected) * 1e-12), rel=tolerance
    )


@pytest.mark.skipif(not ORACLES, reason="the fact book is not on this machine")
def test_there_is_a_formula_for_every_oracle():
    assert {oracle["fn"] for oracle in ORACLES} == set(FORMULAS) | set(ELSEWHERE)


@pytest.mark.parametrize(
    "oracle",
    [o for o in ORACLES if o["fn"] not in ELSEWHERE],
    ids=lambda o: f"{o['fn']}-{o['status']}",
)
def test_formula_gives_the_oracles_number(oracle):
    found = FORMULAS[oracle["fn"]](**oracle["inputs"])
    assert agrees(found, oracle["expected"], oracle["tol"]), (oracle, found)
