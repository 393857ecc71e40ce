"""The same windows told otherwise: without their words, with others that say as much, without the
names of who speaks, without what was measured of faces.

A set has few sentences beside the number of times that they are gone through. What is soon known by
heart need not be looked at: a model that sees each clip with its one sentence learns whose it is,
and not what a face, a voice and a measured movement tell. And what is told in words of a face need
not be seen on it: a model that is always told learns to read, and never to look. Where every
transcript has names, it calls somebody by a name where none has.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from jobs.train.config import TrainConfig
from jobs.train.conversations import Targets
from jobs.train.shown import without_measured_faces, without_names
from jobs.train.whole import with_whole
from jobs.train.windows import Lessened, Lesson, Retold, Spoken
from pipeline.evaluation.answers import Answer
from pipeline.evaluation.readers.truth_brief import unnamed, unread

_TOLD_BY_WORDS = frozenset({"words", "context"})

_NAMES = 1  # the lot by which names are left out is another than that of what was measured
_ANYTHING = None  # may be said where nothing can be told

_Place = tuple[int, int]  # of a lesson, and of an utterance in its window
_Hand = dict[int, dict[int, str]]  # what is said instead, by both


def tellings(lessons: Sequence[Lesson], config: TrainConfig) -> list[Lesson]:
    """The lessons as they are, and told otherwise as `config` has it."""
    told = list(lessons)
    if "words" not in config.without:  # else the same would be asked twice, and answered otherwise
        if config.said_anew:
            told = said_anew(lessons, config.seed, config.said_anew)
        if config.unread and not {"frames", "faces", "evidence"} <= set(config.without):
            # Of words without a film nothing is left without them.
            told += unread_lessons([each for each in lessons if _is_filmed(each)])
        told = unnamed_among(told, config.seed, config.unnamed)
    if "faces" not in config.without:
        told = unmeasured(told, config.seed, config.unmeasured)
    return told


def unmeasured(lessons: Sequence[Lesson], seed: int, share: float) -> list[Lesson]:
    """The lessons, a `share` of them, by lot, with nothing measured of faces."""
    return [
        Lesson(Lessened(lesson.window, without_measured_faces), lesson.targets)
        if is_drawn
        else lesson
        for lesson, is_drawn in _drawn(lessons, [seed, len(lessons)], share)
    ]


def unnamed_among(lessons: Sequence[Lesson], seed: int, share: float) -> list[Lesson]:
    """The lessons, of those of synthetic sets a `share`, by lot, without the names of who speaks.

    Descriptions of other sets are prose, in which nobody knows what is a name.
    """
    return [
        unnamed_lesson(lesson) if is_drawn and _is_brief(lesson) else lesson
        for lesson, is_drawn in _drawn(lessons, [seed, len(lessons), _NAMES], share)
    ]


def unnamed_lesson(lesson: Lesson) -> Lesson:
    """The lesson without the names of who speaks, and with answers that name nobody."""
    window = Lessened(lesson.window, without_names)
    targets: dict[int | None, Answer] = {
        place: replace(answer, brief=answer.brief and unnamed(answer.brief))
        for place, answer in lesson.targets.items()
        if place is not None
    }
    return Lesson(
        window, with_whole(window.untouched(), targets) if None in lesson.targets else targets
    )


def unread_lessons(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Of lessons of synthetic sets what can be told of a window without a transcript.

    Left out are utterances of which the words alone tell, and then what is told of the window. Of
    other sets nobody knows which these are.
    """
    told = [(lesson, _unread_targets(lesson.targets)) for lesson in lessons]
    return [
        unnamed_lesson(Lesson(Retold(lesson.window, None), targets))
        for lesson, targets in told
        if targets
    ]


