"""README.md of a synthetic set: what it is, how it was made, and what it is not."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from jobs.synthesize.files.whole import written_whole
from jobs.synthesize.plan import Split
from jobs.synthesize.speech.track import VoiceUsed
from pipeline.evaluation.truth_columns import TRUTH_FILE

CARD = "README.md"
_COUNTED = ("family", "display", "text_role")
_NULL = "null (nothing can be told)"
_ENCODERS = ("libavcodec", "libavformat", "libavutil", "libswscale")


@dataclass(frozen=True)
class Made:
    """How a set was made.

    Attributes:
        command: the command line that makes it again.
        version: of MicroEmo.
        split, seed: of all its clips.
        voice: what spoke in them; None where they are scripts that are not filmed.
        unclear: whether nothing can be told in them.
    """

    command: str
    version: str
    split: Split
    seed: int
    voice: VoiceUsed | None
    unclear: bool = False


def write_card(folder: Path, made: Made) -> None:
    """Write the card of the set in `folder`; its counts are those of the table of truth there.

    Raises:
        SetupError: the card cannot be written.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701 - Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    table = folder / TRUTH_FILE
    text = environment.get_template("card.md.txt").render(
        made=made,
        truth=TRUTH_FILE,
        utterances=pq.read_metadata(table).num_rows,
        clips=len(pc.unique(pq.read_table(table, columns=["clip_index"])["clip_index"])),
        counts={name: _counts(table, name) for name in _COUNTED},
        encoders=_encoder_versions(_ENCODERS) if made.voice else [],
    )
    with written_whole(folder / CARD) as hidden:
        hidden.write_text(text, "utf-8", newline="\n")


def _counts(table: Path, column: str) -> list[tuple[str, int]]:
    """The values of a column and how many rows have each, most first."""
    values = pc.value_counts(pq.read_table(table, columns=[column])[column]).to_pylist()
    counts = [(str(one["values"] or _NULL), int(one["counts"])) for one in values]
    return sorted(counts, key=lambda count: (-count[1], count[0]))


def _encoder_versions(names: Iterable[str]) -> list[tuple[str, str]]:
    import av

    versions = av.library_versions
    return [(name, ".".join(map(str, versions[name]))) for name in names]
