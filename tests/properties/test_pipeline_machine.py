"""Whatever dies, fails, is sent twice, parked or replayed, and when: the end is that of the calm run."""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from gateway.core.errors import FilesError
from tests.conftest import fresh_database
from tests.fuzzing import times
from tests.properties.pipeline_runs import BATCHES, TAKING_IN, WORKING, Blow, DiedError, Run

CALLS = st.sampled_from(WORKING)
TIMES = st.sampled_from((1, 1, 1, 2, 3, 4, 5))
ERRORS = st.sampled_from((DiedError, DiedError, FilesError))
_numbers = count()


class Pipeline(RuleBasedStateMachine):
    """Does the same to a gateway that is hurt as to one that is not, but for the hurting."""

    def __init__(self, postgres: str, folder: Path, calm: "Callable[[tuple[str, ...]], object]") -> None:
        super().__init__()
        self._calm = calm
        self._done: list[str] = []
        self._stack = ExitStack()
        self._run = Run.on(self._stack.enter_context(fresh_database(postgres)), folder / f"hurt-{next(_numbers)}")
        self._stack.callback(self._run.desk.record.close)
        self._sent = 0

    @initialize()
    def first(self) -> None:
        self._upload()

    @precondition(lambda self: self._sent < len(BATCHES))
    @rule()
    def upload(self) -> None:
        self._upload()

    @precondition(lambda self: self._sent < len(BATCHES))
    @rule(call=st.sampled_from(TAKING_IN), after=st.booleans())
    def upload_while_the_server_dies_and_send_again(self, call: str, *, after: bool) -> None:
        self._run.hit(Blow(call, 1, after, DiedError()), lambda: self._run.upload(self._sent))
        self._upload()

    @precondition(lambda self: self._sent)
    @rule(data=st.data())
    def upload_again(self, data: st.DataObject) -> None:
        self._run.upload(data.draw(st.integers(0, self._sent - 1)))

    @precondition(lambda self: self._run.ready())
    @rule()
    def work(self) -> None:
        self._run.later()
        self._run.work()

    @precondition(lambda self: self._run.ready())
    @rule(call=CALLS, time=TIMES, after=st.booleans(), error=ERRORS)
    def work_and_fail(self, call: str, time: int, error: type[BaseException], *, after: bool) -> None:
        self._run.later()
        self._run.hit(Blow(call, time, after, error()), self._run.work)

    @precondition(lambda self: self._run.ready())
    @rule()
    def park(self) -> None:
        """Let the workers of what waits have died so often that it is parked."""
        self._run.park()

    @precondition(lambda self: self._run.parked())
    @rule()
    def replay(self) -> None:
        self._run.replay()

    @precondition(lambda self: "merge" not in self._done and not self._run.undecided())
    @rule()
    def merge(self) -> None:
        self._run.merge()
        self._done.append("merge")

    def _upload(self) -> None:
        self._run.upload(self._sent)
        self._done.append(str(self._sent))
        self._sent += 1

    def teardown(self) -> None:
        try:
            self._run.settle()
            assert self._run.state() == self._calm(tuple(self._done))
        finally:
            self._stack.close()


def calm_run(postgres: str, folder: Path, done: tuple[str, ...]) -> object:
    """Return the state after the same uploads and merges, each answered before the next, and nothing goes wrong."""
    with fresh_database(postgres) as database:
        run = Run.on(database, folder / f"calm-{next(_numbers)}")
        for step in done:
            if step == "merge":
                run.merge()
            else:
                run.upload(int(step))
                run.settle()
        state = run.state()
        run.desk.record.close()
        return state


def test_every_way_ends_as_the_calm_run(postgres: str, tmp_path: Path) -> None:
    known: dict[tuple[str, ...], object] = {}

    def calm(done: tuple[str, ...]) -> object:
        if done not in known:
            known[done] = calm_run(postgres, tmp_path, done)
        return known[done]

    run_state_machine_as_test(
        lambda: Pipeline(postgres, tmp_path, calm),
        settings=settings(
            max_examples=times(10), stateful_step_count=14, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        ),
    )  # fmt: skip
