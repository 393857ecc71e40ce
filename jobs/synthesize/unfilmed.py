"""A clip that is written and not filmed: its words alone, and what they tell."""

from jobs.synthesize.files.truth import ClipFacts, Explained, truth_rows
from jobs.synthesize.order import ClipOrder, MadeClip
from jobs.synthesize.people import draw_people
from jobs.synthesize.script.describe import describe
from jobs.synthesize.script.dialogue import write_dialogue
from jobs.synthesize.speech.timing import lay_out


def write_script(order: ClipOrder) -> MadeClip:
    """The rows of a clip without a film: it has no frames, no movements and no voice."""
    draws = order.draws()
    people = draw_people(order.split, next(draws))
    dialogue = write_dialogue(next(draws), order.split, people, words_only=True)
    layout = lay_out(dialogue, next(draws))
    rng = next(draws)
    turns = range(len(dialogue.turns))
    explained = [
        Explained(*describe(dialogue, turn, (), layout.spans, (), rng=rng, is_heard=False))
        for turn in turns
    ]
    facts = ClipFacts(order.name, order.split, order.seed, order.index)
    places = [None for _ in turns]
    rows = truth_rows(facts, dialogue, layout.spans, (), explained, places=places)
    return MadeClip(rows, layout.duration_s, is_new=True)
