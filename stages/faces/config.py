"""The `faces` section of the configuration."""

from typing import Annotated

from pydantic import Field

from stages.section import PLACE_OR_PACE, Section


class FacesConfig(Section):
    """How faces are found, followed and cropped."""

    detector: Annotated[str, PLACE_OR_PACE] = Field(
        default="yunet",
        pattern=r"^(yunet|lbp|insightface:.+)$",
        description='"yunet" (in the package), "lbp" (comes with scikit-image, frontal faces '
        'alone, no landmarks) or "insightface:<pack, folder or .onnx file>" (SCRFD)',
    )
    model_root: Annotated[str, PLACE_OR_PACE] = Field(
        default="~/.insightface/models",
        description="Folder in which an InsightFace pack is looked up by its name",
    )
    device: Annotated[str, PLACE_OR_PACE] = Field(
        default="cpu",
        pattern=r"^(cpu|cuda(:\d+)?)$",
        description='Where an InsightFace detector runs: "cpu", "cuda" or "cuda:<number>"',
    )
    input_size: int = Field(
        default=640,
        ge=128,
        le=2048,
        multiple_of=32,
        description="Long side, in pixels, at which YuNet or an InsightFace detector sees a "
        "frame at most; YuNet tries half of it first, a model of fixed size keeps its own",
    )
    batch_frames: Annotated[int, PLACE_OR_PACE] = Field(
        default=8,
        ge=1,
        le=256,
        description="Frames an InsightFace detector takes at once, where its model takes a batch",
    )
    detect_fps: float = Field(
        default=3.0,
        gt=0,
        le=60,
        description="Frames a second on which faces are looked for; boxes between are interpolated",
    )
    min_face: float = Field(
        default=0.12,
        ge=0.02,
        le=1,
        description="Smallest face looked for, as a share of the frame's short side; halving it "
        "makes the lbp detector four times slower",
    )
    min_score: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Detection score from which a face may begin a track; weaker ones, down to "
        "0.6 of it, can only carry one on. null: the detector's own (yunet 0.7, others 0.5)",
    )
    sure_score: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Mean detection score below which the main face is warned of as weak. null: "
        "the detector's own (yunet 0.85, insightface 0.65, lbp 0.6)",
    )
    sure_coverage: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of a window's pictures below which the main face is warned of as brief",
    )
    max_gap_s: float = Field(
        default=3.0,
        ge=0,
        le=10,
        description="Seconds, within a shot, that a face may be out of sight and stay the same "
        "track; one miss is always bridged, however far apart the pictures are",
    )
    smooth_s: float = Field(
        default=0.35,
        gt=0,
        le=10,
        description="Standard deviation, in seconds, of the narrowest Gaussian that smooths a "
        "track's boxes and its crops' alignment; what does not move gets one up to 8 times as wide",
    )
    max_tracks: int = Field(
        default=8, ge=1, le=64, description="Most face tracks kept in a window, best first"
    )
    crop_tracks: int = Field(
        default=3, ge=0, le=64, description="How many of a window's tracks get crops, best first"
    )
    keep_boxes: bool = Field(
        default=True,
        description="Whether a track's box in every analysis frame is written, 16 bytes each",
    )
