"""Evidence: what the web process loads, the OpenAPI document, and the headers of every answer."""

import re
import subprocess
import sys

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from logged_in import log_in

from api.app import create_app
from api.page import web_folder
from api.settings import Settings

HEAVY = {"cv2", "openvino", "torch", "ultralytics", "vision", "av", "onnxruntime"}


def test_the_web_process_starts_without_anything_heavy() -> None:
    script = (
        "import sys; from api.app import create_app; from api.settings import Settings; import api.child;"
        "create_app(Settings()); print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded & HEAVY == set()


def test_operation_ids_are_stable_and_unique(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    operations = [
        operation
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert {"register_vessel", "declare_port_call", "verify_records", "import_hydrostatic_table"} <= set(
        names
    )


def test_every_operation_is_described_and_refers_to_what_exists(client: TestClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    document = answer.json()
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["description"]
    referred = set(re.findall(r'"#/components/schemas/([^"]+)"', answer.text))
    assert referred <= document["components"]["schemas"].keys()
    assert "ProblemView" in referred
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_answer_carries_the_safe_headers(client: TestClient) -> None:
    for path in ("/health/live", "/api/v1/vessels", "/nothing", "/metrics"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "né"])
def test_a_request_id_that_could_forge_log_lines_is_replaced(client: TestClient, given: str) -> None:
    answer = client.get("/health/live", headers=[(b"x-request-id", given.encode())])
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])


def test_metrics_count_by_route_and_not_by_identifier(client: TestClient) -> None:
    client.get("/api/v1/vessels/0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10")
    text = client.get("/metrics").text
    assert 'route="/api/v1/vessels/{vessel_id}",status="404"' in text
    assert "0190d0a4" not in text


def test_the_page_comes_from_the_web_folder_and_nothing_outside_it(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("web")
    (folder / "index.html").write_text("<!doctype html><title>页</title>", encoding="utf-8")
    (folder.parent / "secret.txt").write_text("secret", encoding="utf-8")
    monkeypatch.setattr("api.page.web_folder", lambda: folder)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        assert "页" in client.get("/").text
        for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/api/index.html"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


def test_the_web_folder_stands_beside_the_packages_or_in_the_wheel() -> None:
    assert web_folder().name == "web"


def test_starting_twice_on_the_same_folder_migrates_once(settings: Settings, app: FastAPI) -> None:
    body = {"name": "A", "length_between_perpendiculars_m": 100.0}
    with TestClient(app, base_url="http://localhost") as client:
        log_in(client)
        identifier = client.post("/api/v1/vessels", json=body).json()["id"]
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        log_in(client)
        assert client.get(f"/api/v1/vessels/{identifier}").json()["name"] == "A"
