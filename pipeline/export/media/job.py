"""What is to be cut out of a source, and what came of it: plain data that goes to a process."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from stages.file_state import FileState

_RECIPE = 1  # raised when the same job makes another clip


@dataclass(frozen=True)
class Cover:
    """Where one face is, so that it can be covered.

    Attributes:
        times_s: m times, ascending, seconds of the source.
        boxes: 4 m values: `x0, y0, x1, y1` in ten-thousandths of the upright picture.
    """

    times_s: tuple[float, ...]
    boxes: tuple[int, ...]


@dataclass(frozen=True)
class CutJob:
    """One clip to be made.

    Attributes:
        name: of its file, below the export.
        uri: of the source.
        file: the state of the source when its rows were made, see `stages.file_state`; None:
            unknown.
        duration_s: of the source, as its rows say.
        start_s, end_s: what is taken: pictures that come on display in `[start_s, end_s)`.
        has_video: whether the source has a picture.
        covers: faces that must not be seen.
    """

    name: str
    uri: str
    file: FileState | None
    duration_s: float
    start_s: float
    end_s: float
    has_video: bool = True
    covers: tuple[Cover, ...] = field(default_factory=tuple)

    @property
    def key(self) -> str:
        """Equal for jobs that make the same clip."""
        told = {**asdict(self), "recipe": _RECIPE}
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Made:
    """A clip that is there, whole.

    Attributes:
        name: of its file, below the export.
        key: of the job that made it.
        size_bytes, sha256: of the file.
        begins_s: where its first frame stands in the source.
        fps: frames a second; 0 without pictures.
        has_audio: it has sound.
    """

    name: str
    key: str
    size_bytes: int
    sha256: str
    begins_s: float = 0.0
    fps: float = 0.0
    has_audio: bool = False


@dataclass(frozen=True)
class Unmade:
    """A clip that could not be made, and why, in words."""

    name: str
    reason: str
