"""Texts that hold what formats find hard."""

HARD_TEXT = (
    'He said: "it\'s <b>fine</b>, & so" --> \u05e9\u05dc\u05d5\u05dd \U0001f600\n\nsecond, line'
)
HARD_LABELS = ["can't, care", 'say "so"', "\u05e9\u05de\u05d7\u05d4", "\U0001f600 joy", "relief"]
HARD_SPEAKER = "Ann & <Ben>"
HARD_DESCRIPTION = 'Brows rise,\nthen "it\'s" over; \u0442\u0438\u0445\u043e \U0001f610.'
