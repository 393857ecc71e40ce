"""Make the sample clips again: `python samples/make_samples.py [FOLDER]`.

They are clips of the benchmark (`microemo synthesize`), of heads and sentences that its `train`
split does not have. README.md beside this file says what is in them.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import torch

from jobs.synthesize.clip import make_clip
from jobs.synthesize.order import ClipOrder

SEED, HEIGHT = 2024, 256
INDEXES = {"context": 93, "contradicting_words": 66, "masked": 370}
"""Which clip of the test split each is, by its name."""


def order_of(name: str) -> ClipOrder:
    """What the sample is called in the benchmark."""
    return ClipOrder("test", SEED, INDEXES[name], HEIGHT)


def main() -> int:
    """Write every clip, with its subtitles, into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # as `microemo synthesize` does
    with tempfile.TemporaryDirectory() as fresh:
        for name in INDEXES:
            order = order_of(name)
            # espeak-ng is not everywhere, and not everywhere the same.
            clip = make_clip(order, Path(fresh), voice="stand-in")
            for suffix in (".mp4", ".srt"):
                made = Path(fresh, order.name + suffix)
                (folder / (name + suffix)).write_bytes(made.read_bytes())
            print(f"{name}: {clip.duration_s:.1f} s, {len(clip.rows)} utterances")
    return 0


if __name__ == "__main__":
    sys.exit(main())
