"""What a study file may say, and how faults in one are told."""

from pathlib import Path

import numpy as np
import pytest
from stopping import stopped

from pilot_planner.data.loading import load_inputs
from pilot_planner.errors import InputError
from pilot_planner.studies.sweeps.study_file import read_study
from pilot_planner.studies.sweeps.what_if import what_if
from pilot_planner.studies.uncertainty.sampling import latin_hypercube, pert_quantile

SHIPPED = sorted((Path(__file__).parents[2] / "models" / "studies").glob("*.toml"))
HEAD = 'title = "T"\nwhy = "W"\n'


def written(tmp_path, text):
    file = tmp_path / "study.toml"
    file.write_text(text, encoding="utf-8")
    return file


def faults_of(tmp_path, text, inputs, **more):
    with pytest.raises(InputError) as caught:
        what_if(written(tmp_path, text), "one_host", inputs, **more)
    return [str(fault).replace(f"{tmp_path}/", "") for fault in caught.value.faults]


def cases_of(tmp_path, text, inputs=None):
    study, faults = read_study(written(tmp_path, text))
    assert faults == []
    return study.cases(inputs)


def test_every_fault_is_found_in_one_pass_with_its_place(tmp_path, shipped_inputs):
    text = (
        'title = "T"\n'
        'mode = "girds"\n'
        'metrics = ["worker_incom"]\n'
        "draw = 5\n"
        "\n"
        "[[vary]]\n"
        'path = "limits.operating_cots.max"\n'
        "values = [1.0]\n"
        "\n"
        "[[vary]]\n"
        'path = "inputs.placements.MNG.construction.market_wag"\n'
        "from = 1\n"
        "to = 2\n"
        "step = 5\n"
        "\n"
        "[[vary]]\n"
        "values = []\n"
    )
    assert faults_of(tmp_path, text, shipped_inputs) == [
        "study.toml:4:draw: 'draw' is not a key of a study; expected a known key; did you mean 'draws'?",
        "study.toml:2:mode: 'girds' is not a mode; expected grid, list, sample; did you mean 'grid'?",
        "study.toml:why: 'why' is missing; expected a sentence for whoever reads the results; add it",
        "study.toml:14:vary.step: 'step' is not a key of a variation; expected a known key; did you mean 'steps'?",
        (
            "study.toml:11:vary.path: inputs.placements.MNG.construction.market_wag: steps missing; expected from, to, "
            "steps; add it"
        ),
        "study.toml:16:vary.path: 'path' is missing; expected words with points between; add the path that is varied",
        (
            "study.toml:3:metrics: 'worker_incom' is not known; expected metrics and ratios; did you mean 'worker_income' "
            "or 'worker_gain' or 'worker_months'?"
        ),
        (
            "study.toml:7:vary.path: limits.operating_cots.max: no such limit; expected the key of a limit, metric "
            "or ratio; did you mean 'operating_cost' or 'operating_cost_per_usd_secured' "
            "or 'operating_cost_per_worker_month'?"
        ),
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            'path = "inputs.placements.MNG.construction.market_wag"\nvalues = [1]',
            (
                "inputs.placements.MNG.construction.market_wag: no such input; expected the path of an estimate; nearest: "
                "inputs.placements.MNG.construction.market_wage"
            ),
        ),
        ('path = "pay.wage_partiy"\nvalues = [1]', "'pay.wage_partiy' is not a setting of a design"),
        ('path = "limits.funding.max"\nvalues = [1]', "limits.funding.max: this limit has no such side"),
        ('path = "waivers.MNH.host_tax"\nvalues = [true]', "waivers.MNH.host_tax: no such host"),
        (
            'path = "pay.wage_parity"\nvalues = [1]\nfrom = 1',
            "pay.wage_parity: values are given in 2 ways (values, from and to)",
        ),
        ('path = "pay.wage_parity"', "pay.wage_parity: no values are given"),
        ('path = "pay.wage_parity"\nfrom = 1\nto = 2\nsteps = 1', "pay.wage_parity: steps = 1 cannot be used"),
        ('path = "pay.wage_parity"\nfrom = 1\nto = 2\nsteps = 300_000', "pay.wage_parity: steps = 300000 cannot be used"),
        (
            'path = "inputs.programme.attrition_yearly"\nvalues = ["x"]',
            "inputs.programme.attrition_yearly: 'x' is not a number",
        ),
        (
            'path = "inputs.programme.attrition_yearly"\nvalues = [nan]',
            "inputs.programme.attrition_yearly: nan is not a number",
        ),
        ('path = "inputs.programme.attrition_yearly"\npert = true', "a range with a mode is drawn from"),
        ('path = "pay..x"\nvalues = [1]', "'pay..x' is not a path"),
    ],
)
def test_a_fault_of_one_variation_is_told(tmp_path, shipped_inputs, table, expected):
    [fault] = faults_of(tmp_path, f"{HEAD}[[vary]]\n{table}\n", shipped_inputs)
    assert fault.startswith("study.toml:")
    assert expected in fault


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "study.toml:vary: nothing is varied"),
        ("draws = 5\n[[vary]]\npath = 'pay.wage_parity'\nvalues = [1]", "study.toml:3:draws: 'draws' is for samples"),
        ("mode = 'sample'\n[[vary]]\npath = 'pay.wage_parity'\nvalues = [1]", "study.toml:draws: 'draws' is missing"),
        (
            (
                "mode = 'list'\n[[vary]]\npath = 'pay.wage_parity'\nvalues = [1]\n"
                "[[vary]]\npath = 'tax.release'\nvalues = ['all', 'none']"
            ),
            "study.toml:4:vary: the lists differ in length (pay.wage_parity: 1, tax.release: 2)",
        ),
        (
            "[[vary]]\npath = 'funding.pledges'\nvalues = [[]]\n[[vary]]\npath = 'funding.pledges'\nvalues = [[]]",
            "study.toml:7:vary.path: funding.pledges is varied twice (see funding.pledges)",
        ),
        (
            (
                "[[vary]]\npath = 'pay.wage_parity'\nfrom = 1\nto = 2\nsteps = 1000\n"
                "[[vary]]\npath = 'pay.weekly_hours'\nfrom = 1\nto = 2\nsteps = 1000"
            ),
            "study.toml:3:vary: makes 1,000,000 runs; expected at most 200,000",
        ),
        ("designs = ['base', 'bsae']\n", "study.toml:3:designs: the study names its designs and --model another"),
        ("vary = 5\n", "study.toml:3:vary: 'vary' is not a list of tables"),
        (
            "metrics = 5\n[[vary]]\npath = 'pay.wage_parity'\nvalues = [1]",
            "study.toml:3:metrics: 'metrics' is not a list of names",
        ),
        (
            (
                "mode = 'sample'\ndraws = 3\nseed = -1\n"
                "[[vary]]\npath = 'inputs.programme.attrition_yearly'\nlow = 0.3\nmode = 0.1\nhigh = 0.5"
            ),
            "study.toml:8:vary.low: inputs.programme.attrition_yearly: 0.3, 0.1, 0.5 are out of order",
        ),
    ],
)
def test_a_fault_of_the_whole_study_is_told(tmp_path, shipped_inputs, text, expected):
    faults = faults_of(tmp_path, HEAD + text, shipped_inputs)
    assert any(fault.startswith(expected) for fault in faults), faults


