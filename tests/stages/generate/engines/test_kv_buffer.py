"""The buffer holds what transformers' own cache would, without copying it at every step."""

import torch
from transformers import DynamicCache

from stages.generate.engines.kv_buffer import Layers, kv_buffer


def layers(length: int, seed: int) -> Layers:
    generator = torch.Generator().manual_seed(seed)
    return [
        (
            torch.randn(2, length, 4, generator=generator),
            torch.randn(2, length, 4, generator=generator),
        )
        for _ in range(3)
    ]


def test_shorter_rows_are_filled_up_on_the_left_and_taken_out_of_their_lists() -> None:
    rows = [layers(5, 0), layers(3, 1)]
    cache = kv_buffer([list(row) for row in rows], 5, 2)
    for depth, layer in enumerate(cache.layers):
        assert layer.keys.shape == (2, 2, 7, 4)
        assert torch.equal(layer.keys[0, :, :5], rows[0][depth][0])
        assert torch.equal(layer.values[1, :, 2:5], rows[1][depth][1])
        assert not layer.values[1, :, :2].any()
    kv_buffer(rows, 5, 2)
    assert rows == [[], []]


def test_it_grows_as_the_dynamic_cache_does_and_stays_where_it_is() -> None:
    row = layers(4, 0)
    plain = DynamicCache()
    for depth, (keys, values) in enumerate(row):
        plain.update(keys[None], values[None], depth)
    cache = kv_buffer([list(row)], 4, 3)
    for step in range(3):
        for depth, (keys, values) in enumerate(layers(1, 10 + step)):
            stands = cache.layers[depth].keys.data_ptr()
            grown = cache.update(keys[None], values[None], depth)
            wanted = plain.update(keys[None], values[None], depth)
            assert all(torch.equal(one, other) for one, other in zip(grown, wanted, strict=True))
            assert grown[0].data_ptr() == stands
    assert cache.get_seq_length() == plain.get_seq_length() == 7


def test_rows_go_on_beside_new_ones_without_the_gaps_nobody_needs() -> None:
    rows = [layers(4, 0), layers(9, 1), layers(3, 2)]
    before = kv_buffer([list(row) for row in rows], 9, 1)
    before.update(*(torch.ones(3, 2, 1, 4) for _ in range(2)), 0)
    for depth in (1, 2):
        before.update(*(torch.zeros(3, 2, 1, 4) for _ in range(2)), depth)
    new = layers(5, 3)
    cache = kv_buffer([list(new)], 5, 2, before, [2, 0])
    assert before.layers == []
    for depth, layer in enumerate(cache.layers):
        assert layer.keys.shape == (3, 2, 7, 4)
        more = torch.full((2, 1, 4), float(depth == 0))
        assert torch.equal(layer.keys[1, :, :5], torch.cat([rows[0][depth][0], more], 1))
        assert torch.equal(layer.values[0, :, 1:5], torch.cat([rows[2][depth][1], more], 1))
        assert torch.equal(layer.values[2, :, :5], new[depth][1])
