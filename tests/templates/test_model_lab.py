"""The model workbook: what plain calls of the functions give too, and pages that follow the policy."""

from functools import cache

import numpy as np
import pytest

from tests.templates.every import named, named_rows, shipped
from tests.templates.live import Live
from udfs import call
from workbook_templates.formulas import compute
from workbook_templates.model_lab.layout import FACTORS, FIELDS, SAMPLES, SHEETS
from workbook_templates.model_lab.worked_case import worked_case

NAME = "model_lab"


def rows(lang, name):
    return named_rows(shipped(NAME, lang, values=True), name)


def filled(table):
    return [row for row in table if any(value not in (None, "") for value in row)]


def column(lang, name):
    return [row[0] for row in rows(lang, name)]


def blanks(table):
    return [[None if value == "" else value for value in row] for row in table]


def same(shown, wanted):
    """Whether two tables hold the same texts, and numbers that agree to ten digits."""
    shown, wanted = blanks(filled(shown)), blanks(wanted)
    assert len(shown) == len(wanted)
    for mine, theirs in zip(shown, wanted, strict=True):
        for here, there in zip(mine, theirs, strict=True):
            is_number = isinstance(there, int | float)
            assert here == (pytest.approx(there, rel=1e-9, abs=1e-9) if is_number else there)


@cache
def model(lang, maximum_bins=5):
    """The model of the worked case by plain calls, without blank rows anywhere."""
    case = worked_case()
    words = {one.name: one.options for one in FIELDS}
    named_factors = [[next(f for f in FIELDS if f.name == one).header(lang) for one in FACTORS]]
    values = [
        [words[one][row[one]] if words[one] and lang == "zh" else row[one] for one in FACTORS]
        for row in case
    ]
    inside = [row["sample"] == "development" for row in case]
    outcome = [[row["defaulted"]] for row in case]
    fit = {
        "bad": [one for one, keep in zip(outcome, inside, strict=True) if keep],
        "values": [one for one, keep in zip(values, inside, strict=True) if keep],
        "factors": named_factors,
    }
    bins = compute("CR_BINNING", **fit, maximum_bins=maximum_bins, minimum_share=0.05, lang=lang)
    coefficients = compute("CR_LOGIT", **fit, bins=bins, lang=lang)
    card = compute(
        "CR_SCORECARD", bins=bins, coefficients=coefficients, base=600, odds=20, pdo=40,
        rounding="whole", lang=lang,
    )  # fmt: skip
    ranking = compute("CR_IV", **fit, bins=bins, lang=lang)
    score = compute("CR_SCORE", values=values, scorecard=card, factors=named_factors)
    pd = compute(
        "CR_PD", values=values, coefficients=coefficients, bins=bins, factors=named_factors
    )
    return {
        "bins": bins, "coefficients": coefficients, "card": card, "ranking": ranking,
        "score": score, "pd": pd, "inside": inside, "outcome": outcome,
    }  # fmt: skip


def without_notes(table):
    """The workbook passes the loans of the other sample as blanks, which a note counts."""
    return [row[:-1] for row in table]


def test_bins_are_those_of_the_development_loans_alone(lang):
    same(without_notes(rows(lang, "bin_table")), without_notes(model(lang)["bins"]))


def test_the_ranking_is_that_of_the_function(lang):
    shown = list(zip(column(lang, "iv_factor"), column(lang, "iv_value"), strict=True))
    wanted = [tuple(row[:2]) for row in model(lang)["ranking"][1:]]
    assert [name for name, _ in shown] == [name for name, _ in wanted]
    assert [iv for _, iv in shown] == pytest.approx([iv for _, iv in wanted])


def test_coefficients_and_points_are_those_of_the_functions(lang):
    same(without_notes(rows(lang, "coefficients")), without_notes(model(lang)["coefficients"]))
    same(rows(lang, "scorecard"), model(lang)["card"])


@pytest.mark.parametrize(("name", "part"), [("res_score", "score"), ("res_pd", "pd")])
def test_every_loan_has_the_score_and_pd_of_the_functions(lang, name, part):
    shown = [one for one in column(lang, name) if one not in (None, "")]
    assert shown == pytest.approx([row[0] for row in model(lang)[part]])


@pytest.mark.parametrize(("short", "inside"), [("dev", True), ("val", False)])
def test_auc_is_the_share_of_pairs_in_the_right_order(lang, short, inside):
    of = model(lang)
    keep = np.array(of["inside"]) == inside
    score, bad = np.array(of["score"])[keep, 0], np.array(of["outcome"])[keep, 0] == 1
    gaps = score[~bad][:, None] - score[bad][None, :]
    wanted = np.mean(gaps > 0) + np.mean(gaps == 0) / 2
    assert named(shipped(NAME, lang, values=True), f"{short}_auc") == pytest.approx(wanted)


@pytest.mark.parametrize(("short", "inside"), [("dev", True), ("val", False)])
def test_ks_is_the_largest_gap_between_both_distributions(lang, short, inside):
    of = model(lang)
    keep = np.array(of["inside"]) == inside
    score, bad = np.array(of["score"])[keep, 0], np.array(of["outcome"])[keep, 0] == 1
    gaps = [abs(np.mean(score[bad] < cut) - np.mean(score[~bad] < cut)) for cut in set(score)]
    shown = named(shipped(NAME, lang, values=True), f"{short}_ks")
    assert shown == pytest.approx(max(gaps))


