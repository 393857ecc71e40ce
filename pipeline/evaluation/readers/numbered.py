"""Sets that write an emotion as a number."""

DFEW = {
    1: "happy",
    2: "sad",
    3: "neutral",
    4: "angry",
    5: "surprise",
    6: "disgust",
    7: "fear",
}
"""Of its split files (`video_name,label`); DFEW, github.com/jiangxingxun/DFEW."""

MAFW = {
    1: "anger",
    2: "disgust",
    3: "fear",
    4: "happiness",
    5: "neutral",
    6: "sadness",
    7: "surprise",
    8: "contempt",
    9: "anxiety",
    10: "helplessness",
    11: "disappointment",
}
"""Of its split files and tables; MAFW, github.com/MAFW-database/MAFW."""


def named(cell: str, names: dict[int, str], set_name: str) -> str:
    """A label, or several with commas between them, with its numbers replaced by words.

    Raises:
        ValueError: a number is none of the set.
    """
    words = []
    for part in cell.split(","):
        word = part.strip().removesuffix(".0")  # as pandas and spreadsheets write whole numbers
        if word.isdecimal():
            if int(word) not in names:
                raise ValueError(f"{word} is no emotion of {set_name}: 1 to {len(names)}")
            word = names[int(word)]
        words.append(word)
    return ",".join(words)
