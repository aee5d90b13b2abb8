"""Evidence: the page of a port call as a person uses it, in Chromium, against the real service and its real answers."""

import shutil
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from api.demo.client import ServiceClient
from api.demo.port import TELEMETRY, demo_port

pytestmark = pytest.mark.browser


def address(port_call: dict[str, Any]) -> str:
    return f"/?portcall={port_call['id']}"


def rounded(value: float, decimals: int) -> Decimal:
    """The written number rounded half away from zero, as the page does; binary floats break ties either way."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def grouped(value: float, decimals: int) -> str:
    return f"{abs(rounded(value, decimals)):,}".replace(",", " ")


def test_the_weight_stands_with_its_interval_and_contains_the_truth(
    visit: Any, port_call: dict[str, Any]
) -> None:
    survey = port_call["survey"]
    page = visit(address(port_call))
    expect(page.locator("#cargo")).to_have_text(f"{grouped(survey['cargo_t'], 1)} t")
    expect(page.locator("#interval")).to_contain_text(f"± {grouped(survey['u95_t'], 1)} t 95 %")
    assert abs(survey["cargo_t"] - port_call["truth_t"]) <= survey["u95_t"]


def test_the_drafts_that_count_are_in_one_table(visit: Any, port_call: dict[str, Any]) -> None:
    cells = visit(address(port_call)).locator("#drafts td")
    expect(cells).to_have_count(12)
    expect(cells.nth(0)).to_have_text(f"{port_call['clip']['draft_m']:.3f}")
    # clips.toml: the final aft starboard draft is 6.1057 m
    expect(cells.nth(11)).to_have_text("6.106")


def test_a_reading_shows_evidence_and_series(visit: Any, port_call: dict[str, Any]) -> None:
    card = visit(address(port_call)).locator("[data-place=forward_port]").first
    expect(card.locator(".draft")).to_have_text(f"{port_call['clip']['draft_m']:.3f} m")
    card.scroll_into_view_if_needed()
    loaded = "image => image.complete && image.naturalWidth > 0"
    picture = card.locator(".evidence img")
    picture.evaluate("image => image.decode()")
    assert picture.evaluate(loaded)
    points = card.locator("svg.plot .levels").get_attribute("points")
    assert points is not None
    assert len(points.split()) == len(port_call["clip"]["result"]["series"])


def test_an_evidence_picture_opens_large_and_closes(visit: Any, port_call: dict[str, Any]) -> None:
    page = visit(address(port_call))
    page.locator("[data-place=forward_port] .evidence").first.click()
    expect(page.locator("#viewer img")).to_be_visible()
    page.locator("#viewer-close").click()
    expect(page.locator("#viewer")).to_be_hidden()


def test_a_refused_reading_says_why_in_the_language_of_the_page(
    visit: Any, port_call: dict[str, Any]
) -> None:
    refused = port_call["refused"]
    assert (refused["status"], refused["result"]["reason"]) == ("refused", "no_marks")
    english = visit(address(port_call)).locator("[data-place=aft_starboard]").first
    expect(english.locator(".warning")).to_have_text(refused["reason"])
    chinese = visit(address(port_call), locale="zh-CN").locator("[data-place=aft_starboard]").first
    expect(chinese.locator(".pill.refused")).to_have_text("拒读")
    expect(chinese.locator(".warning")).to_contain_text("未找到水尺标志")


def test_the_language_is_switched_and_kept(visit: Any, port_call: dict[str, Any]) -> None:
    page = visit(address(port_call))
    expect(page.locator("#weight")).to_contain_text("Cargo weight")
    page.locator("#language").click()
    expect(page.locator("#weight")).to_contain_text("货物重量")
    page.reload()
    expect(page.locator("#weight")).to_contain_text("货物重量")
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_budget_and_steps_are_complete(visit: Any, port_call: dict[str, Any]) -> None:
    document = port_call["survey"]["document"]
    page = visit(address(port_call))
    expect(page.locator("#budget tbody tr").first).to_contain_text("reading")
    page.locator("summary", has_text="Steps of the computation").click()
    expect(page.locator("#steps tbody tr")).to_have_count(len(document["conditions"][0]["steps"]))
    row = page.locator("#steps tr", has_text="Net displacement").first
    for condition in document["conditions"]:
        expect(row).to_contain_text(grouped(condition["net_displacement_t"], 1))


def test_the_reports_are_fetched_where_the_links_point(visit: Any, port_call: dict[str, Any]) -> None:
    page = visit(address(port_call))
    links = page.locator("#weight .links a").evaluate_all("links => links.map(link => link.href)")
    assert len(links) == len(port_call["survey"]["report_urls"])
    certificate = page.request.get(links[0])
    assert (certificate.status, certificate.body()[:5]) == (200, b"%PDF-")


def test_the_chain_of_records_is_verified(visit: Any, port_call: dict[str, Any]) -> None:
    page = visit(address(port_call))
    page.get_by_role("button", name="Verify the chain").click()
    expect(page.locator("#chain")).to_contain_text("The chain holds")
    page.locator("summary", has_text="records of this port call").click()
    expect(page.locator("td", has_text="Weight computed")).to_be_visible()


def test_a_reading_is_accepted_in_the_page(
    visit: Any, service: ServiceClient, undecided: dict[str, Any]
) -> None:
    assert undecided["status"] == "ok", undecided["reason"]
    page = visit(f"/?portcall={undecided['port_call_id']}")
    expect(page.locator("#weight button")).to_be_disabled()
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("[data-place=forward_port] .pill").first).to_have_text("accepted")
    expect(page.locator("#drafts td").first).to_have_text(f"{undecided['draft_m']:.3f}")
    decided = service.get(f"/api/v1/readings/{undecided['id']}")
    assert (decided["decision"], decided["decided_draft_m"]) == ("accepted", undecided["draft_m"])


def test_a_reading_is_rejected_with_its_reason(
    visit: Any, service: ServiceClient, undecided: dict[str, Any]
) -> None:
    page = visit(f"/?portcall={undecided['port_call_id']}")
    page.get_by_role("button", name="Reject").click()
    page.locator("#viewer input").fill("吃水线被碰垫遮挡")
    page.locator("#viewer").get_by_role("button", name="Reject").click()
    card = page.locator("[data-place=forward_port]").first
    expect(card.locator(".pill")).to_have_text("rejected")
    expect(card).to_contain_text("吃水线被碰垫遮挡")
    assert service.get(f"/api/v1/readings/{undecided['id']}")["decision_reason"] == "吃水线被碰垫遮挡"


def test_the_weight_is_computed_again_as_a_new_version(visit: Any, port_call: dict[str, Any]) -> None:
    page = visit(address(port_call))
    before = page.locator("#cargo").inner_text()
    expect(page.locator("#weight")).to_contain_text("Version 1")
    page.get_by_role("button", name="Compute again").click()
    expect(page.locator("#weight")).to_contain_text("Version 2")
    assert page.locator("#cargo").inner_text() == before


def test_hostile_names_come_out_as_text(visit: Any, port_call: dict[str, Any]) -> None:
    page = visit(address(port_call))
    expect(page.locator("h1")).to_have_text("<img src=x onerror=\"document.title='taken'\"> 🚢 丰收")
    page.wait_for_load_state("networkidle")
    assert page.locator("img[src='x']").count() == 0
    assert page.title() != "taken"


def test_telemetry_chosen_in_the_page_is_received(
    visit: Any, service: ServiceClient, port_call: dict[str, Any], tmp_path: Path
) -> None:
    chosen = tmp_path / "右舷 <b onclick=x>😀.SRT"
    shutil.copy(demo_port().folder / TELEMETRY, chosen)
    page = visit(address(port_call))
    section = page.locator(
        "section", has=page.get_by_role("heading", name="Final survey · Footage and flights")
    )
    section.locator("input[type=file]").set_input_files(chosen)
    expect(section.get_by_role("link", name=chosen.name)).to_be_visible()
    expect(section.locator("svg.track .levels")).to_be_visible()
    final = service.get(f"/api/v1/portcalls/{port_call['id']}/overview")["stages"][1]
    assert [file["file_name"] for flight in final["flights"] for file in flight["files"]] == [chosen.name]


def test_a_refused_file_keeps_no_other_from_being_received(
    visit: Any, port_call: dict[str, Any], complaints: list[str], tmp_path: Path
) -> None:
    text, telemetry = tmp_path / "no video.mp4", tmp_path / "second.SRT"
    text.write_text("this is text\n" * 100, encoding="utf-8")
    shutil.copy(demo_port().folder / TELEMETRY, telemetry)
    page = visit(address(port_call))
    section = page.locator(
        "section", has=page.get_by_role("heading", name="Initial survey · Footage and flights")
    )
    section.locator("input[type=file]").set_input_files([text, telemetry])
    expect(page.locator("#viewer .problem")).to_contain_text("no video.mp4")
    page.locator("#viewer-close").click()
    expect(section.get_by_role("link", name="second.SRT")).to_be_visible()
    expect(section.locator(".file", has_text="no video.mp4")).to_contain_text("kept aside")
    # The browser itself notes the refused request in its console.
    assert all("422" in said for said in complaints)
    complaints.clear()


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_a_phone_needs_no_sideways_scrolling(visit: Any, port_call: dict[str, Any], locale: str) -> None:
    page = visit(address(port_call), locale=locale, width_px=390)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_list_leads_to_the_port_call(visit: Any, port_call: dict[str, Any]) -> None:
    page = visit("/")
    page.locator(f"a.card[href$='{port_call['id']}']", has_text="丰收").click()
    expect(page.locator("#cargo")).to_be_visible()
    assert page.url.endswith(port_call["id"])


def test_an_unknown_port_call_is_said_in_the_words_of_the_service(visit: Any, complaints: list[str]) -> None:
    page = visit("/?portcall=0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10")
    expect(page.locator(".problem")).to_contain_text("There is no port call")
    complaints.clear()
