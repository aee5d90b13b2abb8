"""Evidence: a person logs in with a one-time password in either language, chooses another one, and logs out."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.demo.client import ServiceClient
from api.storage.tables import DEFAULT_SITE_ID

pytestmark = pytest.mark.browser
PASSWORD = "seven grey cranes at berth 4"  # noqa: S105 (of nobody)


@pytest.fixture
def open_page(browser: Browser, service: ServiceClient) -> Iterator[Any]:
    contexts = []

    def open_page(locale: str) -> Page:
        context = browser.new_context(locale=locale, viewport={"width": 1280, "height": 800})
        contexts.append(context)
        page = context.new_page()
        page.goto(service.address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_a_person_logs_in_chooses_a_password_and_logs_out(
    open_page: Any, service: ServiceClient, locale: str
) -> None:
    name = f"王伟 {locale}"
    body = {"name": name, "roles": ["weigher"], "site_ids": [str(DEFAULT_SITE_ID)]}
    one_time_password = service.post("/api/v1/people", body)["one_time_password"]
    page = open_page(locale)
    sign_in(page, name, "this is not the password")
    expect(page.locator(".login .problem")).to_be_visible()
    sign_in(page, name, one_time_password)
    page.locator("input[name=present]").fill(one_time_password)
    page.locator("form.login input[type=password]").last.fill(PASSWORD)
    page.locator("form.login button").click()
    expect(page.locator("#person")).to_contain_text(name)
    page.locator("#log-out").click()
    expect(page.locator("input[name=name]")).to_be_visible()
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "hullmark_session"]
    sign_in(page, name, PASSWORD)
    expect(page.locator("#person")).to_contain_text(name)


def sign_in(page: Page, name: str, password: str) -> None:
    page.locator("input[name=name]").fill(name)
    page.locator("form.login input[type=password]").fill(password)
    page.locator("form.login button").click()
