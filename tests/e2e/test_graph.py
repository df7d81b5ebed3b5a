"""The graph of a plan's resources, drawn from what the plan's REST answer has."""

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import expect_accessible
from tests.e2e.pages import Complaints
from tests.e2e.still import run, still_page

pytestmark = pytest.mark.browser

DRAW = """const { graph } = await load("graph");
const began = performance.now();
document.querySelector("main").append(graph(values[0]));
document.querySelector(".graph-window").clientHeight;
return performance.now() - began;"""
OVERLAPS = """
const boxes = [...document.querySelectorAll(".graph-node .graph-box")].map((each) => each.getBoundingClientRect());
const meet = (one, two) => one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom;
return boxes.filter((one, at) => boxes.slice(at + 1).some((two) => meet(one, two))).length;"""


def node(name: str, action: str, instances: int = 1) -> dict[str, Any]:
    *module, kind, _name = name.split(".")
    return {"id": name, "type": kind, "module": ".".join(module[1:]), "action": action, "instances": instances}


SMALL = {
    "nodes": [
        node("aws_s3_bucket.this", "create"),
        node("aws_s3_bucket_policy.this", "update"),
        node("module.keys.aws_kms_key.main", "delete", 3),
        node("aws_sns_topic.news", "replace"),
        node("aws_sqs_queue.alone", "no-op"),
    ],
    "edges": [
        ["aws_s3_bucket_policy.this", "aws_s3_bucket.this"],
        ["aws_s3_bucket.this", "module.keys.aws_kms_key.main"],
        ["aws_s3_bucket_policy.this", "aws_sns_topic.news"],
        ["aws_s3_bucket.this", "data.nowhere.known"],
    ],
    "complete": False,
}


@pytest.fixture
def page(browser: Browser, complaints: Complaints) -> Page:
    page = browser.new_context(reduced_motion="reduce").new_page()
    complaints.watch(page)
    return still_page(page, "graph")


def test_a_graph_is_seen_heard_and_walked_through(page: Page) -> None:
    run(page, DRAW, SMALL)
    nodes = page.locator(".graph-node")
    expect(nodes).to_have_count(5)
    expect(page.locator(".graph-edge")).to_have_count(3)
    expect(page.get_by_role("img", name="aws_s3_bucket.this, to create")).to_have_accessible_name(
        "aws_s3_bucket.this, to create; depends on module.keys.aws_kms_key.main, data.nowhere.known; "
        "1 resource depends on it"
    )
    signs = page.locator(".graph-sign").all_text_contents()
    assert sorted(signs) == sorted("+~−±=")
    expect(page.get_by_text("There are more resources than are drawn here")).to_be_visible()
    policy = page.get_by_role("img", name="aws_s3_bucket_policy.this")
    policy.focus()
    expect(page.locator(".graph-edge.near")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(policy).not_to_be_focused()
    expect(page.locator(".graph-node:focus")).to_have_count(1)
    assert page.locator(".graph-node[tabindex='0']").count() == 1
    page.get_by_text("The same as a list").click()
    expect(page.get_by_role("listitem").filter(has_text="aws_s3_bucket.this, to create")).to_be_visible()
    expect_accessible(page)


def test_its_size_is_chosen(page: Page) -> None:
    run(page, DRAW, SMALL)
    picture = page.locator(".graph-picture")
    before = picture.bounding_box()
    page.get_by_role("button", name="Larger").click()
    after = picture.bounding_box()
    assert before and after
    assert after["width"] > before["width"] * 1.2


def test_two_hundred_resources_are_drawn_at_once(page: Page) -> None:
    run(page, DRAW, SMALL)
    page.reload()
    took = run(page, DRAW, large(200))
    expect(page.locator(".graph-node")).to_have_count(200)
    assert run(page, OVERLAPS) == 0
    # On a machine that nothing else uses it is a tenth of this.
    assert took < 2_000


def large(count: int) -> dict[str, Any]:
    """A stack of many parts: a network, chains of what stands in it, and resources that nothing ties to anything."""
    kinds = ("aws_subnet", "aws_instance", "aws_security_group", "aws_ebs_volume")
    ids = ["aws_vpc.main", *(f"{kinds[number % 4]}.n{number}" for number in range(1, count))]
    actions = ("create", "update", "no-op", "replace", "delete")
    nodes = [node(each, actions[at % 5]) for at, each in enumerate(ids)]
    tied = ids[: count * 3 // 4]
    edges = [[each, tied[0]] for each in tied[1::4]]
    edges += [[two, one] for one, two in pairwise(tied) if one != tied[0]][::2]
    edges += [[tied[at], tied[at // 2]] for at in range(2, len(tied), 3)]
    return {"nodes": nodes, "edges": edges, "complete": True}
