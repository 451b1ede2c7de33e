"""A worker of a cluster that dies just as it has told a result: Dask's executor takes the result for an error."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from distributed.cfexecutor import _cascade_future

from pilot_planner.errors import PilotPlannerError
from pilot_planner.studies.execution.workers import Crew


class _Lost:
    """A future of Dask whose result is there and whose worker is not."""

    status = "lost"

    def __init__(self, result):
        self._told = result

    async def _result(self, raiseit):
        return self._told


async def _lose(future):
    await _cascade_future(_Lost([1, 2, 3, 4]), future)


def _in_a_thread_of_its_own(work):
    """A browser that another test has opened may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(work).result()


class _Cluster:
    """Loses the worker of the first ``losses`` results."""

    def __init__(self, losses):
        self.losses = losses

    def submit(self, work, job):
        future = Future()
        if self.losses:
            self.losses -= 1
            _in_a_thread_of_its_own(lambda: asyncio.run(_lose(future)))
        else:
            future.set_result(work(job))
        return future

    def shutdown(self, **_):
        pass


def told(losses, work=lambda job: job * 10):
    with Crew() as crew:
        crew._executor = _Cluster(losses)
        return sorted(crew.results(work, [1, 2, 3], lambda: False))


def test_the_job_of_a_lost_worker_is_done_again():
    assert told(losses=2) == [(0, 10), (1, 20), (2, 30)]


def test_workers_that_are_lost_again_and_again_end_the_study_in_words():
    with pytest.raises(PilotPlannerError, match="workers died"):
        told(losses=1_000)


def test_an_error_of_the_work_itself_is_not_taken_for_a_lost_worker():
    def work(job):
        raise ValueError("of the work")

    with pytest.raises(ValueError, match="of the work"):
        told(0, work)
