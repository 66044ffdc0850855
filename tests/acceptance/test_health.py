"""`/health`, `/ready` and `/metrics` of a gateway that runs, asked over HTTP."""

import json
import threading
import urllib.error
import urllib.request
from pathlib import Path

from gateway import bootstrap, health
from tests.acceptance.support import Running, awaited, entries_of, sample_of


def port_of(gateway: Running) -> int:
    told = [json.loads(line) for line in gateway.log.read_text().splitlines() if line.startswith("{")]
    return int([it["port"] for it in told if it["event"] == "health"][-1])


def asked(port: int, what: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{what}") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def figure(text: str, name: str) -> float:
    (found,) = [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(f"learner_gateway_{name} ")]
    return float(found)


def test_a_gateway_that_runs_is_alive_and_ready_and_tells_its_figures(gateway: Running) -> None:
    port = port_of(gateway)
    assert asked(port, "health") == (200, "alive\n")
    awaited(lambda: asked(port, "ready") == (200, "ready\n"), "readiness")
    sample = sample_of([it.learner for it in entries_of(60)[:40]], minutes=41)
    receipt = gateway.put(sample.name, sample.content)
    assert receipt["place"] >= 1
    gateway.answer(receipt)
    code, text = asked(port, "metrics")
    assert code == 200
    assert 'learner_gateway_response_seconds_count{kind="lrb-csv"}' in text
    assert 'learner_gateway_submissions{kind="lrb-csv",status="delivered"}' in text
    assert figure(text, 'workers{state="alive"}') == 2
    assert figure(text, "queue_waiting") >= 0
    assert "kingsway" not in text
    assert sample.name not in text
    assert asked(port, "secrets")[0] == 404


def test_a_gateway_that_is_starting_or_stopping_is_alive_and_not_ready() -> None:
    stop = threading.Event()
    it = health.Health(stop)
    assert "starting" in it.why_not_ready()
    assert it.metrics() == b""
    stop.set()
    assert "stopped" in it.why_not_ready()


def test_a_gateway_whose_database_or_file_store_does_not_answer_is_not_ready(gateway: Running, tmp_path: Path) -> None:
    it = health.Health(threading.Event())
    with bootstrap.opened(gateway.home) as house:
        it.house = house
        assert it.why_not_ready() == ""
        files = house.gateway.files
        root, files._root = files._root, tmp_path / "nowhere" / "at all"
        assert "file store" in it.why_not_ready()
        files._root = root
    assert "database" in it.why_not_ready()
