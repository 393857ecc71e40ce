"""What tells the feeling of an utterance: clue by clue, then what follows from them.

The form is that of the descriptions of Lian et al., "Explainable Multimodal Emotion Reasoning"
(2023): what is seen, heard, said and known, in prose, and a conclusion that names the feeling.
"""

from collections.abc import Sequence

import numpy as np

from jobs.synthesize.plan import Dialogue, Movement, Span, Turn
from jobs.synthesize.script.clues import Clue, Telling
from jobs.synthesize.script.emotions import NEUTRAL
from jobs.synthesize.script.face_told import tell_expression
from jobs.synthesize.script.wording import listed, quoted, voice_in_words


def describe(
    dialogue: Dialogue,
    turn_index: int,
    movements: Sequence[Movement],
    spans: Sequence[Span],
    in_view: Sequence[bool],
    *,
    rng: np.random.Generator,
    is_heard: bool = True,
) -> tuple[str, list[Clue]]:
    """A description of a turn in prose, and the clues that it names.

    Nothing is said of a movement that is not in view, nor of a voice that is not heard.

    Args:
        movements: all of the clip.
        spans: where each turn is spoken.
        in_view: for each movement whether the picture shows it.
        rng: draws the forms of the sentences.
        is_heard: whether there is a sound.
    """
    telling = Telling(rng)
    turn, span = dialogue.turns[turn_index], spans[turn_index]
    seen = [movement for movement, shown in zip(movements, in_view, strict=True) if shown]
    shown = [movement for movement in seen if movement.turn == turn_index]
    if turn.needs_context:
        _tell_context(telling, dialogue.turns[turn_index - 1], spans[turn_index - 1])
    for movement in shown:
        tell_expression(telling, movement, span)
    if turn.display == "none" and _speaks_in(seen, turn, span):
        _tell_stillness(telling, turn, span)
    if is_heard:
        _tell_voice(telling, turn, span)
    _tell_words(telling, turn, span)
    if turn.worn is not None and any(movement.kind == "macro" for movement in shown):
        _conclude_masked(telling, turn, turn.worn.labels)
    elif turn.needs_context:
        _conclude_from_context(telling, turn, dialogue.turns[turn_index - 1].speaker)
    else:
        _conclude(telling, turn)
    return telling.text, telling.clues


def _speaks_in(seen: Sequence[Movement], turn: Turn, span: Span) -> bool:
    """Whether the speaker is seen to speak."""
    return any(
        movement.kind == "speech"
        and movement.person == turn.speaker
        and movement.onset_s <= span.end_s
        and movement.offset_s >= span.start_s
        for movement in seen
    )


def _tell_context(telling: Telling, before: Turn, span: Span) -> None:
    telling.say(
        f"{before.speaker} has just said: “{before.text}”",
        f"What comes before matters here: {before.speaker} says, “{before.text}”",
        f"This answers what {before.speaker} said: “{before.text}”",
    )
    telling.clue("context", f"{before.speaker} has just said: “{before.text}”", span)


def _tell_stillness(telling: Telling, turn: Turn, span: Span) -> None:
    telling.say(
        f"{turn.speaker}'s face shows nothing while {turn.speaker} speaks.",
        f"Apart from the movements of speech, {turn.speaker}'s face stays at rest.",
    )
    if turn.feeling.family == NEUTRAL:
        telling.clue("face", "the face stays at rest", span)


def _tell_voice(telling: Telling, turn: Turn, span: Span) -> None:
    name, heard = turn.speaker, voice_in_words(turn.delivery)
    if turn.voice_tells and heard:
        telling.say(
            f"The voice is {heard} than {name}'s usual one.",
            f"{name}'s voice is {heard} than usual.",
            f"{name} sounds {heard} than usual.",
        )
        telling.clue("voice", f"the voice is {heard} than usual", span)
    elif not turn.voice_tells:
        telling.say("The voice is even.", f"{name}'s voice is no different from usual.")
        if turn.feeling.family == NEUTRAL:
            telling.clue("voice", "the voice is even", span)


def _tell_words(telling: Telling, turn: Turn, span: Span) -> None:
    words = quoted(turn.text)
    if turn.needs_context:
        telling.say(
            f"The reply {words} could mean many things by itself.",
            f"By themselves the words {words} could go with more than one feeling.",
        )
    elif turn.feeling.family == NEUTRAL:
        telling.say(f"{words} is said plainly.", f"The words {words} are put plainly.")
        telling.clue("text", f"{words} is said plainly", span)
    elif turn.text_role == "neutral":
        telling.say(
            f"The words {words} give nothing away.",
            f"All that is said is {words}, which does not tell how {turn.speaker} feels.",
        )
    elif turn.text_role == "congruent":
        _tell_fitting_words(telling, turn, span)
    else:
        telling.say(
            f"The words say something else, and {turn.speaker} does not mean them: “{turn.text}”",
            f"What is said, {words}, is not what {turn.speaker} feels.",
        )
        telling.clue("text", f"the words say something else: “{turn.text}”", span)


def _tell_fitting_words(telling: Telling, turn: Turn, span: Span) -> None:
    if telling.clues:
        telling.say(
            f"The words fit: “{turn.text}”",
            f"What is said points the same way: “{turn.text}”",
            f"{turn.speaker}'s words agree: “{turn.text}”",
        )
    else:
        telling.say(
            f"It is the words that tell: “{turn.text}”",
            f"What gives it away is what {turn.speaker} says: “{turn.text}”",
        )
    telling.clue("text", f"the words say it: “{turn.text}”", span)


def _conclude_masked(telling: Telling, turn: Turn, worn_labels: Sequence[str]) -> None:
    labels, worn = listed(turn.feeling.labels), listed(worn_labels)
    telling.say(
        f"{turn.speaker} wants to look {worn}, but is in truth {labels}.",
        f"The {worn} look is put on: underneath it, {turn.speaker} is {labels}.",
    )


def _conclude_from_context(telling: Telling, turn: Turn, other: str) -> None:
    labels = listed(turn.feeling.labels)
    telling.say(
        f"After what {other} said, it means that {turn.speaker} is {labels}.",
        f"Heard as an answer to {other}, it shows that {turn.speaker} is {labels}.",
    )


def _conclude(telling: Telling, turn: Turn) -> None:
    name, labels = turn.speaker, listed(turn.feeling.labels)
    if len(telling.clues) > 1:
        telling.say(
            f"So {name} is {labels}.",
            f"Taken together, this shows that {name} is {labels}.",
            f"All of this suggests that {name} is {labels}.",
        )
    else:
        telling.say(f"So {name} is {labels}.", f"This suggests that {name} is {labels}.")
