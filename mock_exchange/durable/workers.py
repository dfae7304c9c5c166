"""Who waits for the disk: a thread that does one job after another, or the caller itself."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

Job = Callable[[], None]
Done = Callable[[OSError | None], None]


def _outcome(job: Job) -> OSError | None:
    try:
        job()
    except OSError as error:
        return error
    return None


class WriterThread:
    """One thread, for as long as the exchange serves."""

    def __init__(self, call_soon: Callable[[Callable[[], None]], object]) -> None:
        """``call_soon`` brings a call into the event loop from another thread."""
        self._call_soon = call_soon
        self._jobs: SimpleQueue[tuple[Job, Done] | None] = SimpleQueue()
        # A daemon, so that an exchange that fails on its way up is not kept from leaving.
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def submit(self, job: Job, done: Done) -> None:
        self._jobs.put((job, done))

    def _run(self) -> None:
        while (task := self._jobs.get()) is not None:
            job, done = task
            error = _outcome(job)
            self._call_soon(lambda done=done, error=error: done(error))  # type: ignore[misc]

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()


class InPlace:
    """For writes that are not synced: into the page cache takes less time than a thread needs to wake."""

    def submit(self, job: Job, done: Done) -> None:
        done(_outcome(job))

    def close(self) -> None:
        """There is nothing under way."""
