"""What is counted is what a GPU would feel: kernels, waits of the host, bytes."""

from typing import Any

import pytest
import torch

from jobs.bench.model.counts import counting


def test_what_computes_or_copies_is_a_call_and_a_view_is_none() -> None:
    one = torch.ones(4, 6)
    with counting() as counts:
        (one.t() @ one[:, 2:]).view(-1).add_(1)
    assert counts.calls == 2
    assert counts.moved_bytes == 4 * (24 + 16 + 24) + 4 * (24 + 24)


def test_in_inference_mode_parts_are_counted_and_not_the_whole() -> None:
    layer, given = torch.nn.Linear(8, 8), torch.ones(2, 8)
    with counting() as alone, torch.no_grad():
        layer(given)
    with counting() as inferring, torch.inference_mode():
        layer(given)
    assert alone == inferring


@pytest.mark.parametrize(
    "waits",
    [
        lambda tensor: tensor.tolist(),
        lambda tensor: tensor.sum().item(),
        lambda tensor: bool((tensor > 0).all()),
        lambda tensor: tensor.cpu(),
        lambda tensor: tensor.numpy(),
        lambda tensor: tensor[tensor > 0],
        lambda tensor: tensor.nonzero(),
        lambda tensor: torch.equal(tensor, tensor),
    ],
)
def test_the_host_waits_for_a_number_a_list_and_a_shape(waits: Any) -> None:
    with counting() as counts:
        waits(torch.ones(5))
    assert counts.host_transfers == 1


def test_it_does_not_wait_for_places_that_are_numbers() -> None:
    held, places = torch.zeros(4, 4), torch.tensor([1, 2])
    with counting() as counts:
        held[places] = held[places] + 1
    assert counts.host_transfers == 0


def test_of_what_is_looked_up_and_filled_in_only_the_places_count() -> None:
    held, places = torch.zeros(1000, 4), torch.tensor([1, 2])
    with counting() as counts:
        held[places] = torch.ones(2, 4)
        torch.nn.functional.embedding(places, held)
    assert counts.moved_bytes < 400


def test_what_a_view_repeats_counts_once() -> None:
    with counting() as counts:
        torch.ones(1, 8).expand(100, 8).sum()
    assert counts.moved_bytes == 4 * 8 + 4 * 8 + 4
