"""Files that are broken or made to hurt: each is refused with a sentence, quickly, and nothing else happens."""

import io
import json
import random
import zipfile
from pathlib import Path

import pytest

from nlu.errors import ImportRefused
from nlu.exchange import collecting, files, files_at, files_of, nodes, read
from tests.unit.nlu.exchange import samples

HEAD = "format: infrachat-nlu\nversion: 1\n"


def bomb() -> str:
    """Each line ten times the one before: a billion words, if anybody resolved them."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]" for n in range(9)]
    return "\n".join(lines)


REFUSED = {
    "alias bomb": ("x.yml", bomb(), "alias"),
    "deep yaml": ("x.yml", "[" * 5_000, "nested deeper"),
    "deep yaml in blocks": ("x.yml", "\n".join("  " * n + "- " * 2 + "a:" for n in range(200)), ""),
    "deep json": ("x.json", "[" * 100_000, "nested deeper"),
    "object": ("x.yml", HEAD + "intents: !!python/object/new:os.system [echo]", "the tag"),
    "binary": ("x.yml", HEAD + "intents: !!binary aGk=", "the tag"),
    "key that is a list": ("x.yml", "? [a]\n: b\n", "a name must be text"),
    "merge": ("x.yml", HEAD + "intents:\n  <<: {examples: [a]}\n  a: {<<: {examples: [b]}}\n", "has no '<<'"),
    "not json": ("x.json", "{'a': 1}", 'a name in "quotes" is missing'),
    "nan": ("x.json", '{"a": NaN}', "a value is missing"),
    "infinity": ("x.json", '{"a": Infinity}', "a value is missing"),
    "trailing comma": ("x.json", '{"a": [1,]}', "a value is missing"),
    "cut off": ("x.json", '{"rasa_nlu_data": {"common_examples": [{"text": "x', "Unterminated string"),
    "two documents": ("x.json", "{}{}", "something follows"),
    "doubled name": ("x.json", '{"a": 1,\n "a": 2}', "stands here a second time; it is on line 1"),
    "control character": ("x.yml", "a: \x01", "no YAML"),
    "empty": ("x.json", "", "a value is missing"),
    "text": ("x.yml", "just words", "no training data of a known format"),
    "nothing": ("x.yml", "", "no training data of a known format"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    path, text, sentence = REFUSED[name]
    with pytest.raises(ImportRefused) as caught:
        read({path: text})
    assert caught.value.detail.startswith(f"{path}, line ")
    assert sentence in caught.value.detail


def test_a_number_of_a_million_digits_costs_nothing() -> None:
    document = json.dumps(samples.LUIS).replace('"startPos": 6', '"startPos": ' + "9" * 1_000_000)
    with pytest.raises(ImportRefused, match="must be a whole number"):
        read({"x.json": document})


def test_too_much_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MAXIMUM_PHRASES", 100)
    text = HEAD + "intents:\n  a:\n    examples:\n" + "\n".join(f"    - phrase {at}" for at in range(101))
    with pytest.raises(ImportRefused, match="line 106: there are more than 100 phrases"):
        read({"x.yml": text})
    monkeypatch.setattr(nodes, "MAXIMUM_NODES", 100)
    for path in ("x.json", "x.yml"):
        with pytest.raises(ImportRefused, match="more than 100 values"):
            read({path: "[" + "1," * 100 + "1]"})


@pytest.mark.parametrize("seed", range(4))
def test_broken_files_of_every_format_are_read_or_refused(seed: int) -> None:
    """Parts taken out, doubled and swapped: whatever comes of it, the only error is a refusal."""
    chance = random.Random(seed)
    exports = (samples.RASA_JSON, samples.LUIS, samples.CLU, samples.SNIPS)
    texts = [("x.json", json.dumps(each, ensure_ascii=False)) for each in exports]
    texts += [("x.yml", samples.OWN), ("x.yml", samples.RASA)]
    texts += [("intents/a_usersays_en.json", samples.dialogflow_files()["intents/pizza.order_usersays_en.json"])]
    for _ in range(120):
        path, text = chance.choice(texts)
        for _ in range(chance.randint(1, 4)):
            start, length = chance.randrange(len(text)), chance.randint(1, 12)
            other = chance.choice(
                ["", text[start : start + length] * 2, "null", "[]", "{}", "{", '"', "\n", "-", "\\ud83d", "0"]
            )
            text = text[:start] + other + text[start + length :]
        try:
            read({path: text})
        except ImportRefused as error:
            assert ", line " in error.detail


@pytest.mark.parametrize("seed", range(4))
def test_wrong_types_of_every_part_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    exports = (samples.RASA_JSON, samples.LUIS, samples.CLU, samples.SNIPS)

    def broken(value: object) -> object:
        if chance.random() < 0.04:
            return chance.choice([None, [], {}, "", "x", -1, 10**12, True, [[]], [{}], {"a": 1}])
        if isinstance(value, dict):
            return {key: broken(each) for key, each in value.items() if chance.random() > 0.02}
        return [broken(each) for each in value] if isinstance(value, list) else value

    for _ in range(150):
        try:
            read({"x.json": json.dumps(broken(chance.choice(exports)))})
        except ImportRefused as error:
            assert ", line " in error.detail


def zipped(members: dict[str, bytes], **more: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_zip_is_read_without_being_unpacked(tmp_path: Path) -> None:
    members = {f"agent/{path}": text.encode() for path, text in samples.dialogflow_files().items()}
    others = {"../../evil.json": b"{}", "logo.png": b"\x89PNG", ".git/x.json": b"{"}
    (tmp_path / "agent.zip").write_bytes(zipped({**members, **others}))
    found = files_at(tmp_path / "agent.zip")
    assert "agent/intents/pizza.order_usersays_en.json" in found
    assert "logo.png" not in found
    assert [each.name for each in read(found).intents] == ["pizza.order"]
    assert [each.name for each in tmp_path.iterdir()] == ["agent.zip"]


def test_a_zip_that_unpacks_to_too_much() -> None:
    with pytest.raises(ImportRefused, match="larger than 8 MB"):
        files_of("x.zip", zipped({"x.json": b" " * (files.MAXIMUM_FILE + 1)}))
    many = {f"{at}.json": b" " * files.MAXIMUM_FILE for at in range(4)}
    with pytest.raises(ImportRefused, match="more than 24 MB"):
        files_of("x.zip", zipped(many))


def test_a_zip_that_lies_about_sizes_or_is_cut_off() -> None:
    whole = zipped({"x.json": b"{}" * 100})
    for end in (10, len(whole) // 2, len(whole) - 5):
        with pytest.raises(ImportRefused, match="cannot be read"):
            files_of("x.zip", whole[:end])
    lying = whole.replace((200).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    with pytest.raises(ImportRefused):
        read(files_of("x.zip", lying))


def test_not_utf8() -> None:
    with pytest.raises(ImportRefused, match=r"x\.yml, line 2: this is not UTF-8"):
        files_of("x.yml", b"a: b\nc: \xff\xfe")
    assert files_of("x.yml", b"\xef\xbb\xbfa: b") == {"x.yml": "a: b"}


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no such file or folder"):
        files_at(tmp_path / "none.yml")
    with pytest.raises(ImportRefused, match="no training data"):
        read(files_at(tmp_path))