def test_a_design_that_does_not_exist_is_a_fault_before_any_run(tmp_path, shipped_inputs):
    with pytest.raises(InputError, match="bsae: does not exist"):
        what_if(written(tmp_path, HEAD + "designs = ['base', 'bsae']\n"), inputs=shipped_inputs)


def test_a_path_that_is_set_as_well_is_refused(tmp_path, shipped_inputs):
    text = HEAD + "[[vary]]\npath = 'pay.wage_parity'\nvalues = [1]\n"
    [fault] = faults_of(tmp_path, text, shipped_inputs, settings={"pay.wage_parity": 1.1})
    assert fault.startswith("study.toml:4:vary.path: pay.wage_parity is varied here and set by --set pay.wage_parity")


def test_a_study_that_is_not_toml_or_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match=r"study\.toml:1:.*is not TOML"):
        read_study(written(tmp_path, "title = \n"))
    with pytest.raises(InputError, match=r"nowhere\.toml: does not exist; expected a study in TOML"):
        read_study(tmp_path / "nowhere.toml")


def test_a_grid_has_every_combination_the_last_path_fastest(tmp_path):
    text = HEAD + "[[vary]]\npath = 'a.b'\nvalues = [1, 2]\n[[vary]]\npath = 'c.d'\nfrom = 0\nto = 1\nsteps = 3\n"
    assert cases_of(tmp_path, text) == [
        {"a.b": 1, "c.d": 0},
        {"a.b": 1, "c.d": 0.5},
        {"a.b": 1, "c.d": 1},
        {"a.b": 2, "c.d": 0},
        {"a.b": 2, "c.d": 0.5},
        {"a.b": 2, "c.d": 1},
    ]


