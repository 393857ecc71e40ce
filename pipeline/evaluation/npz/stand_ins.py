"""What stands for the names that NumPy writes around its arrays: code of our own, no callables."""

from dataclasses import dataclass

from pipeline.evaluation.npz.arrays import ForbiddenContent, PlainDtype, nested, values_of

SCALARS = (str, bytes, int, float, bool, type(None))

_NUMPY = ("numpy.core.multiarray", "numpy._core.multiarray")
_NAMES = {
    **{(module, "_reconstruct"): "array" for module in _NUMPY},
    **{(module, "scalar"): "scalar" for module in _NUMPY},
    ("numpy", "ndarray"): "ndarray",
    ("numpy", "dtype"): "dtype",
    ("_codecs", "encode"): "encode",
    ("__builtin__", "bytes"): "bytes",  # how protocol 2 writes empty ones
    **{(module, "set"): "set" for module in ("builtins", "__builtin__")},
    **{(module, "frozenset"): "set" for module in ("builtins", "__builtin__")},
}


@dataclass(frozen=True)
class Name:
    """One of the names that are recognised: what it is for."""

    use: str


@dataclass
class Array:
    """An array whose content an instruction further on will bring."""

    values: object = None
    is_filled: bool = False


def recognised(module: object, name: object) -> Name:
    """The stand-in for a name.

    Raises:
        ForbiddenContent: it is none that NumPy writes around plain data.
    """
    use = _NAMES.get((module, name)) if isinstance(module, str) and isinstance(name, str) else None
    if use is None:
        shown = f"{str(module)[:40]}.{str(name)[:40]}"
        raise ForbiddenContent(f"it asks for {shown}, which is not plain data")
    return Name(use)


def made(use: str, arguments: tuple[object, ...]) -> object:
    """What NumPy would make by calling the name that is used so.

    Raises:
        ForbiddenContent: NumPy does not write such arguments.
    """
    if use == "array":
        return Array()
    if use == "dtype" and isinstance(arguments[0], str):
        return PlainDtype(arguments[0])
    if use == "scalar" and isinstance(arguments[0], PlainDtype) and isinstance(arguments[1], bytes):
        return values_of(arguments[1], arguments[0], ())
    if use == "encode" and isinstance(arguments[0], str) and arguments[1:] == ("latin1",):
        return arguments[0].encode("latin-1")
    if use == "bytes" and not arguments:
        return b""
    if use == "set" and len(arguments) == 1 and isinstance(arguments[0], list):
        return set(map(scalar_key, arguments[0]))
    raise ForbiddenContent("arguments that NumPy does not write")


def array_values(state: tuple[object, ...]) -> object:
    """The elements, from version, shape, dtype, whether in Fortran order, and content."""
    _, shape, dtype, fortran_order, content = state
    if not isinstance(shape, tuple) or not all(type(length) is int for length in shape):
        raise ForbiddenContent("an array of an impossible shape")
    if not isinstance(dtype, PlainDtype):
        raise ForbiddenContent("an array without a dtype")
    if dtype.is_object and isinstance(content, list):
        if fortran_order and len(shape) > 1:
            raise ForbiddenContent("an array of values in Fortran order")
        return nested(content, shape)
    if isinstance(content, bytes):
        return values_of(content, dtype, shape, fortran_order=bool(fortran_order))
    raise ForbiddenContent("an array without content")


def scalar_key(value: object) -> object:
    """A value that may stand in a set or as a key: nested tuples would be hashed again and again.

    Raises:
        ForbiddenContent: it is a container.
    """
    if not isinstance(value, SCALARS):
        raise ForbiddenContent("a container as a key")
    return value
