import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.faces.smoothing import Samples, smooth

SECONDS = st.lists(st.floats(0.05, 2), min_size=1, max_size=12).map(np.cumsum)


def _line(seen, times_s, slope, deviation_s=0.35):
    samples = 5 + slope * seen[:, None]
    return smooth(Samples(seen, samples, np.ones(len(seen))), times_s, deviation_s)[:, 0]


@settings(deadline=None)
@given(SECONDS, st.floats(-1e6, 1e6), st.floats(0.01, 5))
def test_equal_samples_give_exactly_that_value_everywhere(seen, value, deviation_s):
    weights = np.linspace(0.2, 0.9, len(seen))
    times_s = np.linspace(seen[0] - 5, seen[-1] + 5, 50)
    samples = Samples(seen, np.full((len(seen), 2), value), weights)
    result = smooth(samples, times_s, deviation_s)
    assert (result == value).all()


@settings(deadline=None)
@given(SECONDS, st.floats(-1000, 1000))
def test_only_time_between_samples_matters_not_the_hour(seen, hour):
    times_s = np.linspace(seen[0], seen[-1], 20)
    np.testing.assert_allclose(
        _line(seen + hour, times_s + hour, 3.0), _line(seen, times_s, 3.0) + 3 * hour, atol=1e-6
    )


@settings(deadline=None)
@given(SECONDS, st.floats(-50, 50))
def test_the_curve_stays_near_the_samples(seen, slope):
    result = _line(seen, np.linspace(seen[0], seen[-1], 50), slope)
    reach = abs(slope) * (seen[-1] - seen[0]) / 2 + 1e-6
    assert (np.abs(result - (5 + slope * (seen[0] + seen[-1]) / 2)) <= 2 * reach).all()


def test_a_steady_movement_is_followed_also_at_its_ends():
    seen = np.arange(0, 4, 1 / 3)
    times_s = np.arange(0, seen[-1], 0.04)
    error = _line(seen, times_s, slope=100.0) - (5 + 100 * times_s)
    assert np.abs(error).max() < 8  # pixels; a moving mean is 28 behind at the ends


def test_samples_at_uneven_times_do_not_bend_a_steady_movement():
    seen = np.array([0, 0.1, 0.2, 0.3, 1.0, 1.7, 1.75, 1.8, 2.4, 3.0])
    inner = np.arange(0.5, 2.5, 0.05)
    error = _line(seen, inner, slope=100.0) - (5 + 100 * inner)
    assert np.abs(error).max() < 8


def test_jitter_is_smoothed_and_what_is_left_moves_slowly():
    rng = np.random.default_rng(7)
    seen = np.arange(0, 10, 1 / 3)
    jitter = rng.uniform(-2, 2, (len(seen), 1))
    samples = Samples(seen, jitter, np.ones(len(seen)))
    result = smooth(samples, np.arange(0, 9.6, 1 / 30), 0.35)
    assert result.std() < 0.4 * jitter.std()
    assert np.abs(np.diff(result[:, 0])).max() < 0.05


def test_a_head_that_nods_is_followed_though_its_detector_jitters():
    rng = np.random.default_rng(7)
    seen, times_s = np.arange(0, 10, 1 / 3), np.arange(0, 9.6, 1 / 30)
    nod = 40 * np.sin(2 * np.pi * seen / 3)
    samples = Samples(seen, (nod + rng.uniform(-2, 2, len(seen)))[:, None], np.ones(len(seen)))
    error = smooth(samples, times_s, 0.35)[:, 0] - 40 * np.sin(2 * np.pi * times_s / 3)
    assert np.abs(error).mean() < 8


def test_what_moves_is_followed_while_what_stands_is_held():
    seen = np.arange(0, 10, 1 / 3)
    both = np.stack([40 * np.sin(2 * np.pi * seen / 3), np.full(len(seen), 7.0)], axis=1)
    result = smooth(Samples(seen, both, np.ones(len(seen))), np.arange(0, 9, 0.1), 0.35)
    assert np.ptp(result[:, 0]) > 50
    assert (result[:, 1] == 7).all()


def test_a_trusted_sample_weighs_more():
    samples = Samples(np.array([0.0, 0.2]), np.array([[0.0], [10.0]]), np.array([0.1, 0.9]))
    result = smooth(samples, np.array([0.1]), 0.35)
    assert result[0, 0] > 7
