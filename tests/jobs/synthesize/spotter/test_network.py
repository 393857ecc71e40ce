"""The network that is trained is the one that runs."""

import numpy as np
import torch

from jobs.synthesize.spotter.network import COLUMNS, SpotterNetwork
from stages.evidence.spotter.network import forward, load_weights


def test_what_is_exported_runs_in_the_package_alike():
    torch.manual_seed(0)
    network = SpotterNetwork(dropout=0.2).eval()
    columns = np.random.default_rng(0).normal(size=(70, COLUMNS)).astype(np.float32)
    with torch.no_grad():
        told = network(torch.from_numpy(columns)[None], torch.ones(1, 70, 1))[0].sigmoid()
    weights = {name: array.astype(np.float64) for name, array in network.exported().items()}
    np.testing.assert_allclose(forward(columns, weights), told.numpy(), atol=2e-3)


def test_what_is_not_there_is_nothing_to_those_beside_it():
    network = SpotterNetwork(dropout=0.2).eval()
    columns, there = torch.randn(1, 90, COLUMNS), torch.ones(1, 90, 1)
    there[:, 60:] = 0
    with torch.no_grad():
        padded = network(columns, there)[:, :60]
        short = network(columns[:, :60], there[:, :60])
    torch.testing.assert_close(padded, short)


def test_the_weights_of_the_package_have_its_shape():
    exported = SpotterNetwork(dropout=0.2).exported()
    assert {name: array.shape for name, array in load_weights().items()} == {
        name: array.shape for name, array in exported.items()
    }
