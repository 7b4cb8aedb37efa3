"""The YAML of scenarios: plain values, each of which means what it looks like.

YAML knows more: tags that make objects, aliases that grow without end, `0777` for 511, `1:30` for 90, `no` for false.
None of that is taken. A number is written in decimals, a date stays text until the scenario's model reads it.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from analysis.characters import fault, name_of, unseen

DEEPEST = 20  # levels of nesting; a scenario has six
_TEXT = "tag:yaml.org,2002:str"
#: Plain scalars that are not text. Longer numbers stay text, which the model refuses by its own limits.
_KINDS = {
    "null": r"~|null|",
    "bool": r"true|false",
    "int": r"[-+]?(?:0|[1-9][0-9]{0,17})",
    "float": r"[-+]?[0-9]{1,20}\.[0-9]{0,20}(?:[eE][-+]?[0-9]{1,3})?",
}


class _PlainLoader(yaml.SafeLoader):
    """Mappings, lists, text and numbers; no tags, no anchors, no key twice."""

    yaml_implicit_resolvers: dict[str | None, Any] = {}  # noqa: RUF012 - yaml fills it below, for this class alone
    depth = 0

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _refused("anchors (&name) and aliases (*name) are not allowed", event.start_mark)
        if event.tag is not None:
            raise _refused("tags (!name) are not allowed", event.start_mark)
        if self.depth >= DEEPEST:
            raise _refused(f"more than {DEEPEST} levels inside each other", event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_scalar_node(self, anchor):
        node = super().compose_scalar_node(anchor)
        if node.tag == _TEXT and (problem := fault(node.value)):
            raise _refused(problem, node.start_mark)
        return node

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, bool) or not isinstance(key, str | int):
                raise _refused("keys must be plain words", key_node.start_mark)
            if key in seen:
                raise _refused(f"the key {str(key)[:80]!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


for _kind, _pattern in _KINDS.items():
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"(?:{_pattern})\Z"), None)


def _refused(problem: str, mark: yaml.Mark) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def plain_value(text: str) -> Any:
    """The value a YAML text stands for. Raises ValueError with one sentence on where it is more than plain YAML."""
    if found := unseen(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ValueError(f"line {line}: {name_of(found[0])}")
    try:
        return yaml.load(text, Loader=_PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValueError(where + str(error.problem or error.context)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # what the scanner's own escapes can do
        raise ValueError(f"not readable as YAML ({str(error).splitlines()[0]})") from None
