"""YAML in which a key stands once, so that the last of two does not win in silence. Pure."""

import yaml


class _Loader(yaml.SafeLoader):
    """Of the keys only texts are compared: nothing else is a setting's name."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise RepeatedKey(key.value, key.start_mark.line + 1)
            if isinstance(key, yaml.ScalarNode):
                seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


class RepeatedKey(Exception):
    """A key stands a second time in the same mapping."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(f"line {line}: {key!r}: stands here a second time; keep one")


def read_yaml(text: str) -> object:
    """The document in a text. Raises RepeatedKey, ValueError, RecursionError and yaml.YAMLError."""
    content: object = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    return content
