"""The client of a run: hands out the tasks, counts what came of them, and makes no verdict of less than all."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from checks.cluster.ledger import Ledger
from geo.errors import ZoneproofError

if TYPE_CHECKING:
    from distributed import Client, Future

ALLOWED_FAILURES = 3
"""So many workers may die over one task before it is given up."""
OURS = {
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 16 << 20,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 16 << 20,
}
"""How a cluster of our own is set: nobody looks at a profile taken every 10 ms; memory that is given back to the system
at every turn is asked for again at the next."""
WAIT_S = 20
"""How long a scheduler is waited for."""
Done = TypeVar("Done")


class Named(Protocol):
    """A task that can be named in a message."""

    @property
    def name(self) -> str:
        """What it is called."""


@dataclass(frozen=True)
class Cluster:
    """Where the tasks run: workers of our own on this machine, or a scheduler that is there already.

    `folder` is seen by client and workers alike; what is finished stays in it until `Ledger.clear`.
    """

    folder: Path
    workers: int = 2
    scheduler: str | None = None
    memory: str | None = None

    @property
    def ledger(self) -> Ledger:
        """What was finished, in this run or one before it."""
        return Ledger(self.folder)

    @contextmanager
    def client(self) -> Iterator[Client]:
        """A client of the scheduler. ZoneproofError where Dask is not installed or no scheduler answers."""
        try:
            import dask
            from distributed import Client, LocalCluster
        except ImportError as error:
            raise ZoneproofError("dask-missing", "--engine dask") from error
        dask.config.set({"distributed.scheduler.allowed-failures": ALLOWED_FAILURES, **OURS})
        if self.scheduler is not None:
            with _reached(Client, self.scheduler) as client:
                yield client
            return
        limit = {"memory_limit": self.memory} if self.memory else {}
        with (
            LocalCluster(
                n_workers=self.workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
                local_directory=str(self.folder / ".workers"),
                **limit,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client


@contextmanager
def _reached(client: Callable[..., Client], address: str) -> Iterator[Client]:
    try:
        reached = client(address, timeout=WAIT_S)
    except (OSError, ValueError, TimeoutError) as error:
        raise ZoneproofError("scheduler-unreachable", address, message=" ".join(str(error).split())) from error
    with reached:
        yield reached


def done_by(
    client: Client,
    work: Callable[..., Done],
    tasks: Mapping[str, Named],
    shared: Any,
    progress: Callable[[int, int], None],
) -> dict[str, Done]:
    """What came of every task, by its key. ZoneproofError, which names them, where some came to nothing."""
    from distributed import KilledWorker

    found: dict[str, Done] = {}
    lost: dict[str, Exception] = {}

    def tell(key: str, came: Done | Exception) -> None:
        if isinstance(came, Exception):
            lost[key] = came
        else:
            lost.pop(key, None)
            found[key] = came
        progress(len(found) + len(lost), len(tasks))

    _gathered(client, work, tasks, shared, tell)
    # a worker's death is laid to every task that it held: alone, each answers for itself
    for key in sorted(key for key, error in lost.items() if isinstance(error, KilledWorker)):
        _gathered(client, work, {key: tasks[key]}, shared, tell)
    if lost or found.keys() != tasks.keys():
        told = sorted((tasks[key].name, f"{type(error).__name__}: {_line(error)}") for key, error in lost.items())
        raise ZoneproofError(
            "tasks-lost",
            "--engine dask",
            count=len(told),
            tasks="; ".join(name for name, _ in told[:5]),
            reason=told[0][1] if told else "-",
        )
    return found


def _gathered(
    client: Client,
    work: Callable[..., Done],
    tasks: Mapping[str, Named],
    shared: Any,
    tell: Callable[[str, Done | Exception], None],
) -> None:
    """Have the tasks done, and tell of each, as it ends, what came of it."""
    from distributed import as_completed

    if not tasks:
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph")
        # as a task, so that it can be had again when every worker that held it is gone
        common = client.submit(_same, shared, pure=False)
    futures: dict[Future, str] = {
        client.submit(work, task, common, key, pure=False, retries=0): key for key, task in tasks.items()
    }
    for future in as_completed(futures):
        try:
            # of a task that was done by a worker that is gone by now, this has it done once more
            came = future.result()
        except Exception as error:
            came = error
        tell(futures[future], came)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _same(shared: Any) -> Any:
    return shared
