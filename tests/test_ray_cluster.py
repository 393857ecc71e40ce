"""The cluster file is one that Ray takes, and one that the package can run on."""

from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from ray.autoscaler._private.util import prepare_config, validate_config
from ruamel.yaml import YAML

from pipeline.config import load_config
from pipeline.lanes import crews

FILE = Path(__file__).parent.parent / "ray_cluster.yaml"


@pytest.fixture
def cluster() -> dict[str, Any]:
    return YAML(typ="safe", pure=True).load(FILE)


def test_ray_takes_the_file(cluster: dict[str, Any]) -> None:
    validate_config(prepare_config(cluster))


def test_ray_refuses_what_is_not_a_cluster(cluster: dict[str, Any]) -> None:
    cluster["max_wrkers"] = 3
    with pytest.raises(Exception, match="max_wrkers"):
        validate_config(prepare_config(cluster))


def test_all_kinds_of_machines_can_reach_their_bounds(cluster: dict[str, Any]) -> None:
    bounds = [kind.get("max_workers", 0) for kind in cluster["available_node_types"].values()]
    assert sum(bounds) == cluster["max_workers"]


def test_the_images_hold_the_ray_the_package_is_built_with(cluster: dict[str, Any]) -> None:
    gpu = cluster["available_node_types"]["gpu"]["docker"]["worker_image"]
    for image in (cluster["docker"]["image"], gpu):
        assert image.startswith(f"rayproject/ray:{metadata.version('ray')}-py311")


def test_one_machine_of_each_kind_holds_the_preset_for_gpus(cluster: dict[str, Any]) -> None:
    kinds = cluster["available_node_types"].values()
    cpus = sum(kind["resources"]["CPU"] for kind in kinds)
    gpus = sum(kind["resources"].get("GPU", 0) for kind in kinds)
    assert crews(load_config("llama2-7b").lanes, cpus, gpus)
