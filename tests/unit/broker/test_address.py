"""The broker's address comes from its own settings and from nowhere else."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatbot_project.broker.address import address
from chatbot_project.broker.configuration import celery_configuration


@pytest.fixture(autouse=True)
def broker_settings(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.CELERY_BROKER_URL, settings.SQS_ENDPOINT_URL = "", ""
    settings.SQS_ACCESS_KEY_ID, settings.SQS_SECRET_ACCESS_KEY = "key", "se/cr+et"
    settings.SQS_REGION, settings.SQS_ACCOUNT_ID, settings.SQS_QUEUE_PREFIX = "eu-west-1", "42", "x-"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://cloud.example:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-the-cloud")
    return settings


def test_the_real_service_is_named_explicitly() -> None:
    found = address()
    assert found.endpoint_url == "https://sqs.eu-west-1.amazonaws.com"
    assert found.queue_url("background") == "https://sqs.eu-west-1.amazonaws.com/42/x-background"
    assert found.dead_letter_name("background") == "x-background-dead"
    assert found.access_key_id == "key"
    assert "se/cr+et" not in repr(found)


def test_a_broker_url_has_everything(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "sqs://other:p%2Fw@127.0.0.1:5600//"
    found = address()
    assert (found.endpoint_url, found.access_key_id) == ("http://127.0.0.1:5600", "other")
    assert found.secret_access_key == "p/w"


def test_an_endpoint_setting(settings: Any) -> None:
    settings.CELERY_BROKER_URL, settings.SQS_ENDPOINT_URL = "sqs://", "http://queue.example:9324/"
    assert address().endpoint_url == "http://queue.example:9324"


@pytest.mark.parametrize("name", ["SQS_ACCESS_KEY_ID", "SQS_SECRET_ACCESS_KEY"])
def test_missing_keys_are_named_and_never_taken_from_the_cloud(settings: Any, name: str) -> None:
    setattr(settings, name, "")
    with pytest.raises(ImproperlyConfigured, match=name):
        address()


def test_another_broker_is_refused(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1/0"
    with pytest.raises(ImproperlyConfigured, match="Only SQS is supported"):
        address()


def test_the_configuration_holds_no_secret_and_what_measurements_asked_for(settings: Any) -> None:
    settings.PROCESS_ROLE = "background"
    found = celery_configuration()
    assert "se/cr+et" not in repr(found)
    assert found["broker_url"] == found["broker_read_url"] == "safesqs://sqs.eu-west-1.amazonaws.com//"
    assert found["broker_transport_options"]["is_secure"] is True
    assert found["broker_transport_options"]["polling_interval"] == 0
    assert set(found["broker_transport_options"]["predefined_queues"]) == {"infrastructure", "background"}
    assert {queue.routing_key for queue in found["task_queues"]} == {"infrastructure", "background"}
    assert found["accept_content"] == ["json"]
    assert found["task_create_missing_queues"] is False
    assert found["task_acks_late"] is found["task_reject_on_worker_lost"] is True
    assert found["worker_prefetch_multiplier"] == 8
    settings.PROCESS_ROLE = "infrastructure"
    assert celery_configuration()["worker_prefetch_multiplier"] == 1
