"""What a run is made with, found out once by its driver: weights by content, and the hash."""

import hashlib
import json

from pipeline.config import Config
from pipeline.dataset.record import Making
from stages.identity import Identity
from stages.model import model_identity
from stages.rows import SCHEMA_VERSION


def identify(config: Config) -> Identity:
    """The weights of the model and those that stages load themselves, as far as there are any.

    Reads all their bytes: minutes for tens of gigabytes.

    Raises:
        SetupError: some are not there.
    """
    found: dict[str, dict[str, str]] = {}
    for own in identify_stages(config).values():
        found |= {part: dict(weights) for part, weights in own.items()}
    if config.recipe.needs("model"):
        found["model"] = dict(model_identity(config.model))
    return found


def identify_stages(config: Config) -> dict[str, Identity]:
    """The weights that stages load themselves, by stage; see `identify`."""
    recipe = config.recipe
    return {name: recipe[name].identity(config.sections) for name in recipe.names}


def config_hash(config: Config, identity: Identity) -> str:
    """12 hex digits that are equal for runs that give equal labels.

    The SHA-256 over the version of the row schema, the keys that decide what comes out (those of
    the recipe's stages without what is marked `PLACE_OR_PACE`) and the revisions of the weights,
    so that a run may go on with more workers, on another device, or with its weights moved.
    """
    decides = {
        "schema_version": SCHEMA_VERSION,
        "config": config.result_keys(),
        "weights": {part: weights["revision"] for part, weights in identity.items()},
    }
    canonical = json.dumps(decides, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def making_of(config: Config, identity: Identity) -> Making:
    """What the record of a dataset says of how its rows were made."""
    return Making(
        config=config.model_dump(mode="json"),
        result_keys=config.result_keys(),
        config_hash=config_hash(config, identity),
        identity=identity,
    )
