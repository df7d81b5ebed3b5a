"""The fixtures every integration test rests on."""

import boto3
import redis
from django.db import connection
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo import connections


def test_orm_and_pymongo_meet_in_one_empty_database(mongo_db: Database[dict[str, object]]) -> None:
    assert User.objects.count() == 0
    user = User.objects.create_user("ada", password="engine")
    found = connections.collection("accounts_user").find_one({"username": "ada"})
    assert found is not None
    assert found["_id"] == user.id.hex
    assert connection.settings_dict["NAME"] == mongo_db.name


def test_the_database_is_empty_again(mongo_db: Database[dict[str, object]]) -> None:
    assert User.objects.count() == 0
    assert mongo_db["django_migrations"].estimated_document_count() > 0


def test_redis_answers(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url)
    assert client.dbsize() == 0
    client.close()


def test_emulators_are_two(sqs_endpoint: str, cloud_endpoint: str) -> None:
    assert sqs_endpoint != cloud_endpoint
    boto3.client("s3").create_bucket(Bucket="only-in-the-cloud")
    assert [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]] == ["only-in-the-cloud"]
