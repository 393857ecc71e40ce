"""Words of a transcript, made fit to stand in a prompt."""

from stages.answer.text import tidy

# Every marker of every chat form (<s>, [INST], <<SYS>>, <|im_start|>, <think>) needs one of
# these. A bracket in speech is a stage direction, and reads the same in round ones.
_HARMLESS = str.maketrans(
    dict.fromkeys("<＜﹤", "‹")
    | dict.fromkeys(">＞﹥", "›")
    | dict.fromkeys("[［", "(")
    | dict.fromkeys("]］", ")")
)


def neutralise(text: str) -> str:
    """`text` of a transcript on one line, unable to form a marker of the prompt.

    Angle brackets become ‹ and ›, square ones round, full-width forms included (some tokenizers
    fold them); line breaks, which would forge a transcript line, become spaces.
    """
    return " ".join(tidy(text).split()).translate(_HARMLESS)
