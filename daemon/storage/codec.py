"""Frozen values to JSON text and back, by their own annotations; ASCII only, so that every database takes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: object) -> str:
    """JSON text of a dataclass made of text, numbers, instants, enumerations, tuples and dataclasses."""
    return _ENCODER.encode(_plain(value))


def from_json(kind: type[T], text: str) -> T:
    """The value again; fields added since take their defaults, fields dropped since are passed over."""
    reader: Callable[[Any], T] = _reader(kind)  # type: ignore[arg-type]
    return reader(json.loads(text))


_ENCODER = json.JSONEncoder(separators=(",", ":"))


def _plain(value: Any) -> Any:
    writer: Callable[[Any], Any] = _writer(type(value))  # type: ignore[arg-type]
    return writer(value)


@cache
def _writer(kind: Any) -> Callable[[Any], Any]:
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        return lambda value: {name: _plain(getattr(value, name)) for name in names}
    if issubclass(kind, datetime):
        return datetime.isoformat
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, tuple):
        return lambda value: [_plain(each) for each in value]
    return lambda value: value


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    if get_origin(kind) in (Union, UnionType):
        inner = _reader(next(each for each in get_args(kind) if each is not NoneType))
        return lambda data: None if data is None else inner(data)
    if get_origin(kind) is tuple:
        return _tuple_reader(get_args(kind))
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda data: data


def _tuple_reader(args: tuple[Any, ...]) -> Callable[[Any], Any]:
    if args[-1] is Ellipsis:
        each = _reader(args[0])
        return lambda data: tuple(each(item) for item in data)
    readers = [_reader(arg) for arg in args]
    return lambda data: tuple(read(item) for read, item in zip(readers, data, strict=True))


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    required = {field.name for field in fields(kind) if _is_required(field)}

    def read(data: dict[str, Any]) -> Any:
        present = {name: reader(data[name]) for name, reader in readers.items() if name in data or name in required}
        return kind(**present)

    return read


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
