"""A running service with a port call that was really read and weighed, and a Chromium that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from logged_in import token_of
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select

from api.auth.proving import CSRF_COOKIE, SESSION_COOKIE, csrf_token_of, sha256_of
from api.auth.service import open_session
from api.demo.client import ServiceClient, file_path, query
from api.demo.port import DemoPort, demo_port
from api.storage.database import Database
from api.storage.tables import AccessToken, Person

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Containers give Chromium neither the namespaces of its sandbox nor a graphics card.
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE_S = 300.0
POLL_S = 0.2
STAGES = ("initial", "final")
CLIP = "initial_forward_port.mp4"
HOSTILE = "<img src=x onerror=\"document.title='taken'\"> 🚢 丰收"
Visit = Callable[..., Page]
# What a page waits for may be work of a service on a busy machine.
expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceClient]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("service")
    environment = os.environ | {
        "HULLMARK_PORT": str(port),
        "HULLMARK_DATA_DIR": str(folder / "data"),
        "HULLMARK_WORKER_POLL_S": "0.1",
    }
    client = ServiceClient(address=f"http://127.0.0.1:{port}")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve"], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            await_true(client.is_ready)
            yield replace(client, token=written_token(folder / "data"))
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def written_token(data_dir: Path) -> str:
    """Write a person with every role beside the running service."""
    database = Database(data_dir / "hullmark.sqlite3", busy_timeout_s=PATIENCE_S)
    try:
        return token_of(database)
    finally:
        database.dispose()


@pytest.fixture(scope="session")
def session_secret(service: ServiceClient, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write a session of a browser that logged in; the form itself has a test of its own."""
    database = Database(
        next(tmp_path_factory.getbasetemp().glob("service*/data/hullmark.sqlite3")), busy_timeout_s=PATIENCE_S
    )
    try:
        with database.writing() as session:
            token = session.scalars(
                select(AccessToken).where(AccessToken.secret_sha256 == sha256_of(service.token))
            ).one()
            return open_session(session, session.get_one(Person, token.person_id))
    finally:
        database.dispose()


@pytest.fixture(scope="session")
def port_call(service: ServiceClient, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The demo's ship under a hostile name: one draft read from its clip, one refused, the others entered."""
    port = demo_port()
    call = declared(service, port)
    clip = read(service, call["id"], port.folder / "clips" / CLIP, "video/mp4", mark="forward", side="port")
    service.post(f"/api/v1/readings/{clip['id']}/accept", {})
    water = tmp_path_factory.mktemp("footage") / "only water.png"
    cv2.imwrite(str(water), np.full((360, 640, 3), (120, 90, 60), np.uint8))
    refused = read(service, call["id"], water, "image/png", mark="aft", side="starboard")
    enter_the_others(service, port, call["id"])
    survey = service.post("/api/v1/surveys", {"port_call_id": call["id"]})
    truth_t = port.content["truth"]["cargo_t"]
    return {"id": call["id"], "clip": clip, "refused": refused, "survey": survey, "truth_t": truth_t}


@pytest.fixture
def undecided(service: ServiceClient, tmp_path: Path) -> dict[str, Any]:
    """A port call whose only reading, of one frame of a clip, waits for a person's decision."""
    port = demo_port()
    call = declared(service, port)
    clip = cv2.VideoCapture(str(port.folder / "clips" / CLIP))
    _, frame = clip.read()
    clip.release()
    still = tmp_path / "frame.png"
    cv2.imwrite(str(still), frame)
    return read(service, call["id"], still, "image/png", mark="forward", side="port")


def declared(service: ServiceClient, port: DemoPort) -> dict[str, Any]:
    vessel = service.post("/api/v1/vessels", port.content["vessel"] | {"name": HOSTILE})
    table = query(f"/api/v1/vessels/{vessel['id']}/hydrostatic-tables", **port.content["hydrostatic_table"])
    service.upload("POST", table, port.folder / "hydrostatics.csv", media_type="text/csv")
    call: dict[str, Any] = service.post(
        "/api/v1/portcalls", port.content["port_call"] | {"vessel_id": vessel["id"], "voyage": HOSTILE}
    )
    for stage in STAGES:
        service.put(f"/api/v1/portcalls/{call['id']}/stages/{stage}", port.content["stages"][stage])
    return call


def read(
    service: ServiceClient, port_call_id: str, file: Path, media_type: str, *, mark: str, side: str
) -> dict[str, Any]:
    """Upload one file of the initial survey, and wait for what the reader says of it."""
    flight = service.post(
        "/api/v1/flights", {"port_call_id": port_call_id, "stage": "initial", "name": HOSTILE}
    )
    receipt = service.upload("PUT", file_path(flight["id"], file.name), file, media_type=media_type)
    asked = {"stage": "initial", "mark": mark, "side": side, "expected_range_m": [11.0, 14.0]}
    reading = service.post("/api/v1/readings", asked | {"footage_id": receipt["file"]["id"]})
    url = f"/api/v1/readings/{reading['id']}"
    await_true(lambda: service.get(url)["status"] not in {"queued", "running"})
    outcome: dict[str, Any] = service.get(url)
    return outcome


def enter_the_others(service: ServiceClient, port: DemoPort, port_call_id: str) -> None:
    """Enter the true drafts of the places that no clip was read for, as an observer would."""
    clips = tomllib.loads((port.folder / "clips.toml").read_text(encoding="utf-8"))["clip"]
    for clip in clips:
        if clip["file"] == CLIP:
            continue
        stage, mark, side = clip["file"].removesuffix(".mp4").split("_")
        entered = {
            "port_call_id": port_call_id,
            "stage": stage,
            "mark": mark,
            "side": side,
            "draft_m": clip["draft_m"],
            "standard_uncertainty_m": 0.01,
            "reason": HOSTILE,
            "observer": HOSTILE,
        }
        service.post("/api/v1/readings/manual", entered)


def await_true(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, f"did not happen within {PATIENCE_S} s"
        time.sleep(POLL_S)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; `make browser` installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of, and where it turned to beside the service; a test that expects some clears it."""
    return []


@pytest.fixture
def visit(
    browser: Browser, service: ServiceClient, session_secret: str, complaints: list[str]
) -> Iterator[Visit]:
    """Open an address in a browser of the given language and width; no test may leave a complaint."""
    contexts = []

    def visit(path: str, *, locale: str = "en-GB", width_px: int = 1440) -> Page:
        context = browser.new_context(locale=locale, viewport={"width": width_px, "height": 900})
        contexts.append(context)
        secrets = {SESSION_COOKIE: session_secret, CSRF_COOKIE: csrf_token_of(session_secret)}
        context.add_cookies(
            [{"name": name, "value": value, "url": service.address} for name, value in secrets.items()]
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(service.address) else complaints.append(asked.url),
        )
        page.goto(f"{service.address}{path}")
        page.wait_for_selector("#page h1, #page .problem")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
