"""A port call with an announced flight, and a server that can be hung up on."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from api_rows import add_port_call
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.http_protocol import ProblemProtocol
from api.storage.database import Database


@pytest.fixture
def port_call_id(database: Database) -> str:
    return str(add_port_call(database))


@pytest.fixture
def flight(client: TestClient, port_call_id: str) -> dict[str, Any]:
    body = {"port_call_id": port_call_id, "stage": "initial", "name": "左舷 01 🚁"}
    answer = client.post("/api/v1/flights", json=body)
    assert answer.status_code == 201, answer.text
    flight: dict[str, Any] = answer.json()
    return flight


@pytest.fixture
def address(client: TestClient, app: FastAPI) -> Iterator[tuple[str, int]]:
    """The same application on a real socket: only there can a connection be cut."""
    assert client is not None
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=ProblemProtocol, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()
    server.should_exit = True
    thread.join()
    listening.close()
