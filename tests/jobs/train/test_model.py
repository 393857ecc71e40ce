"""The model at the beginning of a training."""

import torch

from jobs.train.model import beginning
from jobs.train.presets import load_train_config
from stages.model.frame_positions import stretched
from stages.model.modeling_microemo import MicroEmo
from tests.models import untrained


def test_a_base_is_made_longer_for_more_frames_than_it_takes() -> None:
    base = untrained().path
    before = MicroEmo.from_pretrained(base).pooler.video.frame_position_embedding.weight
    longer, _ = beginning(load_train_config("tiny", [f"base={base}", "max_frames=40"]), [])
    after = longer.pooler.video.frame_position_embedding.weight
    assert longer.config.max_frames == 40
    assert torch.equal(after, stretched(before, 40))
    assert after.requires_grad
    states = torch.zeros(40, 8, longer.config.qformer_config.hidden_size)
    times_s = torch.arange(40).double().numpy()
    assert longer.pooler(states, times_s, []).shape[0] == longer.config.num_video_query_tokens


def test_a_base_is_not_made_shorter_for_fewer() -> None:
    config = load_train_config("tiny", [f"base={untrained().path}", "max_frames=4"])
    assert beginning(config, [])[0].config.max_frames == 16


def test_only_what_learns_is_thawed() -> None:
    config = load_train_config("tiny-faces", [f"base={untrained().path}"])
    model, _ = beginning(config, [])
    learning = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert learning
    assert all(name.startswith(("encoder.local.", "encoder.global_local.")) for name in learning)
