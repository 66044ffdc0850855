"""Loads adapters by group and name from entry points; refuses a name that two packages claim."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from gateway.core.errors import AdapterError


def names(group: str) -> list[str]:
    """Return the names of a group's adapters, in order; raise AdapterError where a name is claimed twice."""
    found = sorted(point.name for point in entry_points(group=group))
    doubled = {name for name in found if found.count(name) > 1}
    if doubled:
        raise AdapterError(f"Two packages offer {', '.join(sorted(doubled))} in {group}; remove one of them.")
    return found


def load(group: str, name: str, methods: tuple[str, ...]) -> Any:  # noqa: ANN401 - the port's type is the caller's
    """Return the adapter class of that name; raise AdapterError that names what it lacks of its port."""
    try:
        adapter = _point(group, name).load()
    except ModuleNotFoundError as error:
        raise AdapterError(
            f"The adapter {name} of {group} needs the package {error.name}, which is not installed here. Install "
            "learner-gateway with the extra that brings it, such as learner-gateway[server,s3]."
        ) from error
    missing = [method for method in ("from_settings", *methods) if not hasattr(adapter, method)]
    if missing:
        raise AdapterError(f"The adapter {name} of {group} lacks {', '.join(missing)}; mend or remove its package.")
    return adapter


def _point(group: str, name: str) -> EntryPoint:
    known = names(group)
    if name not in known:
        hint = f"those installed are {', '.join(known)}" if known else "none is installed: install the package again"
        raise AdapterError(f"There is no adapter {name} in {group}; {hint}.")
    return next(iter(entry_points(group=group, name=name)))
