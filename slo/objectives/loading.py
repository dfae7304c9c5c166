"""Reads objectives from a file of OpenSLO v1 documents. Errors name file, path, value and rule."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from slo.errors import InvalidObjectiveError, Violation
from slo.objectives.documents import Document, IndicatorSpec, SLIDocument, SLODocument, TargetSpec, UnreadDocument
from slo.objectives.model import Indicator, Objective

_UNREAD = ("Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget")
_KINDS: dict[str, type[Document]] = {
    "SLO": SLODocument,
    "SLI": SLIDocument,
    **dict.fromkeys(_UNREAD, UnreadDocument),
}


def load_objectives(path: Path) -> list[Objective]:
    """Every objective of every SLO in ``path``, in the order of the file.

    Raises :class:`~slo.errors.InvalidObjectiveError` with all that is wrong with its documents.
    """
    raw = _read_yaml(path)
    documents: list[Document] = []
    violations: list[Violation] = []
    for position, given in raw:
        try:
            documents.append(_validated(path.name, position, given))
        except InvalidObjectiveError as error:
            violations.extend(error.violations)
    if violations:
        raise InvalidObjectiveError(violations)
    return list(_objectives(path.name, documents))


def _objectives(file: str, documents: list[Document]) -> Iterator[Objective]:
    _check_unique(file, documents)
    indicators = {document.metadata.name: document.spec for document in documents if isinstance(document, SLIDocument)}
    slos = [document for document in documents if isinstance(document, SLODocument)]
    if not slos:
        raise _violation(file, "kind", "no SLO", "a file of objectives holds at least one document of kind SLO")
    for slo in slos:
        spec = _indicator_spec(file, slo, indicators)
        for position, target in enumerate(slo.spec.objectives, start=1):
            yield Objective(
                slo=slo.metadata.name,
                name=_objective_name(slo, target, position),
                description=target.display_name or slo.spec.description or spec.description,
                service=slo.spec.service,
                file=file,
                target=target.share,
                indicator=_indicator(spec),
            )


def _objective_name(slo: SLODocument, target: TargetSpec, position: int) -> str:
    if len(slo.spec.objectives) == 1:
        return slo.metadata.name
    return f"{slo.metadata.name}/{target.display_name or position}"


def _indicator_spec(file: str, slo: SLODocument, indicators: Mapping[str, IndicatorSpec]) -> IndicatorSpec:
    if slo.spec.indicator is not None:
        return slo.spec.indicator.spec
    name = slo.spec.indicator_ref or ""
    if name not in indicators:
        rule = f"names no SLI of this file; it has {', '.join(sorted(indicators)) or 'none'}"
        raise _violation(file, f"SLO {slo.metadata.name}: spec.indicatorRef", repr(name), rule)
    return indicators[name]


def _indicator(spec: IndicatorSpec) -> Indicator:
    ratio = spec.ratio_metric
    return Indicator(
        total=ratio.total.metric_source.spec.predicate,
        good=ratio.good.metric_source.spec.predicate if ratio.good else None,
        bad=ratio.bad.metric_source.spec.predicate if ratio.bad else None,
        group_by=ratio.total.metric_source.spec.group_by,
    )


def _check_unique(file: str, documents: list[Document]) -> None:
    seen: set[tuple[str, str]] = set()
    for document in documents:
        key = (document.kind, document.metadata.name)
        if key in seen:
            rule = "is the name of another document of that kind in this file"
            raise _violation(file, f"{document.kind}: metadata.name", repr(document.metadata.name), rule)
        seen.add(key)
        if isinstance(document, SLODocument) and len(document.spec.objectives) > 1:
            _check_names_differ(file, document)


def _check_names_differ(file: str, slo: SLODocument) -> None:
    names = [_objective_name(slo, target, position) for position, target in enumerate(slo.spec.objectives, start=1)]
    if len(set(names)) < len(names):
        where = f"SLO {slo.metadata.name}: spec.objectives"
        raise _violation(file, where, ", ".join(names), "objectives of one SLO have different displayNames")


def _validated(file: str, position: int, given: object) -> Document:
    kind = given.get("kind") if isinstance(given, dict) else None
    model = _KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise _violation(file, f"document {position}: kind", repr(kind), f"must be one of {', '.join(_KINDS)}")
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InvalidObjectiveError([_as_violation(file, position, part) for part in error.errors()]) from error


def _as_violation(file: str, position: int, error: ErrorDetails) -> Violation:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    shown = error["input"]
    value = "missing" if error["type"] == "missing" else str(shown) if isinstance(shown, Decimal) else repr(shown)
    rule = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        rule = "is no field that is known here"
    short = value if len(value) <= 200 else value[:197] + "..."
    return Violation(file, f"document {position}: {path or 'document'}", short, rule)


def _violation(file: str, path: str, value: str, rule: str) -> InvalidObjectiveError:
    return InvalidObjectiveError([Violation(file, path, value, rule)])


class _Loader(yaml.SafeLoader):
    """YAML with decimals kept as written, and without the last of two equal keys winning in silence."""


def _construct_decimal(loader: _Loader, node: yaml.ScalarNode) -> Decimal | float:
    text = loader.construct_scalar(node)
    number = float(loader.construct_yaml_float(node))
    return Decimal(text.replace("_", "")) if text.strip(" +-.0123456789eE_") == "" else number


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    mapping: dict[object, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in mapping:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is given twice", key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Loader.add_constructor("tag:yaml.org,2002:float", _construct_decimal)
_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def _read_yaml(path: Path) -> list[tuple[int, object]]:
    """Documents with their position, from 1. Empty ones (a lone ``---``) are passed over."""
    try:
        text = path.read_text(encoding="utf-8")
        documents = list(yaml.load_all(text, Loader=_Loader))
    except OSError as error:
        raise _violation(path.name, "file", str(path), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _violation(path.name, "file", path.name, "must be UTF-8 text") from error
    except yaml.YAMLError as error:
        raise _violation(path.name, "YAML", " ".join(str(error).split()), "must be well-formed YAML") from error
    except RecursionError as error:
        raise _violation(path.name, "YAML", path.name, "is nested too deeply") from error
    return [(position, given) for position, given in enumerate(documents, start=1) if given is not None]
