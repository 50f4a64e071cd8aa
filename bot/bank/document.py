"""YAML text -> plain values, safely: no aliases, tags, repeated keys or deep nesting; with lines for those who ask.

Values are built here from the parser's nodes instead of by PyYAML's constructor: a bank of 1,000 questions loads
in about half the time, and the constructor silently keeps the last of two equal keys.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from bot.bank.finding import Path

DEPTH_LIMIT = 12
"""Deepest nesting that is read; a question needs four. libyaml's composer crashes the process at some 10,000."""
_TEXT = "greenroom:text"
_NUMBER = "greenroom:number"
_TAG = "tag:yaml.org,2002:"
_SPECIAL = frozenset(["y", "n", "yes", "no", "true", "false", "on", "off", "null"])
_NUMBER_LIMIT = 10**12
_BRACKETS = 40
_INDENTED = re.compile(r"^[ \t\-?:]{24}", re.MULTILINE)


class Unreadable(ValueError):
    """A text that is not the YAML we read: `line` from 1, `what` is wrong and a `hint` what to do."""

    def __init__(self, line: int, what: str, hint: str) -> None:
        """Keep the three for the finding."""
        super().__init__(f"line {line}: {what}; {hint}")
        self.line, self.what, self.hint = line, what, hint


class _Loader(yaml.CSafeLoader):
    """libyaml's parser, with a short cut for what most scalars are: plain words."""

    def resolve(self, kind: type[Any], value: str, implicit: Any) -> str:
        if kind is not yaml.ScalarNode:
            return ""
        if not implicit[0] or (value[:1].isalpha() and (len(value) > 5 or value.lower() not in _SPECIAL)):
            return _TEXT
        if value.isdecimal() and value.isascii() and len(value) < 10 and value[0] != "0":
            return _NUMBER
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Skip path resolvers: there are none, and PyYAML asks for each node."""

    def ascend_resolver(self) -> None:
        """Skip path resolvers."""


def read(text: str) -> Any:
    """Return the one document of a YAML text as dicts, lists and scalars; None if it is empty.

    Raises Unreadable.
    """
    loader, root = _composed(text)
    return None if root is None else _Builder(loader).value(root)


def line_of(text: str, path: Path) -> int:
    """Return the line (from 1) of a place in a text that `read` accepts; of its nearest parent if it is missing."""
    _, node = _composed(text)
    line = 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            entry = next(((k, v) for k, v in node.value if k.value == step), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line + 1, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _composed(text: str) -> tuple[_Loader, yaml.Node | None]:
    if text.count("[") + text.count("{") > _BRACKETS or _INDENTED.search(text):
        _refuse_depth(text)
    try:
        loader = _Loader(text)
        return loader, loader.get_single_node()
    except yaml.YAMLError as error:
        raise _unreadable(error, text) from None


def _refuse_depth(text: str) -> None:
    """Count levels event by event, which needs no stack; only for texts whose looks allow deep nesting."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEPTH_LIMIT:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise Unreadable(line, "the nesting is too deep", "a question needs four levels")
    except yaml.YAMLError as error:
        raise _unreadable(error, text) from None


def _unreadable(error: yaml.YAMLError, text: str) -> Unreadable:
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Unreadable(line, "a control character stands here", "delete it, or save the file as UTF-8")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "context", None) or "unreadable"
    if "single document" in str(getattr(error, "context", "")):
        problem, hint = "a second document begins", "one file holds one question; move the rest to another file"
    elif "mapping values are not allowed" in problem:
        hint = "put a text that contains ': ' into quotes, or below '>'"
    elif "cannot start any token" in problem:
        hint = "indent with spaces, and quote a text that begins with a sign"
    else:
        hint = "check indentation and quotes here and in the line above"
    return Unreadable(mark.line + 1 if mark else 1, f"this is not valid YAML ({problem})", hint)


class _Builder:
    def __init__(self, loader: _Loader) -> None:
        self._loader = loader
        self._seen: set[yaml.Node] = set()

    def value(self, node: yaml.Node) -> Any:
        if node in self._seen:
            what = "an alias (*) repeats this value"
            raise Unreadable(node.start_mark.line + 1, what, "write it out where it is needed")
        self._seen.add(node)
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.tag == _TEXT else self._scalar(node)
        if node.tag:
            raise Unreadable(node.start_mark.line + 1, f"the tag {node.tag} is not allowed", "delete it")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        return [self.value(item) for item in node.value]

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value
            if key.tag != _TEXT and (not isinstance(key, yaml.ScalarNode) or key.tag == _TAG + "merge"):
                raise Unreadable(key.start_mark.line + 1, "this is no key", "a key is one word, as in 'prompt:'")
            if name in result:
                line = key.start_mark.line + 1
                raise Unreadable(line, f"the key '{name}' stands here a second time", "keep one of the two")
            result[name] = self.value(value)
        return result

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        try:
            match node.tag.removeprefix(_TAG):
                case "greenroom:number":
                    return int(node.value)
                case "int":
                    return self._small(self._loader.construct_yaml_int(node))
                case "float":
                    return self._small(self._loader.construct_yaml_float(node))
                case "bool":
                    return self._loader.construct_yaml_bool(node)
                case "null":
                    return None
                case "str" | "timestamp" | "value":
                    return node.value
        except (ValueError, OverflowError):
            raise Unreadable(node.start_mark.line + 1, "this number cannot be read", "put text into quotes") from None
        raise Unreadable(node.start_mark.line + 1, f"the tag {node.tag} is not allowed", "delete it")

    @staticmethod
    def _small(value: float) -> float:
        """Refuse what no key needs and what Python would not even print: infinities and endless integers."""
        if not abs(value) < _NUMBER_LIMIT:
            raise ValueError("out of range")
        return value
