"""Evidence: many threads, many processes and killed processes, on SQLite and on a real PostgreSQL server."""

import multiprocessing
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import UUID

import pytest
from chained_records import Chain
from record_appender import append_many
from sqlalchemy import select

from api.errors import UnknownCauseError
from api.storage.tables import Record, new_id

# Children of a server that has everything imported: they begin at once, and share nothing with this process.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["record_appender"])


@dataclass(frozen=True)
class Appender:
    process: BaseProcess
    notes: Path

    def is_at_work(self) -> bool:
        return self.notes.exists() and self.notes.stat().st_size > 0

    def acknowledged(self) -> list[str]:
        return self.notes.read_text(encoding="ascii").splitlines()


def start_appender(chain: Chain, count: int) -> Appender:
    url = chain.settings.database_url
    notes = chain.settings.data_dir / f"{new_id()}.notes"
    text = None if url is None else url.get_secret_value()
    process = PROCESSES.Process(target=append_many, args=(chain.settings.data_dir, text, count, notes))
    process.start()
    return Appender(process, notes)


def stored_ids(chain: Chain) -> list[str]:
    with chain.database.reading() as session:
        return [
            str(identifier) for identifier in session.scalars(select(Record.id).order_by(Record.sequence))
        ]


def test_fifty_threads_make_one_chain(chain: Chain) -> None:
    threads = [threading.Thread(target=chain.note_many, args=(4,)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = chain.verify()
    assert (found.faults, found.record_count, found.head_sequence) == ((), 200, 200)


def run_processes(chain: Chain, processes: int, records: int) -> None:
    running = [start_appender(chain, records) for _ in range(processes)]
    for appender in running:
        appender.process.join()
    assert [appender.process.exitcode for appender in running] == [0] * processes
    said = [identifier for appender in running for identifier in appender.acknowledged()]
    assert sorted(said) == sorted(stored_ids(chain))
    found = chain.verify()
    assert (found.faults, found.record_count) == ((), processes * records)


def test_processes_make_one_chain(chain: Chain) -> None:
    run_processes(chain, 4, 25)


@pytest.mark.soak
def test_fifty_processes_make_one_chain(chain: Chain) -> None:
    run_processes(chain, 50, 20)


def kill_appenders(chain: Chain, kills: int, *, at_once: int) -> list[str]:
    """Kill as many processes in the middle of their work, and give what they had acknowledged."""
    said: list[str] = []
    for _ in range(kills // at_once):
        running = [start_appender(chain, 1_000_000) for _ in range(at_once)]
        while not all(appender.is_at_work() for appender in running):
            time.sleep(0.01)
        for appender in running:
            time.sleep(random.uniform(0.0, 0.05))  # noqa: S311 (no secret)
            appender.process.kill()
            appender.process.join()
        assert [appender.process.exitcode for appender in running] == [-signal.SIGKILL] * at_once
        said += [identifier for appender in running for identifier in appender.acknowledged()]
    return said


def assert_nothing_lost(chain: Chain, said: list[str]) -> None:
    found = chain.verify()
    assert found.faults == ()
    stored = set(stored_ids(chain))
    assert [identifier for identifier in said if identifier not in stored] == []
    chain.note("the chain goes on")
    assert chain.verify().record_count == found.record_count + 1


def test_killed_appenders_lose_nothing_they_acknowledged(chain: Chain) -> None:
    assert_nothing_lost(chain, kill_appenders(chain, 8, at_once=4))


@pytest.mark.soak
def test_two_hundred_killed_appenders_lose_nothing_they_acknowledged(chain: Chain) -> None:
    said = kill_appenders(chain, 200, at_once=4)
    assert_nothing_lost(chain, said)
    sys.stdout.write(f"{len(said)} acknowledged records after 200 kills\n")


def test_order_of_records_is_order_of_commits(chain: Chain) -> None:
    # Whoever reads up to a sequence never finds a smaller one later.
    stop = threading.Event()
    late: list[tuple[int, int]] = []

    def follow() -> None:
        seen = 0
        while not stop.is_set():
            with chain.database.reading() as session:
                found = list(session.scalars(select(Record.sequence).order_by(Record.sequence)))
            if found != list(range(1, len(found) + 1)):
                late.append((seen, len(found)))
            seen = len(found)

    reader = threading.Thread(target=follow)
    reader.start()
    writers = [threading.Thread(target=chain.note_many, args=(10,)) for _ in range(6)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert late == []


def test_a_record_rests_on_records_that_are_there(chain: Chain) -> None:
    first = chain.note("a")
    chain.note("b", causes=[first])
    unknown = new_id()
    with pytest.raises(UnknownCauseError, match=str(unknown)):
        chain.note("c", causes=[first, unknown])
    assert chain.verify().record_count == 2


def test_a_cause_in_the_same_transaction_counts(chain: Chain) -> None:
    from chained_records import Noted

    from api.records.payloads import Subject
    from api.records.service import append

    with chain.database.writing() as session:
        subject = Subject.vessel(UUID(int=1))
        first = append(session, Noted(text="a", value=1.0), subject=subject, actor="t")
        append(session, Noted(text="b", value=2.0), subject=subject, actor="t", causes=[first.id])
    assert chain.verify().intact
