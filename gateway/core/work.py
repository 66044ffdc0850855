"""A submission being processed: each step is run once and its result kept."""

from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

from gateway.core.errors import GatewayError
from gateway.core.ports.submissions import StepResult, Store
from gateway.core.submission import Submission

Result = TypeVar("Result", bound=StepResult)


class Work:
    """What a worker holds while it has the lease: the submission and the results of the steps that are done."""

    def __init__(self, submission: Submission, store: Store) -> None:
        self.submission = submission
        self._store = store
        self._kept = dict(store.kept(submission))

    def step(self, function: Callable[..., Result], *arguments: Any) -> Result:  # noqa: ANN401 - each step has its own
        """Return the step's kept result, or run it with the submission and these arguments and keep what it returns."""
        name = function.__name__
        if name in self._kept:
            result: type[Result] = get_type_hints(function)["return"]
            return result.model_validate_json(self._kept[name])
        returned = function(self.submission, *arguments)
        self.submission = self._store.keep(self.submission, name, returned.model_dump_json(), returned.progress)
        return returned

    def hold(self, error: GatewayError) -> None:
        """Leave the submission for a later try, with the reason; nothing of it is deleted."""
        self.submission = self._store.hold(self.submission, f"{type(error).__name__}: {error}")