def said_anew(lessons: Sequence[Lesson], seed: int, times: int) -> list[Lesson]:
    """The lessons, and filmed windows of synthetic sets with other sentences so many times.

    An utterance is given a sentence that speaks of the same feeling as its own, whatever is felt; a
    sentence that tells nothing may stand for any that tells nothing. Where nothing can be told
    anything may be said. What answers another line stays as it is, and so does that line.

    Sentences come from the other windows; where there are lessons of words alone, from these, and
    they stand in place of the window's own. A model that went through the films before knows by
    heart what is said there; off sentences that it never read it learns how far to believe them.
    """
    has_scripts = not all(map(_is_filmed, lessons))
    sources = [each for each in lessons if not (has_scripts and _is_filmed(each))]
    hands = _hands(lessons, sources, seed, times)
    own = [
        lesson
        for number, lesson in enumerate(lessons)
        if not has_scripts or not any(number in hand for hand in hands)
    ]
    return own + [
        Lesson(Retold(lesson.window, hand[number]), lesson.targets)
        for hand in hands
        for number, lesson in enumerate(lessons)
        if number in hand
    ]


def _hands(
    lessons: Sequence[Lesson], sources: Sequence[Lesson], seed: int, times: int
) -> list[_Hand]:
    """So many times, sentences of `sources` for the filmed ones of `lessons`."""
    spoken: dict[str | None, list[str]] = defaultdict(list)
    hearers: dict[str | None, list[_Place]] = defaultdict(list)
    for _, _, text, says in _sayings(sources):
        spoken[says].append(text)
        spoken[_ANYTHING].append(text)
    for number, place, _, says in _sayings(lessons):
        if _is_filmed(lessons[number]):
            abstained = lessons[number].targets[place].abstained
            hearers[_ANYTHING if abstained else says].append((number, place))
    return [_dealt(spoken, hearers, np.random.default_rng([seed, time])) for time in range(times)]


def _sayings(lessons: Sequence[Lesson]) -> Iterator[tuple[int, int, str, str]]:
    """The number of a lesson, the place of an utterance in it, what is said and of what that
    speaks, where that is known."""
    for number, lesson in enumerate(lessons):
        for place, text in enumerate(lesson.texts):
            says = _says(lesson.targets, place)
            if text and says is not None:
                yield number, place, text, says


def _is_filmed(lesson: Lesson) -> bool:
    return not isinstance(lesson.window, Spoken)


def _says(targets: Targets, place: int) -> str | None:
    """Of what the words of an utterance speak; None where they are not to be taken from it."""
    answer, reply = targets.get(place), targets.get(place + 1)
    if reply is not None and reply.facets is not None and reply.facets.needs_context:
        return None
    return None if answer is None else answer.words_tell


def _dealt(
    spoken: Mapping[str | None, Sequence[str]],
    hearers: Mapping[str | None, Sequence[_Place]],
    rng: np.random.Generator,
) -> _Hand:
    """A sentence for each place, for some where there are fewer sentences; none is dealt twice of a
    kind."""
    hand: dict[int, dict[int, str]] = defaultdict(dict)
    for says, places in hearers.items():
        count = min(len(places), len(spoken[says]))
        dealt_to = rng.permutation(len(places))[:count].tolist()
        order = rng.permutation(len(spoken[says]))[:count].tolist()
        for place, other in zip(dealt_to, order, strict=True):
            number, utterance = places[place]
            hand[number][utterance] = spoken[says][other]
    return dict(hand)


def _unread_targets(targets: Targets) -> Targets:
    told: dict[int | None, Answer] = {
        place: replace(answer, brief=unread(answer.brief))
        for place, answer in targets.items()
        if place is not None and answer.brief and _holds_without_words(answer)
    }
    if told and {*told, None} == targets.keys():
        told[None] = targets[None]
    return told


def _holds_without_words(answer: Answer) -> bool:
    return answer.facets is not None and answer.facets.told_by not in _TOLD_BY_WORDS


def _is_brief(lesson: Lesson) -> bool:
    spoken = [answer for place, answer in lesson.targets.items() if place is not None]
    return bool(spoken) and all(answer.brief for answer in spoken)


def _drawn(
    lessons: Sequence[Lesson], seed: Sequence[int], share: float
) -> Iterator[tuple[Lesson, bool]]:
    """Each lesson, and whether it is one of the `share` by lot."""
    lots = np.random.default_rng(seed).random(len(lessons)) < share
    return zip(lessons, lots.tolist(), strict=True)
