"""What a description says of an expression."""

from jobs.synthesize.plan import Movement, Span
from jobs.synthesize.script.clues import Telling
from jobs.synthesize.script.wording import lasting, units_by_name, units_in_words, when


def tell_expression(telling: Telling, movement: Movement, span: Span) -> None:
    """Say what moves, when, and for how long; `span` is that of the words it goes with."""
    tell = _tell_micro if movement.kind == "micro" else _tell_macro
    tell(telling, movement, when(movement, span, movement.person))


def _tell_macro(telling: Telling, movement: Movement, time: str) -> None:
    what, units = units_in_words(movement), units_by_name(movement)
    from_to = f"from {movement.onset_s:.2f} s to {movement.offset_s:.2f} s"
    telling.say(
        f"{from_to}, {time}, {what} ({units}), most of all at {movement.apex_s:.2f} s.",
        f"{time}, {what}; the movement ({units}) lasts {from_to} and is strongest at "
        f"{movement.apex_s:.2f} s.",
        f"{what} on {movement.person}'s face {from_to}, {time} ({units}).",
    )
    telling.clue("face", f"{what} ({units})", movement)


def _tell_micro(telling: Telling, movement: Movement, time: str) -> None:
    name, long = movement.person, lasting(movement)
    what, units = units_in_words(movement), units_by_name(movement)
    telling.say(
        f"for no more than {long}, from {movement.onset_s:.2f} s to {movement.offset_s:.2f} s, "
        f"{what} ({units}), {time}.",
        f"{time}, at {movement.apex_s:.2f} s, something flashes over {name}'s face and is gone "
        f"within {long}: {what} ({units}).",
        f"a micro-expression of {long} passes over {name}'s face {time}, with its peak at "
        f"{movement.apex_s:.2f} s: {what} ({units}).",
    )
    telling.clue("face", f"{what} ({units}), a flash of {long}", movement)
