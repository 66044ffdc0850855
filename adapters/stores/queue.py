"""The queue: procrastinate on the system of record.

A job is a wake-up and carries nothing: which submission is next, its attempts and its lease stand in the submission
rows. So a job that is lost or doubled does no harm, and the periodic `reconcile` wakes a worker for whatever sleeps.
"""

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Any

import procrastinate
import psycopg
from procrastinate.jobs import Status

from adapters.stores.database import Pool, transaction
from adapters.stores.supplement_queries import READY, RETRY, RETRY_LISTED

QUEUE = "submissions"
LARGE = "large"
"""The queue of wake-ups that workers of small files do not listen to."""
_PROCESS = "process"
_EVERY_FIVE_SECONDS = "* * * * * */5"
_EVERY_MINUTE = "* * * * *"
_STALLED_AFTER_S = 30
_POLL_S = 5.0
_STOP_POLL_S = 0.2
_MOST_WAKE_UPS = 200
"""Wake-ups that wait at once: more than any number of workers, and few beside the files of a census day."""

_SLEEPING = f"""
    select (select count(*) from submission
            where status not in ('delivered', 'expired', 'withdrawn', 'parked')
              and next_try_at <= now() and (lease_until is null or lease_until < now()))
        + (select count(*) from ({READY}) ready) + (select count(*) from ({RETRY}) again)"""  # noqa: S608 - our own texts
_WAITING = "select count(*) from procrastinate_jobs where task_name = %s and status = 'todo'"


class PostgresQueue:
    """The `Queue` port, and the wake-up that the store gives in its own transaction."""

    def __init__(self, url: str, pool: Pool) -> None:
        self._url = url
        self._pool = pool
        self._deferrer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

    def wake(self, connection: psycopg.Connection[Any], *, large: bool = False) -> None:
        """Enqueue a wake-up on the caller's connection: it counts when the caller's transaction commits.

        One for a large file wakes those workers alone that take files of any size.
        """
        self._deferrer.configure_task(_PROCESS, queue=LARGE if large else QUEUE, connection=connection).defer()

    def reconcile(self) -> int:
        """Wake workers for what sleeps without a job and return how many were woken; idempotent."""
        with transaction(self._pool) as connection:
            connection.execute(RETRY_LISTED)
            (sleeping,) = connection.execute(_SLEEPING).fetchone() or (0,)
            (waiting,) = connection.execute(_WAITING, [_PROCESS]).fetchone() or (0,)
            missing = max(0, min(sleeping, _MOST_WAKE_UPS) - waiting)
            for _ in range(missing):
                self.wake(connection)
        return missing

    def run(
        self,
        work: Callable[[], None],
        stop: Event,
        tend: Callable[[], object] = lambda: None,
        *,
        small_only: bool = False,
    ) -> None:
        """Call `work` for every wake-up until `stop` is set, and let a call that runs come to its end.

        Of all that run, one calls `tend` every minute. A worker of small files is not woken for large ones.
        """
        queues = [QUEUE] if small_only else [QUEUE, LARGE]
        asyncio.run(self._run(self._app(work, tend), stop, queues))

    async def _run(self, app: procrastinate.App, stop: Event, queues: list[str]) -> None:
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=queues,
                    concurrency=1,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    fetch_job_polling_interval=_POLL_S,
                )
            )
            stopped = asyncio.create_task(asyncio.to_thread(_wait, stop, worker))
            await asyncio.wait([worker, stopped], return_when=asyncio.FIRST_COMPLETED)
            worker.cancel()
            await asyncio.wait([worker, stopped])
            if not worker.cancelled():
                worker.result()

    def _app(self, work: Callable[[], None], tend: Callable[[], object]) -> procrastinate.App:
        connector = procrastinate.PsycopgConnector(conninfo=self._url, min_size=1, max_size=4)
        app = procrastinate.App(connector=connector)

        @app.task(name=_PROCESS, queue=QUEUE)
        def process() -> None:
            work()

        @app.periodic(cron=_EVERY_FIVE_SECONDS)
        @app.task(name="reconcile", queue=QUEUE, queueing_lock="reconcile")
        async def reconcile(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER_S):
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
            await asyncio.to_thread(self.reconcile)

        @app.periodic(cron=_EVERY_MINUTE)
        @app.task(name="tend", queue=QUEUE, queueing_lock="tend")
        def tended(timestamp: int) -> None:  # noqa: ARG001 - the same
            tend()

        return app


def _wait(stop: Event, worker: "asyncio.Task[None]") -> None:
    """Block until `stop` is set or the worker has ended by itself."""
    while not stop.wait(_STOP_POLL_S) and not worker.done():
        pass