def test_a_list_goes_through_its_values_side_by_side(tmp_path):
    text = HEAD + "mode = 'list'\n[[vary]]\npath = 'a.b'\nvalues = [1, 2]\n[[vary]]\npath = 'c.d'\nvalues = ['x', 'y']\n"
    assert cases_of(tmp_path, text) == [{"a.b": 1, "c.d": "x"}, {"a.b": 2, "c.d": "y"}]


def test_a_sample_is_the_same_for_the_same_seed_and_keeps_to_its_ranges(tmp_path, shipped_inputs):
    text = HEAD + (
        "mode = 'sample'\ndraws = 200\nseed = 7\n"
        "[[vary]]\npath = 'inputs.programme.attrition_yearly'\npert = true\n"
        "[[vary]]\npath = 'limits.operating_cost.max'\nfrom = 5e6\nto = 9e6\n"
        "[[vary]]\npath = 'tax.release'\nvalues = ['all', 'verified']\n"
    )
    first = cases_of(tmp_path, text, shipped_inputs)
    assert first == cases_of(tmp_path, text, shipped_inputs)
    assert first != cases_of(tmp_path, text.replace("seed = 7", "seed = 8"), shipped_inputs)
    estimate = shipped_inputs.find("programme", "attrition_yearly")
    rates = [case["inputs.programme.attrition_yearly"] for case in first]
    assert estimate.low <= min(rates) < estimate.base < max(rates) <= estimate.high
    # One draw in each of 200 equal parts of every range.
    budgets = sorted(int((case["limits.operating_cost.max"] - 5e6) / 4e6 * 200) for case in first)
    assert budgets == list(range(200))
    assert sum(case["tax.release"] == "all" for case in first) == 100


def test_a_latin_hypercube_has_one_draw_in_each_part_of_each_dimension():
    shares = latin_hypercube(50, 3, 1)
    assert shares.shape == (50, 3)
    for column in shares.T:
        assert sorted((column * 50).astype(int)) == list(range(50))


def test_quantiles_of_pert_give_its_mean_and_its_ends():
    shares = (np.arange(20_000) + 0.5) / 20_000
    values = pert_quantile(shares, 2.0, 3.0, 8.0)
    assert np.mean(values) == pytest.approx((2.0 + 4 * 3.0 + 8.0) / 6, rel=1e-5)
    assert list(pert_quantile(np.array([0.0, 1.0]), 2.0, 3.0, 8.0)) == [2.0, 8.0]
    assert list(pert_quantile(np.array([0.2, 0.9]), 4.0, 4.0, 4.0)) == [4.0, 4.0]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_study_is_clean_and_its_paths_exist(file):
    study, faults = read_study(file)
    assert faults == []
    partial = stopped(what_if, study, inputs=load_inputs(), progress=lambda text, share: False)
    assert not partial.complete
    assert partial.records == ()
