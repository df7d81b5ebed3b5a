import base64
import json

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.executors.masking import MASK, Secrets, marked, mask_marked

PEM = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqh\nkiG9w0BAQEFAASCB\n-----END KEY-----"


def test_a_secret_is_found_in_the_forms_texts_take() -> None:
    secrets = Secrets(['p"ss w/rd'])

    for text in ('p"ss w/rd', json.dumps('p"ss w/rd'), "p%22ss%20w%2Frd", base64.b64encode(b'p"ss w/rd').decode()):
        assert MASK in secrets.scrub(f"before {text} after")
        assert "w/rd" not in secrets.scrub(text)


def test_lines_of_a_key_are_secret_too() -> None:
    assert Secrets([PEM]).scrub("got MIIEvQIBADANBgkqh here") == f"got {MASK} here"


def test_short_values_are_not_looked_for_in_texts() -> None:
    assert Secrets(["yes", 1, True, None]).scrub("yes, 1 of them") == "yes, 1 of them"


def test_longer_secrets_win_over_their_parts() -> None:
    assert Secrets(["hunter", "hunter2-long"]).scrub("hunter2-long hunter") == f"{MASK} {MASK}"


def test_values_keys_and_numbers_inside_a_document_are_masked() -> None:
    secrets = Secrets([{"pin": 987654, "words": ["opensesame"]}])

    masked = secrets.mask({"opensesame": ["x opensesame", 987654, 3, True, None]})

    assert masked == {MASK: [f"x {MASK}", MASK, 3, True, None]}


def test_marks_replace_what_they_stand_for() -> None:
    value = {"user": "joe", "pass": "s", "list": ["a", "b"], "none": None}

    masked = mask_marked(value, {"pass": True, "list": [False, True], "none": True})

    assert masked == {"user": "joe", "pass": MASK, "list": ["a", MASK], "none": None}
    assert mask_marked(value, True) == MASK
    assert list(marked(value, {"pass": True, "list": [False, True]})) == ["s", "b"]


texts = st.characters(codec="utf-8", exclude_characters="\x00")


@given(st.text(texts, min_size=4, max_size=40), st.text(texts, max_size=40), st.text(texts, max_size=40))
def test_no_secret_survives(secret: str, before: str, after: str) -> None:
    scrubbed = Secrets([secret]).scrub(before + secret + after)

    # What is left may contain it only where the mask itself does.
    assert secret not in scrubbed.replace(MASK, "\x00") or secret in MASK or secret in before + after