def test_calibration_shifts_every_pd_by_the_same_log_odds(lang):
    pairs = zip(column(lang, "res_pd"), column(lang, "res_calibrated_pd"), strict=True)
    before, after = np.array([pair for pair in pairs if pair[0] not in (None, "")], float).T
    shifts = np.log(after / (1 - after)) - np.log(before / (1 - before))
    shift = named(shipped(NAME, lang, values=True), "calibration_shift")
    assert shifts == pytest.approx(np.full(len(shifts), shift))
    inside = np.array(model(lang)["inside"])
    assert after[inside].mean() == pytest.approx(0.22)


def test_grades_and_tiers_are_those_of_the_functions(lang):
    pds = [[one] for one in column(lang, "res_calibrated_pd") if one not in (None, "")]
    tiers = rows_of_tier_policy(lang)
    wanted = [row[0] for row in call("CR_PD2GRADE", pds)]
    assert [one for one in column(lang, "res_grade") if one] == wanted
    wanted = [row[0] for row in compute("CR_RISKTIER", pd=pds, tiers=tiers, lang=lang)]
    assert [one for one in column(lang, "res_tier") if one] == wanted


def rows_of_tier_policy(lang):
    sheet = shipped(NAME, lang, values=True)[SHEETS["policy"][lang]]
    return [[cell.value for cell in row] for row in sheet[sheet.tables["tblRiskTiers"].ref]]


@pytest.mark.parametrize("short", ["dev", "val"])
def test_tiers_hold_the_loans_counted_by_hand(lang, short):
    tiers, bad = column(lang, f"{short}_tier"), column(lang, f"{short}_bad")
    of_tier = {}
    for tier, outcome in zip(tiers, bad, strict=True):
        if tier:
            of_tier.setdefault(tier, []).append(outcome)
    shown = column(lang, f"{short}_tier_defaults")[: len(of_tier)]
    assert sorted(shown) == sorted(sum(found) for found in of_tier.values())


def test_fewer_bins_make_the_model_that_python_makes(live):
    live.set("maximum_bins", 3)
    live.calculate_and_check()
    wanted = model(live.lang, 3)
    same(live.rows("scorecard"), wanted["card"])
    assert live.column("res_pd") == pytest.approx([row[0] for row in wanted["pd"]])
    assert len(filled(live.rows("bin_table"))) < len(model(live.lang)["bins"])


@pytest.mark.parametrize("method", ["quantile", "tree"])
def test_other_binning_methods_leave_the_pages_whole(live, method):
    live.set("bin_method", method)
    live.set("maximum_bins", 6)
    live.calculate_and_check()


def test_factors_that_are_not_chosen_leave_the_pages_whole(live):
    live.set("selection", "forward")
    sheet, area = live.place("history_factors")
    # A factor that tells nothing: the same for all but one loan.
    constant = [[1.0 + (row == 0)] for row in range(450)]
    sheet.set_values(area.first_row, area.first_column, constant)
    live.calculate_and_check()
    assert 0 in live.column("coefficient_values")
    assert len(live.column("res_score")) == 450


def test_the_exported_cut_offs_give_the_grades_of_the_exact_score(live):
    live.set("points_rounding", "none")
    live.calculate_and_check()
    scores = [[one] for one in live.column("res_score")]
    grades = call("CR_GRADE", scores, None, live.rows("export_grades"))
    assert [row[0] for row in grades] == live.column("res_grade")


def test_the_exported_scorecard_scores_as_the_model_does(lang):
    card = rows(lang, "export_card")
    factors, loans = rows(lang, "factor_names"), filled(rows(lang, "history_factors"))
    scores = compute("CR_SCORE", values=loans, scorecard=card, factors=factors, lang=lang)
    assert [row[0] for row in scores] == pytest.approx([row[0] for row in model(lang)["score"]])


def test_the_exported_coefficients_give_the_calibrated_pd(lang):
    pds = compute(
        "CR_PD",
        values=filled(rows(lang, "history_factors")),
        coefficients=rows(lang, "export_coefficients"),
        bins=rows(lang, "bin_table"),
        factors=rows(lang, "factor_names"),
    )
    shown = [one for one in column(lang, "res_calibrated_pd") if one not in (None, "")]
    assert [row[0] for row in pds] == pytest.approx(shown)


def test_loans_typed_in_make_a_model_of_their_own(tmp_path, lang):
    live = Live(NAME, tmp_path, lang, without_case=True)
    case = worked_case()[:200]
    words = {one.name: one.options for one in FIELDS}

    def word(name, value):
        return words[name][value] if words[name] and value and lang == "zh" else value

    live.set("history_rows", *[[word(one.name, row[one.name]) for one in FIELDS] for row in case])
    live.calculate_and_check()
    assert live["dev_loans"] == 200
    assert len(live.column("res_score")) == 200
    assert live["val_loans"] == 0


def test_a_missing_loan_of_a_sample_is_noticed(live):
    sheet, area = live.place("history_rows")
    sheet.set_values(area.first_row, area.first_column + 1, [["?"]])
    with pytest.raises(AssertionError):
        live.calculate_and_check()
    assert live["check_total"] != 0


def test_both_samples_stand_in_the_words_of_the_language(lang):
    found = {one for one in column(lang, "res_sample") if one}
    assert found == {words[lang] for words in SAMPLES.values()}
