"""Mouth and eyes: where the skin can part, its two edges move apart, and something shows between.

A picture that is warped cannot open. So beside each slit there are two sheets, of what lies above
and below it, each spread over the other; what neither covers is inside.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation, gaussian_filter

from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.fields import Fields, Mask, spread
from jobs.synthesize.head.mesh import Indices, Mesh
from jobs.synthesize.head.texture import ramp

Planes = npt.NDArray[np.float32]
MOUTH = "mouth"
EYES = ("left_eye", "right_eye")
_FALLS_WITH_JAW = 0.16  # decimetres that the jaw moves a place: more is below the mouth
_EXTENTS = {
    MOUTH: (0.38, 0.17, 0.56),
    "left_eye": (0.23, 0.16, 0.14),
    "right_eye": (0.23, 0.16, 0.14),
}
"""Half width, above and below the middle of the slit, decimetres."""
_OVERLAP = 2  # pixels of the canvas
_SMOOTH = 1.2
_EASE = 4.0


@dataclass(frozen=True)
class Slit:
    """One slit.

    Attributes:
        name: `mouth`, `left_eye` or `right_eye`.
        top, left: of its box on the canvas, pixels.
        corners: columns of the box at which the slit begins and ends.
        corner_shifts: float32 [m, 2], how each movement shifts them, columns.
        masks: float32 [2, h, w], which pixels of the box are of the upper and of the lower sheet.
        pictures: float32 [2, 3, h, w], the two sheets.
        shifts: float32 [2, m, 2, h, w], how each movement shifts them (see `Fields`).
    """

    name: str
    top: int
    left: int
    corners: tuple[float, float]
    corner_shifts: Planes
    masks: Planes
    pictures: Planes
    shifts: Planes

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the box."""
        rows, columns = self.masks.shape[-2:]
        return rows, columns


def find_slits(mesh: Mesh, canvas: Canvas, fields: Fields) -> tuple[Slit, ...]:
    """The mouth and the two eyes of a head."""
    places = canvas.view.project(canvas.placed)
    jaw = np.zeros((len(mesh.rest), 1), np.float32)
    target = mesh.targets["units/jawOpen"]
    jaw[target.vertices, 0] = np.linalg.norm(target.moves, axis=1)
    everywhere = np.arange(len(canvas.rows))
    falls = canvas.interpolate(jaw, everywhere)[:, 0] > _FALLS_WITH_JAW
    lips = np.flatnonzero(mesh.lips > 0.5).astype(np.int32)
    slits = [_slit(MOUTH, places, rim=lips, below=falls, canvas=canvas, fields=fields)]
    for eye in EYES:
        ball = mesh.vertices_of(eye)
        side = np.sign(mesh.rest[:, 0]) == np.sign(mesh.rest[ball, 0].mean())
        lids = np.flatnonzero((mesh.eyelids > 0.5) & side).astype(np.int32)
        below = canvas.rows + 0.5 > places[ball, 1].mean()
        slits.append(_slit(eye, places, rim=lids, below=below, canvas=canvas, fields=fields))
    return tuple(slits)


def _slit(
    name: str, places: Planes, *, rim: Indices, below: Mask, canvas: Canvas, fields: Fields
) -> Slit:
    """A slit around the vertices of its rim; `below`, bool [k], says which pixels lie below it."""
    half, above, under = (round(size * canvas.view.density) for size in _EXTENTS[name])
    column, row, _ = places[rim].mean(axis=0)
    left, top = round(float(column)) - half, round(float(row)) - above
    height, width = above + under, 2 * half
    rows, columns = canvas.rows - top, canvas.columns - left
    here = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    chosen = [np.flatnonzero(here & side) for side in (~below, below)]
    known = np.zeros((2, height, width), bool)
    for sheet, pixels in enumerate(chosen):
        known[sheet, rows[pixels], columns[pixels]] = True
    known[0] &= ~known[1]
    shifts = []
    for sheet, pixels in enumerate(chosen):
        moved = canvas.interpolate(fields.moved.transpose(1, 0, 2).reshape(len(places), -1), pixels)
        planes = np.zeros((moved.shape[1], height, width), np.float32)
        planes[:, rows[pixels], columns[pixels]] = moved.T
        shifts.append(_eased(planes, known[sheet]).reshape(-1, 2, height, width))
    picture = canvas.picture[top : top + height, left : left + width, :3].transpose(2, 0, 1)
    ends = rim[[places[rim, 0].argmin(), places[rim, 0].argmax()]]
    first, last = (places[ends, 0] - left - 0.5).tolist()
    return Slit(
        name=name,
        top=top,
        left=left,
        corners=(first, last),
        corner_shifts=np.ascontiguousarray(fields.moved[:, ends, 0]),
        masks=np.stack(_masks(known[1], _gap(known[0] | known[1], places[rim, :2] - (left, top)))),
        pictures=np.stack([spread(picture, sheet) for sheet in known]),
        shifts=np.stack(shifts),
    )


def _eased(planes: Planes, known: Mask) -> Planes:
    """Planes [..., h, w] spread to where nothing is known, there without jumps."""
    everywhere = spread(planes, known)
    smooth = gaussian_filter(everywhere, _EASE, axes=(-2, -1))
    eased: Planes = np.where(known, everywhere, smooth)
    return eased


def _gap(known: Mask, rim: Planes) -> Mask:
    """Where the slit stands open at rest: what lies within its rim, [k, 2], and is no skin."""
    low, high = np.floor(rim.min(axis=0)), np.ceil(rim.max(axis=0))
    rows, columns = np.indices(known.shape)
    within = (columns >= low[0]) & (columns <= high[0]) & (rows >= low[1]) & (rows <= high[1])
    gap: Mask = within & ~known
    return gap


def _masks(lower: Mask, gap: Mask) -> tuple[Planes, Planes]:
    """The two sheets with soft edges.

    Where they touch they overlap a little, or the inside would show through the seam. What is
    around the head goes with the upper one.
    """
    upper = ~(lower | gap)
    seam = binary_dilation(upper, iterations=_OVERLAP) & lower
    both = (
        ramp(gaussian_filter(sheet.astype(np.float32), _SMOOTH), 0.25, 0.75)
        for sheet in (upper | seam, lower)
    )
    first, second = both
    return first, second
