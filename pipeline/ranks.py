"""Tensor-parallel generation: a group of Ray actors, one a rank, behind the engine's protocol.

The process that owns the generate stage holds the group, computes nothing itself, and sends every
batch to all ranks, which compute it in step. A rank that dies leaves the others waiting in a
message that never comes, without an error. So each call has a deadline; on a death or at the
deadline all ranks are killed, a new group is made, and the call is made again.
"""

import logging
import math
import os
import socket
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stages.faults import SetupError
from stages.generate.config import GenerateConfig
from stages.generate.engines import opening
from stages.generate.engines.context import context_of
from stages.generate.engines.engine import Answer, Engine, LanguageModel, Prompt, Sampling
from stages.model import ModelConfig, model_folder

if TYPE_CHECKING:
    import torch
    from ray.util.placement_group import PlacementGroup

log = logging.getLogger(__name__)

# What a rank books beside its GPU. So little that two cores run a lane and its ranks, and that the
# sums over the lanes stay right without them.
_RANK_CPUS = 0.01
_TRIES = 3  # of one call: a batch that kills a group three times over is at fault itself
_START_DEADLINE_S = 1800.0  # until a group has loaded its weights: 70B from a slow disk
_PLACE_DEADLINE_S = 600.0  # until a cluster that grows has a machine with room for all ranks


def open_language_model(config: GenerateConfig, model: ModelConfig) -> LanguageModel:
    """The language model: in the process that calls this, or over `config.tp_size` ranks.

    Raises:
        SetupError: the model or its device is not there, or the ranks do not fit the cluster.
    """
    from stages.model.loading import load_model_config, load_tokenizer

    if config.tp_size == 1:
        return opening.open_language_model(config, model)
    folder = model_folder(model)
    engine = TensorParallelEngine(config, model)
    context = context_of(load_model_config(folder).text_config)
    return LanguageModel(engine, engine.embedding, load_tokenizer(folder), context)


class TensorParallelEngine:
    """An `Engine` whose ranks are actors in a STRICT_PACK placement group."""

    name = "deepspeed"

    def __init__(self, config: GenerateConfig, model: ModelConfig) -> None:
        """Start the ranks.

        Raises:
            SetupError: the model is not there, or the ranks do not fit the cluster.
        """
        import torch

        self._config = config
        self._model = model
        self._group = _Group(config, model)
        weight = self._group.embedding()
        self.embedding = torch.nn.Embedding.from_pretrained(weight, freeze=True)

    @property
    def pids(self) -> list[int]:
        """The process ids of the ranks, in order."""
        return self._group.pids

    def generate(
        self,
        prompts: Sequence[Prompt],
        max_new_tokens: int,
        sampling: Sequence[Sampling | None] | None = None,
        at_once: int | None = None,
    ) -> list[Answer]:
        """As `Engine.generate`.

        Raises:
            GroupLost: the ranks died or were late, each time they were asked.
        """
        import torch

        for tried in range(1, _TRIES + 1):
            try:
                return self._group.generate(prompts, max_new_tokens, sampling, at_once)
            except torch.OutOfMemoryError:  # the other ranks still wait for the one that had it
                self._renew()
                raise
            except GroupLost as loss:
                log.warning("tensor-parallel ranks lost, try %d of %d: %s", tried, _TRIES, loss)
                self._renew()
                lost = loss
        raise lost

    def _renew(self) -> None:
        self._group.end()
        self._group = _Group(self._config, self._model)

    def close(self) -> None:
        """End the ranks and give back what they booked."""
        self._group.end()


class GroupLost(Exception):
    """A group of ranks to which no call can be made any more."""


