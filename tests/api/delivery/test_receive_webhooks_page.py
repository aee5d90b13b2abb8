"""Evidence: the page for receivers is executed: its program receives, verifies and refuses what the service sends."""

import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import HTTPServer
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shared_data import REPOSITORY

from api.delivery.outcome import LONGEST_ASKED_S, REFUSED_ATTEMPTS, Schedule
from api.delivery.schemas import SubscriptionBody
from api.settings import Settings

PAGE = (REPOSITORY / "docs/how-to/receive-webhooks.md").read_text(encoding="utf-8")
Append = Callable[[int], list[int]]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def program() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(blocks("python")[0], "receive-webhooks.md", "exec"), names)  # noqa: S102  (our own page)
    return names


def test_the_program_takes_what_the_service_sends_and_nothing_else(
    program: dict[str, Any],
    client: TestClient,
    append: Append,
    steps: Callable[[dict[str, Any]], Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    program["Receiver"].log_message = lambda *_: None
    server = HTTPServer(("127.0.0.1", 0), program["Receiver"])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        made = client.post(
            "/api/v1/delivery/subscriptions",
            json=subscription_on_the_page() | {"target": address, "record_kinds": ["delivery.secret*"]},
        )
        program["SECRET"] = made.json()["secret"]
        places = append(2)
        steps(made.json()).until_settled(places[-1])
        forged = urllib.request.Request(
            address,
            data=b"{}",
            headers={"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"},
        )
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(forged, timeout=10)  # noqa: S310
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    printed = [
        line for line in capsys.readouterr().out.splitlines() if line.endswith("delivery.secret_rotated")
    ]
    assert printed == [f"{place} delivery.secret_rotated" for place in places]


def subscription_on_the_page() -> dict[str, Any]:
    (text,) = re.findall(r"-d '(\{.*?\})'", PAGE, re.DOTALL)
    document: dict[str, Any] = json.loads(text)
    return document


def test_the_subscriptions_on_the_page_are_accepted(client: TestClient) -> None:
    made = client.post("/api/v1/delivery/subscriptions", json=subscription_on_the_page())
    assert made.status_code == 201, made.text
    SubscriptionBody.model_validate_json(blocks("json")[1])


def test_the_schedule_on_the_page_is_that_of_the_settings() -> None:
    settings = Settings()
    schedule = Schedule(
        first_s=settings.delivery_first_retry_s,
        longest_s=settings.delivery_longest_retry_s,
        max_attempts=settings.delivery_max_attempts,
    )
    pauses = [schedule.plain_pause_s(failures) for failures in range(1, schedule.max_attempts)]
    assert f"tried {schedule.max_attempts} times" in PAGE
    assert "after 5 s, 15 s, 45 s, 135 s, 7 min, 20 min, 1 h, 3 h, then every 4 h" in PAGE
    assert [round(pause) for pause in pauses[:4]] == [5, 15, 45, 135]
    assert [round(pause / 60) for pause in pauses[4:6]] == [7, 20]
    assert [round(pause / 3600) for pause in pauses[6:]] == [1, 3, 4, 4, 4]
    assert f"{round(sum(pauses) / 3600 * 2) / 2:g} h in all" in PAGE
    assert REFUSED_ATTEMPTS == 3
    assert LONGEST_ASKED_S == 86_400.0
