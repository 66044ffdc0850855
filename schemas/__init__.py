"""Finds and opens a schema by its path under this package, such as `csv/lrb-2a.json`."""

from importlib.resources import files


def text(path: str) -> str:
    """Return the text of a schema; raise FileNotFoundError where there is none of that path."""
    return files(__name__).joinpath(path).read_text(encoding="utf-8")
