"""What must never be imported: the table of the house, read from the code's own imports."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPURE = {"logging", "os", "pathlib", "sqlite3", "lxml", "random", "time", "socket", "subprocess", "threading"}
PURE_TYPES = {("threading", "Event"), ("pathlib", "Path")}
"""Names that ports may mention in a signature; nothing in the core makes one."""
CORE_LIBRARIES = {"pydantic"}
MATCHING_LIBRARIES = CORE_LIBRARIES | {"numpy", "rapidfuzz"}
BY_COLUMNS = {"permutation.py", "numbers.py"}
"""Modules of the core outside matching that work on columns of numbers, by numpy as matching does."""


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (module, name) for every import of a file; the name is empty for `import module`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def top(module: str) -> str:
    return module.partition(".")[0]


def inside(module: str, name: str, package: str) -> bool:
    return f"{module}.{name}.".startswith(f"{package}.")


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", modules("gateway/core"), ids=place)
def test_the_core_imports_itself_and_what_is_pure(path: Path) -> None:
    libraries = MATCHING_LIBRARIES if "matching" in path.parts or path.name in BY_COLUMNS else CORE_LIBRARIES
    for module, name in imports(path):
        if top(module) == "gateway":
            assert inside(module, name, "gateway.core"), f"{module} is not core"
        elif (module, name) not in PURE_TYPES:
            assert top(module) not in IMPURE, f"{module} is not pure"
            assert top(module) in sys.stdlib_module_names | libraries, f"{module} is not for the core"


@pytest.mark.parametrize("path", modules("gateway/stages"), ids=place)
def test_a_stage_knows_the_core_alone(path: Path) -> None:
    for module, name in imports(path):
        assert top(module) != "gateway" or inside(module, name, "gateway.core"), f"{module} is not core"


def test_the_pipeline_knows_stages_and_core_alone() -> None:
    for module, name in imports(ROOT / "gateway/pipeline.py"):
        known = inside(module, name, "gateway.core") or inside(module, name, "gateway.stages")
        assert top(module) != "gateway" or known, module


@pytest.mark.parametrize("path", modules("gateway"), ids=place)
def test_the_gateway_reaches_adapters_by_entry_points_alone(path: Path) -> None:
    assert "adapters" not in {top(module) for module, _ in imports(path)}


@pytest.mark.parametrize("path", modules("adapters"), ids=place)
def test_an_adapter_knows_the_core_and_no_other_adapter(path: Path) -> None:
    own = path.relative_to(ROOT).parts[:2]
    for module, name in imports(path):
        if top(module) == "gateway":
            assert inside(module, name, "gateway.core"), module
            assert not inside(module, name, "gateway.core.matching"), module
        if top(module) == "adapters":
            other = tuple(module.split(".")[:2])
            assert other == own or (own[1] == "kinds" and other[1] == "formats"), module


def test_schemas_need_nothing() -> None:
    for module, _ in imports(ROOT / "schemas/__init__.py"):
        assert module in {"importlib.resources", "json"}


@pytest.mark.parametrize("path", [*modules("gateway"), *modules("adapters"), *modules("schemas")], ids=place)
def test_nothing_imports_tests_or_fixtures(path: Path) -> None:
    assert not {"tests", "fixtures"} & {top(module) for module, _ in imports(path)}


def test_only_the_configuration_reads_the_environment() -> None:
    readers = [
        place(path)
        for path in [*modules("gateway"), *modules("adapters")]
        if any(isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
               for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    ]  # fmt: skip
    assert readers == ["gateway/config.py"]
