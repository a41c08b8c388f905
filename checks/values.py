"""Values of parameters: what a TOML value must be to serve as one, told by the annotations of a kind's `Params`."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from layers.keys import FLAG, NUMBER, TEXT, TEXTS, as_number, shown
from layers.model import Field, Role
from layers.problems import Problems, nearest
from layers.roles import accepted
from layers.text import Text

INTEGER = Text("整数", "a whole number")
LIST_OF_NUMBERS = Text("数字的列表", "a list of numbers")
LIST_OF_INTEGERS = Text("整数的列表", "a list of whole numbers")
FRACTION = Text('分数 "2/3" 或数字', 'a fraction "2/3" or a number')
NUMBERS = Text("表 {名称 = 数字}", "a table {name = number}")
LISTS = Text('表 {名称 = ["…"]}', 'a table {name = ["…"]}')
BASIS = "basis"
"""The key beside a project's parameters that says where their values come from."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One parameter of a kind: its annotation and what `checks.rule.param` says of it."""

    name: str
    hint: Any
    title: Text
    default: Any
    unit: str | None
    role: tuple[str, ...]
    choices: tuple[str, ...]
    minimum: float | None
    keys: tuple[str, str] | None
    listed: tuple[str, str] | None

    @property
    def required(self) -> bool:
        """Whether a rule must state it."""
        return self.default is dataclasses.MISSING

    @property
    def expected(self) -> Text:
        """What a value must be, in words."""
        text = _words(self.hint)
        if self.choices:
            listed = ", ".join(self.choices)
            text = Text(f"{listed} 之一", f"one of {listed}")
        if self.minimum is not None:
            text += Text(f"(不小于 {self.minimum:g})", f" (at least {self.minimum:g})")
        return text


class WrongValueError(ValueError):
    """A value that is not what its parameter takes."""


@cache
def specs(params: type) -> Mapping[str, Spec]:
    """The parameters of a kind, in their order."""
    hints = get_type_hints(params)
    return {
        field.name: Spec(field.name, hints[field.name], default=field.default, **field.metadata)
        for field in dataclasses.fields(params)
    }


def convert(spec: Spec, value: object) -> object:
    """The value as the parameter's type; raises `WrongValueError`."""
    result = _convert(spec.hint, value)
    texts = (result,) if isinstance(result, str) else result if isinstance(result, tuple) else ()
    if spec.choices and any(text not in spec.choices for text in texts):
        raise WrongValueError
    numbers = result.values() if isinstance(result, Mapping) else result if isinstance(result, tuple) else (result,)
    least = spec.minimum
    if least is not None and any(isinstance(one, (int, float, Fraction)) and one < least for one in numbers):
        raise WrongValueError
    return result


def checked(
    params: type, given: Mapping[str, object], roles: Mapping[str, Role], at: Callable[[str], str], problems: Problems
) -> dict[str, object]:
    """The values that are in order, converted; every mistake is noted. `at` gives the place of a parameter."""
    known = specs(params)
    values: dict[str, object] = {}
    for name, value in given.items():
        if name not in known:
            problems.add("param-unknown", at(name), name=name, hint=nearest(name, tuple(known)))
            continue
        try:
            values[name] = convert(known[name], value)
        except WrongValueError:
            problems.add("key-type", at(name), expected=known[name].expected, given=shown(value))
            continue
        _check_role(known[name], values[name], roles, at(name), problems)
        values[name] = _named(known[name], values[name], roles, at(name), problems)
    _check_where(values, roles, at, problems)
    return values


def check_order(values: Mapping[str, object], at: Callable[[str], str], problems: Problems) -> None:
    """Note a `min…` above the `max…` of the same name."""
    for name, low in values.items():
        high = values.get("max" + name[3:]) if name.startswith("min") else None
        if isinstance(low, (int, float, Fraction)) and isinstance(high, (int, float, Fraction)) and low > high:
            problems.add("param-order", at(name), low=name, high="max" + name[3:], low_value=low, high_value=high)


def _check_role(spec: Spec, value: object, roles: Mapping[str, Role], where: str, problems: Problems) -> None:
    if not spec.role or value is None:
        return
    for name in value if isinstance(value, tuple) else (value,):
        role = roles.get(str(name))
        if role is None:
            problems.add("role-unknown", where, role=name, hint=nearest(str(name), tuple(roles)))
        elif not {*role.geometry, role.form} & set(spec.role):
            problems.add("role-form", where, role=name, form=_form(role), expected=", ".join(spec.role))


