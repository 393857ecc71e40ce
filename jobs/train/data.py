"""What a training learns from and looks at: windows with what is true of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from jobs.train.apart import held_out_names
from jobs.train.config import TrainConfig
from jobs.train.reading import Material
from jobs.train.sets import ClipSet
from jobs.train.whole import with_whole
from jobs.train.windows import Filmed, Lesson, spoken_words
from jobs.train.words import spoken_lessons
from pipeline.cached.windows import CachedWindows
from pipeline.evaluation.answers import Answer
from pipeline.evaluation.events.film import TrueFilm
from pipeline.labelled import shared_windows, targets_of, unplaced
from stages.faults import SetupError
from stages.rows import Row

_SHOWN = 5


@dataclass(frozen=True)
class Cached:
    """A set whose videos went through the front half.

    Attributes:
        clips: the set.
        windows: its cache.
        failed: videos that are not in it, or not whole, with the reason.
    """

    clips: ClipSet
    windows: CachedWindows
    failed: Mapping[str, str]


@dataclass(frozen=True)
class LeftOut:
    """What of a set is not learnt from.

    Attributes:
        without_media: videos with labels that are not there.
        without_labels: videos without labels.
        failed: videos that could not be decoded.
        windows: windows without any label.
        rows: names of rows with labels that fit no utterance and no window.
    """

    without_media: int
    without_labels: int
    failed: int
    windows: int
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """What came of one set.

    Attributes:
        lessons: in order of video and time.
        left_out: what of it is not among them.
        notices: sentences on that.
    """

    lessons: tuple[Lesson, ...]
    left_out: LeftOut
    notices: tuple[str, ...]


@dataclass(frozen=True)
class TrainingData:
    """All of it.

    Attributes:
        train, held_out: windows to learn from, and to look at.
        films: what faces do, by the names of videos, where that is known.
        parts: of each set, by its name.
        trained: what the model will say that it was trained on.
    """

    train: tuple[Lesson, ...]
    held_out: tuple[Lesson, ...]
    films: Mapping[str, TrueFilm]
    parts: Mapping[str, Part]
    trained: str

    @property
    def has_films(self) -> bool:
        """Whether it is known of any face what it does."""
        return any(film.events for film in self.films.values())


def training_data(
    material: Material, train: Sequence[Cached], held_out: Sequence[Cached], config: TrainConfig
) -> TrainingData:
    """Windows with their answers.

    Args:
        material: what was read.
        train, held_out: its sets, cached.
        config: says what is held out where `held_out` is empty, and whether words are shown.

    Raises:
        SetupError: there is nothing to learn from, or nothing to look at.
    """
    parts = {cached.clips.name: _part(cached) for cached in (*train, *held_out)}
    shown = [lesson for cached in train for lesson in parts[cached.clips.name].lessons]
    looked = [lesson for cached in held_out for lesson in parts[cached.clips.name].lessons]
    if not held_out:
        shown, looked = _apart(shown, config)
    spoken = [] if "words" in config.without else list(_spoken(material, train, config))
    if not shown and not spoken:
        raise SetupError(
            "no window has a label to learn from: no utterance fits those of the labels"
        )
    if not looked:
        raise SetupError("--held-out: no window has a label: no utterance fits those of the labels")
    films = {
        cached.clips.known_as(video_id): film
        for cached in (*train, *held_out)
        for video_id, film in cached.clips.films.items()
    }
    # Of whom no face is seen it is known what it does; else a batch with such could teach nothing.
    nobody = {lesson.window.video_id: TrueFilm("", 1.0, ()) for lesson in spoken}
    return TrainingData(
        (*shown, *spoken), tuple(looked), {**films, **nobody}, parts, _trained(material)
    )


def texts_of(lessons: Iterable[Lesson], *, briefly: bool) -> Iterator[str]:
    """What is said in the windows and what is to be said of them, for a vocabulary."""
    for lesson in lessons:
        for answer in lesson.targets.values():
            yield (answer.brief if briefly else None) or answer.description or ""
            yield ", ".join(answer.labels)
        yield from lesson.window.said


def _apart(lessons: Sequence[Lesson], config: TrainConfig) -> tuple[list[Lesson], list[Lesson]]:
    names = {_name(lesson) for lesson in lessons}
    aside = held_out_names(names, config.held_out, config.seed)
    train = [lesson for lesson in lessons if _name(lesson) not in aside]
    return train, [lesson for lesson in lessons if _name(lesson) in aside]


def _name(lesson: Lesson) -> str:
    """That of the video in its own set: how a folder is called decides nothing."""
    return lesson.window.video_id.partition("/")[2]


def _part(cached: Cached) -> Part:
    clips = cached.clips
    answers = clips.labelled.by_video()
    lessons: list[Lesson] = []
    shared: list[str] = []
    without, placed = 0, dict[str, list[dict[int | None, Answer]]]()
    for place, row in enumerate(cached.windows.without_tensors()):
        video_id = row["video_id"]
        if video_id in cached.failed or video_id not in answers:
            continue
        told = targets_of(row, answers[video_id], shared)
        placed.setdefault(video_id, []).append(told)
        known = clips.known_as(video_id)
        targets = _placed({**row, "video_id": known}, told)
        if targets:
            window = Filmed(cached.windows, place, known, spoken_words(row))
            lessons.append(Lesson(window, targets))
        without += not targets
    lost = tuple(
        name
        for video_id, windows in placed.items()
        for name in unplaced(answers[video_id], windows)
    )
    left = LeftOut(
        len(clips.media.without_media),
        len(clips.media.without_rows),
        len(cached.failed),
        without,
        lost,
    )
    return Part(tuple(lessons), left, (*shared_windows(shared), *_told(cached, left)))


def _placed(row: Row, told: Mapping[int | None, Answer]) -> dict[int | None, Answer]:
    """The answers by the place of their utterance in the window, with one for the window."""
    places: dict[int | None, int] = {
        said["index"]: place for place, said in enumerate(row["utterances"] or [])
    }
    at = {
        places.get(index): replace(answer, video_id=row["video_id"], utterance_index=index)
        for index, answer in told.items()
    }
    return with_whole(row, at)


def _told(cached: Cached, left: LeftOut) -> Iterator[str]:
    root = cached.clips.root
    if cached.failed:
        first = [f"{name} ({why})" for name, why in list(cached.failed.items())[:_SHOWN]]
        yield f"{root}: {left.failed} videos failed and are left out: {'; '.join(first)}."
    if left.windows:
        yield f"{root}: {left.windows} windows have no labels and are left out."
    if left.rows:
        yield (
            f"{root}: {len(left.rows)} rows with labels fit no utterance and no window and are "
            f"left out: {', '.join(left.rows[:_SHOWN])}."
        )


def _spoken(material: Material, train: Sequence[Cached], config: TrainConfig) -> Iterator[Lesson]:
    if not material.words:
        return
    size = train[0].windows[0]["frames"].shape[1]
    yield from chain.from_iterable(spoken_lessons(words, size) for words in material.words)


def _trained(material: Material) -> str:
    if material.is_synthetic:
        return "synthetic"
    sets = [one.labelled for one in material.clips] + [one.labelled for one in material.words]
    forms = dict.fromkeys(source.form for one in sets for source in one.sources)
    return ", ".join(forms)
