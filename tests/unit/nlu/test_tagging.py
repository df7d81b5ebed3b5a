"""Learned entities: marking, learning and finding them, with the encoder and without."""

import pytest

from nlu import artefacts, clustering
from nlu.annotations import Marked, as_said, mark, read_marked
from nlu.encoder import Encoder
from nlu.pipeline import Pipeline
from nlu.tagging.tagger import best_path, forbid_impossible
from nlu.tagging.words import split
from nlu.training import train
from nlu.types import EntityDefinition, IntentDefinition, TrainingData, TrainingError

_TRACKS = ("yellow river", "blue moon", "silver lake", "red sky", "green hills", "black stone")
_ARTISTS = ("anna berg", "the stone cats", "john miller", "old town", "maria cruz", "the fox trio")
_PAIRS = tuple(zip(_TRACKS, _ARTISTS, strict=True))
DATA = TrainingData(
    intents=(
        IntentDefinition(
            "play",
            (
                *(
                    f"play [{track}](track) by [{artist}](artist)"
                    for track, artist in zip(_TRACKS, _ARTISTS, strict=True)
                ),
                *(f"put on the song [{track}](track)" for track in _TRACKS),
                *(f"i want to hear something by [{artist}](artist) now" for artist in _ARTISTS),
            ),
            ("track", "artist"),
        ),
        IntentDefinition(
            "rate",
            tuple(f"give [{track}](track) {stars} stars" for track, stars in zip(_TRACKS, "123451", strict=True)),
            ("track",),
        ),
    ),
    entities=(EntityDefinition("track", "learned"), EntityDefinition("artist", "learned")),
)


def test_marks_are_read_and_written() -> None:
    phrase = "play [hey jude](track) by [the beatles](artist) now"
    text, marked = read_marked(phrase)
    assert text == as_said(phrase) == "play hey jude by the beatles now"
    assert [(each.slot, text[each.start : each.end]) for each in marked] == [
        ("track", "hey jude"),
        ("artist", "the beatles"),
    ]
    assert mark(text, marked) == phrase
    assert read_marked("no marks [here] (really)") == ("no marks [here] (really)", ())
    assert mark("x", (Marked("s", 0, 1),)) == "[x](s)"


def test_words_keep_what_is_inside_them() -> None:
    text = "play o'clock-mix, no.1!"
    assert [text[start:end] for start, end in split(text)] == ["play", "o'clock-mix", ",", "no.1", "!"]


@pytest.mark.parametrize("engine", ["words", "encoder", "encoder with groups"])
def test_values_never_seen_are_found(
    engine: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder: Encoder | None = None if engine == "words" else request.getfixturevalue("encoder")
    if engine == "encoder with groups":
        monkeypatch.setattr(clustering, "GROUPS", 12)
        monkeypatch.setattr(clustering, "FEWEST_TOKENS", 100)
    model = artefacts.load(artefacts.dump(train(DATA, encoder=encoder)))
    assert (model.codebook is not None) == (engine == "encoder with groups")
    found = Pipeline(model, encoder).understand("play golden bridge by peter lang").entities
    assert [(each.slot, each.value, each.source) for each in found] == [
        ("track", "golden bridge", "learned"),
        ("artist", "peter lang", "learned"),
    ]
    # An intent has its own slots only.
    rated = Pipeline(model, encoder).understand("give golden bridge 4 stars").entities
    assert {each.slot for each in rated} <= {"track"}


def test_the_best_path_never_goes_on_with_what_has_not_begun() -> None:
    import numpy as np

    labels = ("B-x", "I-x", "O")
    transitions = forbid_impossible(labels, np.zeros((3, 3), dtype=np.float32))
    scores = np.array([[0, 0, 1], [0, 2, 1], [0, 2, 0]], dtype=np.float32)
    path = best_path(scores, transitions)
    assert [labels[at] for at in path] in (["B-x", "I-x", "I-x"], ["O", "B-x", "I-x"])


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("play [a [b](artist) c](track)", "overlap"),
        ("play [a](composer)", "no entity of that name"),
        ("play {track}", "cannot stand in"),
    ],
)
def test_wrong_marks_are_refused_with_the_phrase(phrase: str, sentence: str) -> None:
    play, rate = DATA.intents
    wrong = IntentDefinition("play", (*play.examples, phrase), play.slots)
    with pytest.raises(TrainingError, match=sentence):
        train(TrainingData((wrong, rate), DATA.entities))


def test_a_learned_entity_must_be_marked_somewhere() -> None:
    entities = (*DATA.entities, EntityDefinition("mood", "learned"))
    with pytest.raises(TrainingError, match="mood is marked in no phrase"):
        train(TrainingData(DATA.intents, entities))


def test_what_a_value_is_may_be_said_far_before_it() -> None:
    """Between `leaving` or `arriving` and the day are more words than neighbours count, and the same ones."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    cities = ("rome", "oslo", "paris", "lima", "cairo", "delhi")
    phrases = [
        f"flights {verb} in [the old {city}](city) on [{day}]({slot})"
        for verb, slot in (("leaving", "departure"), ("arriving", "arrival"))
        for city in cities
        for day in days
    ]
    fly = IntentDefinition("fly", tuple(phrases), ("city", "departure", "arrival"))
    bye = IntentDefinition("bye", ("bye", "see you", "farewell", "so long", "good night"))
    entities = tuple(EntityDefinition(name, "learned") for name in fly.slots)
    model = artefacts.load(artefacts.dump(train(TrainingData((fly, bye), entities))))
    assert model.tagger is not None
    assert {"leaving", "arriving", "in", "on"} <= model.tagger.carriers
    assert not {"the", "rome", "monday"} & model.tagger.carriers
    for verb, slot in (("leaving", "departure"), ("arriving", "arrival")):
        found = Pipeline(model).understand(f"flights {verb} in the old quito on sunday").entities
        assert [(each.slot, each.value) for each in found] == [("city", "the old quito"), (slot, "sunday")]