def _named(spec: Spec, value: object, roles: Mapping[str, Role], where: str, problems: Problems) -> object:
    """The value with the names that tables are read with, where it or its keys are values of a role's field."""
    if spec.listed is not None and isinstance(value, (str, tuple)):
        listed = roles[spec.listed[0]].fields[spec.listed[1]]
        one = isinstance(value, str)
        names = tuple(_one_named(listed, text, where, problems) for text in ((value,) if one else value))
        return names[0] if one else names
    if spec.keys is None or not isinstance(value, Mapping):
        return value
    field = roles[spec.keys[0]].fields[spec.keys[1]]
    named: dict[str, object] = {}
    for key, item in value.items():
        name = _one_named(field, key, where, problems)
        if name in named:
            problems.add("value-twice", where, value=name)
        named[name] = item
    return named


def _one_named(field: Field, text: str, where: str, problems: Problems) -> str:
    name = accepted(field, text)
    if name is None:
        problems.add("value-unknown", where, value=text, hint=nearest(text, tuple(field.values or ())))
    return name or text


def _check_where(
    values: Mapping[str, object], roles: Mapping[str, Role], at: Callable[[str], str], problems: Problems
) -> None:
    where, role = values.get("where"), roles.get(str(values.get("role")))
    if isinstance(where, Mapping) and role is not None and role.fields:
        for name in where:
            if name not in role.fields:
                hint = nearest(name, tuple(role.fields))
                problems.add("field-unknown", at("where"), field=name, role=role.name, hint=hint)


def _form(role: Role) -> str:
    return ", ".join(role.geometry) or role.form


def _convert(hint: Any, value: object) -> object:
    if get_origin(hint) in (Union, types.UnionType):
        for option in get_args(hint):
            try:
                return _convert(option, value)
            except WrongValueError:
                continue
        raise WrongValueError
    converter = _CONVERTERS.get(hint)
    if converter is None:
        message = f"no parameter can be of type {hint}"
        raise TypeError(message)
    return converter(value)


def _none(value: object) -> None:
    raise WrongValueError


def _number(value: object) -> float:
    number = as_number(value)
    if number is None:
        raise WrongValueError
    return float(number)


def _integer(value: object) -> int:
    number = as_number(value)
    if number is None or number != int(number):
        raise WrongValueError
    return int(number)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongValueError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongValueError
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise WrongValueError
    return tuple(dict.fromkeys(_text(item) for item in value))


def _floats(value: object) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise WrongValueError
    return tuple(_number(item) for item in value)


def _integers(value: object) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise WrongValueError
    return tuple(dict.fromkeys(_integer(item) for item in value))


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise WrongValueError
    return value


def _numbers(value: object) -> dict[str, float]:
    return {key: _number(item) for key, item in _table(value).items()}


def _lists(value: object) -> dict[str, tuple[str, ...]]:
    return {key: (item,) if isinstance(item, str) else _texts(item) for key, item in _table(value).items()}


def _fraction(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise WrongValueError
    try:
        return Fraction(str(value).strip())
    except (ValueError, ZeroDivisionError):
        raise WrongValueError from None


_CONVERTERS: Mapping[Any, Callable[[object], object]] = {
    type(None): _none,
    float: _number,
    int: _integer,
    str: _text,
    bool: _flag,
    tuple[str, ...]: _texts,
    tuple[float, ...]: _floats,
    tuple[int, ...]: _integers,
    Mapping[str, float]: _numbers,
    Mapping[str, tuple[str, ...]]: _lists,
    Fraction: _fraction,
}
_TYPE_WORDS: Mapping[Any, Text] = {
    float: NUMBER,
    int: INTEGER,
    str: TEXT,
    bool: FLAG,
    tuple[str, ...]: TEXTS,
    tuple[float, ...]: LIST_OF_NUMBERS,
    tuple[int, ...]: LIST_OF_INTEGERS,
    Mapping[str, float]: NUMBERS,
    Mapping[str, tuple[str, ...]]: LISTS,
    Fraction: FRACTION,
}


def options(hint: Any) -> tuple[Any, ...]:
    """The types that an annotation allows, None left out."""
    parts = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return tuple(part for part in parts if part is not type(None))


def _words(hint: Any) -> Text:
    texts = [_TYPE_WORDS[option] for option in options(hint)]
    return Text(" 或 ".join(text.zh for text in texts), " or ".join(text.en for text in texts))
