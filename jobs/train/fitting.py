"""Which windows of a training fit the context of its language model; found before it begins."""

from collections.abc import Callable, Collection, Sequence

from jobs.train.config import TrainConfig
from jobs.train.conversations import Conversations
from jobs.train.shown import fewer, untimed
from jobs.train.windows import Lesson
from stages.faults import SetupError

_SHOWN = 5


def too_long(
    lessons: Sequence[Lesson], conversations: Conversations, config: TrainConfig
) -> tuple[int, ...]:
    """Places of the lessons of which a prompt fits no context, even without a transcript.

    Frames and crops are not read for it.

    Args:
        lessons: to learn from, or to look at.
        conversations: of the model that is to learn them.
        config: what of a window that model is shown.

    Raises:
        SetupError: a cache cannot be read.
    """
    has_times = "timestamps" not in config.without
    rows = (fewer(lesson.window.untouched(), config.max_frames) for lesson in lessons)
    return tuple(
        place
        for place, row in enumerate(rows)
        if not conversations.fit(row if has_times else untimed(row))
    )


def fitting(
    lessons: Sequence[Lesson], long: Collection[int], say: Callable[[str], None]
) -> tuple[Lesson, ...]:
    """The lessons without those at the places `long`; says so where there are such.

    Raises:
        SetupError: none is left.
    """
    if not long:
        return tuple(lessons)
    videos = list(dict.fromkeys(lessons[place].window.video_id for place in sorted(long)))
    more = ", ..." if len(videos) > _SHOWN else ""
    told = (
        f"{len(long)} of {len(lessons)} windows do not fit the context of the language model and "
        f"are left out, of {', '.join(videos[:_SHOWN])}{more}. Fewer frames (--set max_frames=N) "
        "or shorter descriptions (--set max_description_tokens=N) make room."
    )
    left = tuple(lesson for place, lesson in enumerate(lessons) if place not in set(long))
    if not left:
        raise SetupError(told)
    say(f"note: {told}")
    return left
