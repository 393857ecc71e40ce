"""What no checkpoint holds: the local branch and its fusion, drawn from a fixed seed."""

import copy

import torch

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.modeling_microemo import MicroEmoEncoder

SEED = 20240716
OWN = ("encoder.local.", "encoder.global_local.")
"""The prefixes of tensors that are ours; their gate begins at 0, so they change nothing."""


def new_weights(config: MicroEmoConfig) -> dict[str, torch.Tensor]:
    """The weights of the local branch of a model of this configuration, [float32].

    They are those a new `MicroEmoEncoder` begins with, made by building one whose other networks
    have no layers.
    """
    shrunk = copy.deepcopy(config)
    shrunk.vision_config.num_hidden_layers = 0
    shrunk.qformer_config.num_hidden_layers = 0
    shrunk.qformer_config.vocab_size = 1
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        untrained = MicroEmoEncoder(shrunk).state_dict()
    named = {f"encoder.{name}": values for name, values in untrained.items()}
    return {name: values.clone() for name, values in named.items() if name.startswith(OWN)}
