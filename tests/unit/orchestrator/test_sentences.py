"""Stored sentences are read in the reader's language, by what they are made of."""

import json
import pickle
from typing import Any

import pytest
from django.utils import translation

from orchestrator.documents import encode
from orchestrator.executors.masking import MASK, Secrets
from orchestrator.executors.terraform.sentences import done_sentence, drift_sentence, plan_sentence, undone_sentence
from orchestrator.life.lifetimes import seconds_words
from orchestrator.plan_types import PlanBlast
from orchestrator.plan_views import plan_view
from orchestrator.policy.verdicts import BadAnswer, verdict_read
from orchestrator.sentences import (
    Sentence,
    capital,
    joined,
    listing,
    placed_stated,
    result_stated,
    stated,
    stated_many,
    template_stated,
    word_stated,
)
from orchestrator.translated import beside, for_reader, told, told_all
from orchestrator.types import Actor, Demand, PlanCounts, PlannedChange, PlanSummary


def german(text: str) -> Any:
    """As it is read after it was stored: BSON keeps what JSON keeps."""
    kept = json.loads(json.dumps(beside("text", text)))
    with translation.override("de"):
        return told(kept, "text")


@pytest.mark.parametrize(
    ("text", "english", "said"),
    [
        (stated("canceled by %(name)s", name="100% demo"), "canceled by 100% demo", "abgebrochen von 100% demo"),
        (stated_many("%(number)s day", "%(number)s days", 1), "1 day", "1 Tag"),
        (stated_many("%(number)s day", "%(number)s days", 2), "2 days", "2 Tage"),
        (listing(["a", "b", "c"]), "a, b and c", "a, b und c"),
        (
            joined((stated("Nothing has to change."), "ok")),
            "Nothing has to change. ok",
            "Es muss nichts geändert werden. ok",
        ),
        (capital(stated("stopping")), "Stopping", "Wird angehalten"),
        (word_stated("List buckets"), "List buckets", "Buckets auflisten"),
        (word_stated("What its author wrote"), "What its author wrote", "What its author wrote"),
        (
            placed_stated("Without the tag owner: %s.", ["a, b"]),
            "Without the tag owner: a, b.",
            "Ohne die Markierung owner: a, b.",
        ),
        (
            template_stated(
                "The server {name} ({found.id}) is stopped already.", {"name": "{found.id}", "found.id": "i-1"}
            ),
            "The server {found.id} (i-1) is stopped already.",
            "Der Server {found.id} (i-1) ist schon angehalten.",
        ),
        (seconds_words(5400), "1 hour and 30 minutes", "1 Stunde und 30 Minuten"),
    ],
)
def test_a_sentence_is_english_and_is_read_in_the_readers_language(text: str, english: str, said: str) -> None:
    assert text == english
    assert german(text) == said
    assert pickle.loads(pickle.dumps(text)) == english


def test_what_was_stored_before_or_changed_since_is_shown_as_it_is() -> None:
    with translation.override("de"):
        assert told({"text": "canceled by demo"}, "text") == "canceled by demo"
        changed = {**beside("text", stated("canceled by %(name)s", name="demo")), "text": "canceled by (masked)"}
        assert told(changed, "text") == "canceled by (masked)"
        assert told({"why": ["a"], "why_told": None}, "why") == ("a",)


def test_facts_stand_beside_every_sentence_of_a_document() -> None:
    plan = PlanSummary(
        PlanCounts(create=1),
        (),
        "a" * 64,
        stated("Nothing has to change."),
        demands=(Demand("two", (), stated("%(message)s (%(rule)s)", message="m", rule="r")),),
        blast=PlanBlast(stated("data will be lost")),
    )
    kept = json.loads(json.dumps(encode(plan)))
    assert kept["blast"]["sentence"] == "data will be lost"
    with translation.override("de"):
        read = plan_view(kept)
        again = encode(read)
    assert read is not None and read.blast is not None
    assert again["blast"] == kept["blast"]
    assert for_reader(read).text == "Nothing has to change."
    assert (read.text, read.blast.sentence) == ("Es muss nichts geändert werden.", "Daten gehen verloren")
    assert told_all({"a": "b", "a_told": None}) == {"a": "b"}
    assert encode({"actor": Actor("1", "x")}) == {"actor": {"id": "1", "name": "x"}}


