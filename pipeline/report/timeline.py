"""Times to places on a time line, and times to words."""

from dataclasses import dataclass

_STEPS_S = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)
_MOST_TICKS = 8


@dataclass(frozen=True)
class Tick:
    """A mark on the axis: its place in percent of the width, and its words."""

    left: float
    text: str


@dataclass(frozen=True)
class Scale:
    """The time line from `start_s` to `end_s`, in seconds."""

    start_s: float
    end_s: float

    def left(self, time_s: float) -> float:
        """The place of a time, 0..100 percent; times outside stand at the edge."""
        length = self.end_s - self.start_s
        if length <= 0:
            return 0.0
        return round(100 * min(1.0, max(0.0, (time_s - self.start_s) / length)), 3)

    def width(self, start_s: float, end_s: float) -> float:
        """How wide a span is, in percent."""
        return round(max(0.0, self.left(end_s) - self.left(start_s)), 3)

    def ticks(self) -> list[Tick]:
        """At most eight marks at round times."""
        length = self.end_s - self.start_s
        if length <= 0:
            return []
        step = next((step for step in _STEPS_S if length / step <= _MOST_TICKS), length)
        first = int(-(-self.start_s // step))
        last = int(self.end_s // step)
        decimals = 0 if float(step).is_integer() else 1
        return [
            Tick(self.left(number * step), clock(number * step, decimals))
            for number in range(first, last + 1)
        ]


def clock(seconds: float, decimals: int = 2) -> str:
    """Seconds as 1:02:03.45, without the hours when there are none."""
    unit = 10**decimals
    whole, part = divmod(round(seconds * unit), unit)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{text}.{part:0{decimals}}" if decimals else text


def span(start_s: float | None, end_s: float | None, decimals: int = 2) -> str:
    """Two times as one word, for example 0:01.50–0:03.25; "" when they are not known."""
    if start_s is None or end_s is None:
        return ""
    return f"{clock(start_s, decimals)}–{clock(end_s, decimals)}"


def length(seconds: float) -> str:
    """A length of time in the units a person would take: 9.2 s, 14 min, 27.4 h."""
    if seconds < 90:
        return f"{seconds:.1f} s"
    if seconds < 5400:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:,.1f} h"