class _Group:
    """The ranks, from their start to their end."""

    def __init__(self, config: GenerateConfig, model: ModelConfig) -> None:
        import ray
        from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

        self._deadline_s = config.call_deadline_s
        self._place = _placed(config.tp_size, model)
        self.ranks: list[Any] = []
        try:
            for rank in range(config.tp_size):
                where = PlacementGroupSchedulingStrategy(self._place, rank)
                actor = ray.remote(_Rank).options(scheduling_strategy=where, **_booked(model))
                self.ranks.append(actor.remote(model))
            address, port = self._first(0, "address_and_port")
            joined = [
                actor.join.remote(rank, config.tp_size, address, port)
                for rank, actor in enumerate(self.ranks)
            ]
            self.pids: list[int] = self._answers(joined, _START_DEADLINE_S)
        except BaseException:
            self.end()
            raise

    def embedding(self) -> "torch.Tensor":
        """The [V, D_llm] weight of the input embedding, on the CPU."""
        weight: torch.Tensor = self._first(0, "input_embedding")
        return weight

    def generate(
        self,
        prompts: Sequence[Prompt],
        max_new_tokens: int,
        sampling: Sequence[Sampling | None] | None,
        at_once: int | None,
    ) -> list[Answer]:
        """As `Engine.generate`, by all ranks in step.

        Raises:
            GroupLost: a rank died, or the deadline passed.
            torch.OutOfMemoryError: a rank's device is too small; the group is lost with it.
        """
        import ray

        asked = ray.put((list(prompts), max_new_tokens, sampling, at_once))  # once for all ranks
        calls = [rank.generate.remote(asked) for rank in self.ranks]
        batches = math.ceil(len(prompts) / at_once) if at_once else 1
        answers: list[list[Answer]] = self._answers(calls, batches * self._deadline_s)
        return answers[0]

    def end(self) -> None:
        """Kill the ranks and give back what they booked."""
        import ray

        for rank in self.ranks:
            ray.kill(rank, no_restart=True)
        ray.util.remove_placement_group(self._place)

    def _first(self, rank: int, method: str) -> Any:
        return self._answers([getattr(self.ranks[rank], method).remote()], _START_DEADLINE_S)[0]

    def _answers(self, calls: Sequence[Any], deadline_s: float) -> list[Any]:
        """What the calls return, in order; the first that fails ends the wait for the others."""
        import ray
        import torch

        until = time.monotonic() + deadline_s
        pending = list(calls)
        while pending:
            done, pending = ray.wait(pending, timeout=max(0.0, until - time.monotonic()))
            if not done:
                raise GroupLost(f"no answer within {deadline_s:g} s (generate.call_deadline_s)")
            try:
                ray.get(done)
            except ray.exceptions.RayTaskError as fault:
                if isinstance(fault.cause, SetupError | torch.OutOfMemoryError):
                    raise fault.cause from None
                raise GroupLost(str(fault.cause)) from fault
            except ray.exceptions.RayActorError as fault:
                raise GroupLost(str(fault).splitlines()[0]) from fault
        answers: list[Any] = ray.get(list(calls))
        return answers


class _Rank:
    """One rank: a process with its part of every layer."""

    def __init__(self, model: ModelConfig) -> None:
        from stages.model.loading import load_language_model

        self._model = model
        # On the CPU: the whole may be larger than the device that takes a part of it.
        whole = model.model_copy(update={"device": "cpu"})
        self._network, self._tokenizer = load_language_model(whole)
        self._engine: Engine | None = None

    def address_and_port(self) -> tuple[str, int]:
        """Where the ranks can meet: this host, and a port that is free now."""
        import ray

        with socket.socket() as probe:
            probe.bind(("", 0))
            return ray.util.get_node_ip_address(), probe.getsockname()[1]

    def join(self, rank: int, ranks: int, address: str, port: int) -> int:
        """Meet the other ranks, keep this rank's part of the model, and give the process's id."""
        from stages.generate.engines.attention import require_keys_and_values
        from stages.generate.engines.batched import BatchedEngine
        from stages.generate.engines.deepspeed_inference import init_inference, join_group
        from stages.generate.engines.vocabulary import vocabulary
        from stages.model.loading import model_device

        device = model_device(self._model)
        join_group(rank, ranks, address, port, _START_DEADLINE_S)
        require_keys_and_values(self._network, TensorParallelEngine.name)
        allowed = vocabulary(self._network, self._tokenizer)
        forward = init_inference(self._network, ranks)
        forward.module.to(device)
        embedding: Any = self._network.get_input_embeddings()
        self._engine = BatchedEngine(TensorParallelEngine.name, forward, embedding, allowed)
        self._device = device
        return os.getpid()

    def input_embedding(self) -> "torch.Tensor":
        """The [V, D_llm] weight, on the CPU."""
        embedding: Any = self._network.get_input_embeddings()
        weight: torch.Tensor = embedding.weight.detach().cpu()
        return weight

    def generate(
        self,
        asked: tuple[Sequence[Prompt], int, Sequence[Sampling | None] | None, int | None],
    ) -> Any:
        """As `Engine.generate`, in step with the other ranks."""
        prompts, max_new_tokens, sampling, at_once = asked
        if self._engine is None:
            raise RuntimeError("the rank has not joined its group")
        here = [
            Prompt(one.prefix.to(self._device), one.prefix_id, one.suffix.to(self._device))
            for one in prompts
        ]
        return self._engine.generate(here, max_new_tokens, sampling, at_once)


def _booked(model: ModelConfig) -> dict[str, float]:
    return {"num_cpus": _RANK_CPUS, "num_gpus": 1 if model.device.startswith("cuda") else 0}


def _placed(ranks: int, model: ModelConfig) -> "PlacementGroup":
    """Room for all ranks on one machine.

    Raises:
        SetupError: there is none.
    """
    import ray

    booked = _booked(model)
    bundle = {"CPU": booked["num_cpus"], "GPU": booked["num_gpus"]}
    bundle = {resource: amount for resource, amount in bundle.items() if amount}
    place: PlacementGroup = ray.util.placement_group([bundle] * ranks, strategy="STRICT_PACK")
    if not place.wait(_PLACE_DEADLINE_S):
        ray.util.remove_placement_group(place)
        raise SetupError(
            f"generate.tp_size is {ranks}, and within {_PLACE_DEADLINE_S:g} s no machine had room "
            f"for {ranks} ranks of {bundle}. Lower generate.tp_size, or let the lanes book fewer "
            "GPUs (lanes.N.gpus, lanes.N.max_workers)."
        )
    return place
