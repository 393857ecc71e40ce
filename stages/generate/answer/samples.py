"""How further lists of labels are drawn, which vote on those of the greedy answer."""

import hashlib

from stages.generate.config import GenerateConfig
from stages.generate.engines.engine import Sampling


def samplings(config: GenerateConfig, name: str) -> list[Sampling]:
    """How each of `generate.samples` further lists of labels is drawn.

    The seeds hang on what is asked about alone, so a list is the same in whatever batch, process
    or run it is drawn.

    Args:
        config: says how many, how bold.
        name: the question's, unique among all rows.
    """
    return [
        Sampling(config.temperature, config.top_p, _seed(f"{sample} {name}"))
        for sample in range(config.samples)
    ]


def _seed(name: str) -> int:
    """63 bits, the same on every machine; Python's own hash is salted."""
    digest = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1