def test_a_result_keeps_its_lines_apart_from_their_words() -> None:
    result = {"item": "- {name} ({id}): {state}, {type}", "template": "Servers in {environment} ({count}):\n{items}"}
    found = [{"name": "web", "id": "i-1", "state": "running", "type": "t3"}]
    text = result_stated(result, found, {"environment": "staging"})
    assert text == "Servers in staging (1):\n- web (i-1): running, t3"
    assert german(text) == "Server in staging (1):\n- web (i-1): running, t3"
    assert (
        german(result_stated({"empty": "The bucket {name} is empty."}, [], {"name": "b"})) == "Der Bucket b ist leer."
    )


def test_secrets_are_taken_out_of_the_facts_as_well() -> None:
    text = Secrets(["hunter22"]).scrub(stated("canceled by %(name)s", name="hunter22"))
    assert text == f"canceled by {MASK}"
    assert isinstance(text, Sentence)
    assert "hunter22" not in json.dumps(beside("text", text))
    of_the_words = Secrets(["canceled"]).scrub(stated("canceled by %(name)s", name="x"))
    assert beside("text", of_the_words) == {"text": f"{MASK} by x", "text_told": None}


def test_what_terraform_does_is_told() -> None:
    changes = [
        PlannedChange("aws_s3_bucket.a", "aws_s3_bucket", "create"),
        PlannedChange("aws_eip.a", "aws_eip", "delete"),
        PlannedChange("aws_eip.b", "aws_eip", "delete"),
    ]
    assert plan_sentence(changes) == "Creates 1 bucket and deletes 2 public addresses."
    assert german(plan_sentence(changes)) == "Legt 1 Bucket an und löscht 2 öffentliche Adressen."
    assert german(drift_sentence(changes[:1])) == (
        "1 Ressource außerhalb von Terraform geändert: aws_s3_bucket.a wurde angelegt."
    )
    assert german(done_sentence([("a", "create"), ("b", "delete")])) == "Fertig: 1 angelegt und 1 gelöscht."
    assert german(undone_sentence("Why.", ["a"], ["a", "b"])) == "Why. Begonnen und nicht fertig: a. Nicht erledigt: b."


def test_a_rule_tells_its_message_as_a_text_and_its_values() -> None:
    message = ["%s is not encrypted: %s is off.", "aws_db_instance.this", "storage_encrypted"]
    (denial,) = verdict_read("encryption", {"deny": [{"message": message}]}).denials
    assert denial.message == "aws_db_instance.this is not encrypted: storage_encrypted is off."
    assert german(denial.message) == "aws_db_instance.this ist nicht verschlüsselt: storage_encrypted ist aus."
    for wrong in (
        [],
        ["%s"],
        ["%d", 1],
        [
            "100%",
        ],
        [1],
        ["%s %s", "one"],
        # What is cut off is not counted.
        ["x" * 499 + "%s", "one"],
    ):
        with pytest.raises(BadAnswer):
            verdict_read("x", {"deny": [{"message": wrong}]})


_DEEP: dict[str, Any] = {"capital": "x"}
for _level in range(2000):
    _DEEP = {"capital": _DEEP}


@pytest.mark.parametrize(
    "facts",
    [
        {"say": "%(name)s", "with": {}},
        {"say": "%(name)d", "with": {"name": "x"}},
        {"say": "100% of it", "with": {}},
        {"say": 5, "with": {}},
        {"say": "a day", "many": "days", "with": {}},
        {"word": "bucket", "many": "buckets"},
        {"word": "%s", "at": []},
        {"fill": "{name}", "with": None},
        {"list": []},
        {"join": 5, "by": ""},
        pytest.param(_DEEP, id="deep"),
        ["say"],
        "say",
    ],
)
def test_facts_that_fit_no_sentence_leave_the_text_as_it_is(facts: Any) -> None:
    with translation.override("de"):
        assert told({"text": "as stored", "text_told": facts}, "text") == "as stored"
        assert told({"text": ["as stored"], "text_told": [facts]}, "text") == ("as stored",)


def test_a_translation_that_names_what_is_not_there_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    made = stated("canceled by %(name)s", name="demo")
    kept = beside("text", made)
    monkeypatch.setattr("orchestrator.translated.gettext", lambda text: "abgebrochen von %(nam)s")
    assert told(kept, "text") == "canceled by demo"
    assert for_reader((made,)) == ("canceled by demo",)


def test_what_somebody_gave_is_never_taken_for_what_a_sentence_is_made_of() -> None:
    for value in ({"say": "%(secret)s", "with": {}}, {"word": "List buckets"}, ["a", {"word": "List buckets"}]):
        made = stated("It is %(value)s.", value=value)
        assert german(made) == f"It is {value}."
