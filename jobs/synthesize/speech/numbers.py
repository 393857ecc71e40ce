"""Numbers as they are read out in English."""

_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_NAMES_OF_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL, _TENS = _NAMES.split(), _NAMES_OF_TENS.split()
_LARGEST = 999_999


def number_words(digits: str) -> list[str]:
    """The words for a row of decimal digits; one longer than six is read digit by digit."""
    value = int(digits)
    if value > _LARGEST:
        return [_SMALL[int(digit)] for digit in digits]
    if value < 20:
        return [_SMALL[value]]
    if value < 100:
        return [_TENS[value // 10 - 2], *_rest(value % 10)]
    if value < 1000:
        return [_SMALL[value // 100], "hundred", *_rest(value % 100)]
    return [*number_words(str(value // 1000)), "thousand", *_rest(value % 1000)]


def _rest(value: int) -> list[str]:
    return number_words(str(value)) if value else []
