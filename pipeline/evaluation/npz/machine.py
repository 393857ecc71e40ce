"""The instructions of a pickle that put together plain data, carried out one by one."""

from collections.abc import Callable
from typing import TypeVar

from pipeline.evaluation.npz.arrays import ForbiddenContent, PlainDtype
from pipeline.evaluation.npz.stand_ins import (
    Array,
    Name,
    array_values,
    made,
    recognised,
    scalar_key,
)

_T = TypeVar("_T")


class _Mark:
    """Where the values of an instruction begin."""


class Machine:
    """The stack and the memory that the instructions of a pickle work on."""

    def __init__(self) -> None:
        self._stack: list[object] = []
        self._memo: dict[int, object] = {}

    def run(self, name: str, argument: object) -> None:
        """Carry out an instruction, by its name in `pickletools`."""
        if name in _VALUES:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name]())
        elif name in _ACTIONS:
            _ACTIONS[name](self, argument)
        elif name not in _PASSED_OVER:
            raise ForbiddenContent(f"the instruction {name} makes more than plain data")

    def result(self) -> object:
        """What is left when the program has ended."""
        if len(self._stack) != 1:
            raise ForbiddenContent("a broken pickle (values left over)")
        return self._stack[0]

    def _values_above_mark(self) -> list[object]:
        at = len(self._stack) - 1
        while not isinstance(self._stack[at], _Mark):
            at -= 1
            if at < 0:
                raise ForbiddenContent("a broken pickle (no mark)")
        values = self._stack[at + 1 :]
        del self._stack[at:]
        return values

    def _top(self, kind: type[_T]) -> _T:
        top = self._stack[-1] if self._stack else None
        if type(top) is not kind or not isinstance(top, kind):
            raise ForbiddenContent(f"a broken pickle (no {kind.__name__} to fill)")
        return top

    def put(self, argument: object) -> None:
        """Remember the topmost value under a number."""
        self._memo[_number(argument)] = self._stack[-1]

    def memoize(self, _: object) -> None:
        """Remember the topmost value under the next number."""
        self._memo[len(self._memo)] = self._stack[-1]

    def get(self, argument: object) -> None:
        """Fetch what is remembered under a number."""
        self._stack.append(self._memo[_number(argument)])

    def append(self, _: object) -> None:
        """One value to the list below it."""
        value = self._stack.pop()
        self._extend([value])

    def appends(self, _: object) -> None:
        """The values above the mark to the list below it."""
        self._extend(self._values_above_mark())

    def _extend(self, values: list[object]) -> None:
        self._top(list).extend(values)

    def set_item(self, _: object) -> None:
        """A key and a value to the dict below them."""
        value, key = self._stack.pop(), self._stack.pop()
        self._update([key, value])

    def set_items(self, _: object) -> None:
        """The keys and values above the mark to the dict below it."""
        self._update(self._values_above_mark())

    def _update(self, values: list[object]) -> None:
        self._top(dict).update(
            {scalar_key(key): value for key, value in zip(values[::2], values[1::2], strict=True)}
        )

    def add_items(self, _: object) -> None:
        """The values above the mark to the set below it."""
        values = self._values_above_mark()
        self._top(set).update(map(scalar_key, values))

    def tuple_of(self, count: int) -> None:
        """The topmost values as a tuple."""
        if len(self._stack) < count:
            raise ForbiddenContent("a broken pickle (too few values)")
        values = tuple(self._stack[len(self._stack) - count :])
        del self._stack[len(self._stack) - count :]
        self._stack.append(values)

    def tuple_above_mark(self, _: object) -> None:
        """The values above the mark as a tuple."""
        self._stack.append(tuple(self._values_above_mark()))

    def list_above_mark(self, _: object) -> None:
        """The values above the mark as a list."""
        self._stack.append(self._values_above_mark())

    def dict_above_mark(self, _: object) -> None:
        """The keys and values above the mark as a dict."""
        values = self._values_above_mark()
        self._stack.append({})
        self._update(values)

    def set_above_mark(self, _: object) -> None:
        """The values above the mark as a set."""
        self._stack.append(set(map(scalar_key, self._values_above_mark())))

    def global_name(self, argument: object) -> None:
        """A name, as `module name` in one text."""
        module, _, name = str(argument).partition(" ")
        self._stack.append(recognised(module, name))

    def stack_global(self, _: object) -> None:
        """A name, whose module and own part are the topmost values."""
        name, module = self._stack.pop(), self._stack.pop()
        self._stack.append(recognised(module, name))

    def reduce(self, _: object) -> None:
        """A recognised name with its arguments: what NumPy would call there."""
        arguments, name = self._stack.pop(), self._stack.pop()
        if not isinstance(name, Name) or not isinstance(arguments, tuple):
            raise ForbiddenContent("a call of something that is no recognised name")
        self._stack.append(made(name.use, arguments))

    def build(self, _: object) -> None:
        """The state of an array or dtype of NumPy."""
        state, target = self._stack.pop(), self._stack[-1]
        if not isinstance(state, tuple):
            raise ForbiddenContent("a state that is not NumPy's")
        if isinstance(target, PlainDtype):
            target.description = target.with_byte_order(state[1]).description
        elif isinstance(target, Array) and not target.is_filled:
            target.values, target.is_filled = array_values(state), True
        else:
            raise ForbiddenContent("a state for something that is no array")


def _number(argument: object) -> int:
    if not isinstance(argument, int):
        raise ForbiddenContent("a broken pickle (no number)")
    return argument


_PASSED_OVER = frozenset(("PROTO", "FRAME", "STOP"))
_VALUES = frozenset(
    (
        *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINSTRING", "SHORT_BINSTRING"),
        *("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"),
        *("SHORT_BINBYTES", "BINBYTES", "BINBYTES8"),
    )
)
_CONSTANTS: dict[str, Callable[[], object]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "MARK": _Mark,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "EMPTY_TUPLE": tuple,
    "EMPTY_SET": set,
}
_ACTIONS: dict[str, Callable[[Machine, object], None]] = {
    "BINPUT": Machine.put,
    "LONG_BINPUT": Machine.put,
    "MEMOIZE": Machine.memoize,
    "BINGET": Machine.get,
    "LONG_BINGET": Machine.get,
    "APPEND": Machine.append,
    "APPENDS": Machine.appends,
    "SETITEM": Machine.set_item,
    "SETITEMS": Machine.set_items,
    "ADDITEMS": Machine.add_items,
    "TUPLE": Machine.tuple_above_mark,
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "LIST": Machine.list_above_mark,
    "DICT": Machine.dict_above_mark,
    "FROZENSET": Machine.set_above_mark,
    "GLOBAL": Machine.global_name,
    "STACK_GLOBAL": Machine.stack_global,
    "REDUCE": Machine.reduce,
    "BUILD": Machine.build,
}
