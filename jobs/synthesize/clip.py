"""One clip, from its number to its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jobs.synthesize.behaviour.movements import perform
from jobs.synthesize.files.subtitles import write_subtitles
from jobs.synthesize.files.truth import ClipFacts, Explained, Row, Seen, truth_rows
from jobs.synthesize.files.video import Picture, Quality, write_clip
from jobs.synthesize.order import ClipOrder, MadeClip
from jobs.synthesize.people import draw_people
from jobs.synthesize.plan import Dialogue, Movement, Span, Unclear
from jobs.synthesize.scene.camera import panned, shake, zoom
from jobs.synthesize.scene.changing_light import changing_light
from jobs.synthesize.scene.filming import film
from jobs.synthesize.scene.look import Look, draw_look
from jobs.synthesize.scene.renderings import draw_rendering
from jobs.synthesize.scene.shots import Shot, in_view, place_of, plan_shots
from jobs.synthesize.scene.stage import Stage
from jobs.synthesize.script.describe import describe
from jobs.synthesize.script.dialogue import write_dialogue
from jobs.synthesize.script.unclear import describe_unclear, draw_way, untold, write_unclear
from jobs.synthesize.speech.mouth import mouth_of
from jobs.synthesize.speech.timing import lay_out
from jobs.synthesize.speech.track import VoiceUsed, speak

_RENDERED = 0.7  # share of the foreign renderings that are of the whole picture, not of skin alone
_FOREIGN_SKINS = 0.4  # share of the heads in these that have a foreign skin too
_STILL_SHARE, _STILL_S = 0.15, (0.7, 1.5)  # how often, and how long, nobody is shown at first


@dataclass(frozen=True)
class ClipPlan:
    """Everything that is true of a clip."""

    dialogue: Dialogue
    spans: tuple[Span, ...]
    duration_s: float
    look: Look
    movements: tuple[Movement, ...]
    shots: tuple[Shot, ...]
    rows: list[Row]
    unclear: Unclear | None = None
    """Why nothing can be told in it; None where something can."""


def make_clip(order: ClipOrder, folder: Path, voice: VoiceUsed | None = None) -> MadeClip:
    """Write `NAME.mp4` and `NAME.srt` into a folder, unless they are there.

    Args:
        order: which clip.
        folder: where to.
        voice: what speaks; None: what is at hand.

    Raises:
        SetupError: a file cannot be written, or espeak-ng fails.
    """
    draws = order.draws()
    plan = plan_clip(order, draws)
    video, subtitles = folder / f"{order.name}.mp4", folder / f"{order.name}.srt"
    is_new = not (video.exists() and subtitles.exists())
    if is_new:
        write_subtitles(subtitles, plan.dialogue, plan.spans)
        _film(plan, order, draws, video, voice=voice)
    return MadeClip(plan.rows, plan.duration_s, is_new)


def plan_clip(order: ClipOrder, draws: Iterator[np.random.Generator]) -> ClipPlan:
    """Plan a clip; takes random numbers of `draws`, one generator a purpose."""
    people = draw_people(order.split, next(draws))
    rng = next(draws)
    way = draw_way(rng) if order.unclear else None
    if way is None:
        dialogue = write_dialogue(rng, order.split, people, expressions=order.expressions)
    else:
        dialogue = write_unclear(rng, order.split, people, way)
    layout = lay_out(dialogue, next(draws))
    rng = next(draws)
    still_s = float(rng.uniform(*_STILL_S)) if rng.random() < _STILL_SHARE else 0.0
    spans = tuple(Span(s.start_s + still_s, s.end_s + still_s) for s in layout.spans)
    duration_s = layout.duration_s + still_s
    look = draw_look(next(draws), order.height, len(dialogue.people))
    movements = perform(dialogue, spans, next(draws), float(look.fps), duration_s)
    shots = plan_shots(
        dialogue, spans, movements, duration_s=duration_s, still_s=still_s, rng=next(draws)
    )
    if way == "no_face":
        shots = (Shot(0.0, duration_s, ()),)
    shown = [in_view(movement, shots) for movement in movements]
    rng = next(draws)
    if way is None:
        explained = [
            Explained(*describe(dialogue, turn, movements, spans, shown, rng=rng))
            for turn in range(len(dialogue.turns))
        ]
    else:
        dialogue = untold(dialogue)
        explained = [Explained(describe_unclear(turn, way, rng), ()) for turn in dialogue.turns]
    facts = ClipFacts(
        video_id=f"{order.name}.mp4",
        split=order.split,
        seed=order.seed,
        index=order.index,
        fps=float(look.fps),
        width=look.width,
        height=look.height,
    )
    seen = [Seen(*pair) for pair in zip(movements, shown, strict=True)]
    places = [
        place_of(turn.speaker, (span.start_s + span.end_s) / 2, shots)
        for turn, span in zip(dialogue.turns, spans, strict=True)
    ]
    rows = truth_rows(facts, dialogue, spans, seen, explained, places=places)
    return ClipPlan(dialogue, spans, duration_s, look, movements, shots, rows, way)


def _film(
    plan: ClipPlan,
    order: ClipOrder,
    draws: Iterator[np.random.Generator],
    path: Path,
    *,
    voice: VoiceUsed | None,
) -> None:
    """Sound and pictures into a file."""
    look = plan.look
    sound = speak(plan.dialogue, plan.spans, plan.duration_s, next(draws), voice)
    times_s = np.arange(round(plan.duration_s * look.fps)) / float(look.fps)
    mouths = {
        person.name: mouth_of(person, plan.dialogue, plan.spans, sound, times_s)
        for person in plan.dialogue.people
    }
    rendering, foreign_skins = None, 0.0
    if plan.unclear == "rendering":
        rng = next(draws)
        is_rendered = rng.random() < _RENDERED
        rendering = draw_rendering(rng, look.height, look.width) if is_rendered else None
        foreign_skins = _FOREIGN_SKINS if is_rendered else 1.0
    stage = Stage(
        order.split,
        look,
        plan.dialogue,
        plan.spans,
        plan.movements,
        mouths,
        times_s,
        backs=plan.unclear == "no_face",
        foreign_skins=foreign_skins,
    )
    sets = stage.sets(plan.shots, next(draws))
    camera = shake(look, len(times_s), next(draws))
    grain = next(draws)
    brightness = sizes = np.ones(len(times_s), np.float32)
    if order.unclear or not order.expressions:
        camera = panned(camera, times_s, next(draws))
        sizes = zoom(times_s, next(draws))
        brightness = changing_light(times_s, next(draws))
    pictures: Iterator[Picture] = film(
        look,
        plan.shots,
        sets,
        camera,
        grain,
        brightness=brightness,
        zoom=sizes,
        rendering=rendering,
    )
    write_clip(path, pictures, look.fps, sound, Quality(crf=look.crf))
