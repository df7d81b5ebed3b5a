"""One small agent, hand-written in each format: two intents, a list, phrases out of scope."""

import json

OWN = """\
format: infrachat-nlu
version: 1
intents:
  pizza.order:
    title: Order a pizza
    slots: [size, topping]
    examples:
      - order a [large](size) pizza with [green olives](topping)
      - a {size} one please
      - yes
      - "no: 5"
  pizza.cancel:
    examples: [forget the pizza, no pizza after all]
entities:
  size:
    kind: list
    values:
      large: [big, huge]
      small:
  topping: {kind: learned}
  ticket:
    kind: pattern
    pattern: '\\bOPS-(?P<value>\\d+)\\b'
  hot:
    kind: boolean
    values: {"true": [hot, warm], "false": [cold]}
  pieces:
    kind: number
    values: {pieces: [slices]}
out_of_scope:
  - tell me a joke
"""

RASA = """\
version: "3.1"
nlu:
- intent: pizza.order
  examples: |
    - order a [large](size) pizza
    - a [huge]{"entity": "size", "value": "large"} one from [Rome]{"entity": "city", "role": "from", "group": "1"}

    - to [NYC](city:New York)
- intent: pizza.cancel
  metadata: {sentiment: sad}
  examples:
    - text: |
        - forget the pizza
      metadata: {sentiment: angry}
    - no pizza after all
- intent: out_of_scope
  examples: |
    - tell me a joke
- lookup: size
  examples: |
    - large
    - small
- synonym: large
  examples: |
    - big
- synonym: mozzarella
  examples: |
    - white cheese
- regex: zip
  examples: |
    - \\d{5}
"""
RASA_DOMAIN = """\
version: "3.1"
intents: [pizza.order]
responses:
  utter_greet:
  - text: Hey!
"""

RASA_JSON = {
    "rasa_nlu_data": {
        "common_examples": [
            {
                "text": "order a large pizza",
                "intent": "pizza.order",
                "entities": [{"start": 8, "end": 13, "value": "large", "entity": "size"}],
            },
            {"text": "forget the pizza", "intent": "pizza.cancel", "entities": []},
        ],
        "regex_features": [{"name": "zip", "pattern": "[0-9]{5}"}],
        "lookup_tables": [{"name": "size", "elements": ["small"]}, {"name": "street", "elements": "streets.txt"}],
        "entity_synonyms": [{"value": "large", "synonyms": ["big"]}],
    }
}

LUIS = {
    "luis_schema_version": "7.0.0",
    "versionId": "0.1",
    "name": "pizza",
    "culture": "en-us",
    "intents": [{"name": "None", "features": []}, {"name": "pizza.order"}],
    "entities": [{"name": "Place to go", "children": [], "roles": ["from"], "features": []}],
    "closedLists": [
        {"name": "size", "subLists": [{"canonicalForm": "large", "list": ["big"]}], "roles": []},
    ],
    "regex_entities": [{"name": "ticket", "regexPattern": "OPS-[0-9]+", "roles": []}],
    "prebuiltEntities": [{"name": "number", "roles": []}, {"name": "datetimeV2", "roles": []}],
    "patternAnyEntities": [],
    "phraselists": [{"name": "wishes", "words": "want,need"}],
    "patterns": [{"pattern": "order [a] {size} pizza", "intent": "pizza.order"}],
    "utterances": [
        {
            "text": "🍕 to rome",
            "intent": "pizza.order",
            "entities": [{"entity": "Place to go", "startPos": 6, "endPos": 9, "role": "from", "children": []}],
        },
        {"text": "tell me a joke", "intent": "None", "entities": []},
    ],
    "settings": [],
}

CLU = {
    "projectFileVersion": "2022-10-01-preview",
    "stringIndexType": "Utf16CodeUnit",
    "metadata": {"projectKind": "Conversation", "projectName": "pizza", "language": "en-us"},
    "assets": {
        "projectKind": "Conversation",
        "intents": [{"category": "None"}, {"category": "pizza.order"}],
        "entities": [
            {
                "category": "size",
                "compositionSetting": "combineComponents",
                "list": {
                    "sublists": [
                        {
                            "listKey": "large",
                            "synonyms": [
                                {"language": "en-us", "values": ["large", "big"]},
                                {"language": "de", "values": ["groß"]},
                            ],
                        }
                    ]
                },
                "prebuilts": [{"category": "Quantity.Number"}],
            },
            {"category": "topping"},
            {"category": "when", "prebuilts": [{"category": "DateTime"}]},
        ],
        "utterances": [
            {
                "text": "order with 🍄 olives",
                "intent": "pizza.order",
                "language": "en-us",
                "dataset": "Train",
                "entities": [{"category": "topping", "offset": 14, "length": 6}],
            },
            {"text": "order one", "intent": "pizza.order", "language": "en-us", "dataset": "Test", "entities": []},
            {"text": "eine bitte", "intent": "pizza.order", "language": "de", "entities": []},
            {"text": "tell me a joke", "intent": "None", "language": "en-us", "entities": []},
        ],
    },
}

SNIPS = {
    "language": "en",
    "intents": {
        "pizza.order": {
            "utterances": [
                {
                    "data": [
                        {"text": "order a "},
                        {"text": "large", "entity": "size", "slot_name": "size"},
                        {"text": " pizza in "},
                        {"text": "two hours", "entity": "snips/duration", "slot_name": "when"},
                        {"text": " for "},
                        {"text": "bob", "entity": "person", "slot_name": "guest"},
                    ]
                }
            ]
        }
    },
    "entities": {
        "size": {
            "data": [{"value": "large", "synonyms": ["big"]}],
            "use_synonyms": True,
            "automatically_extensible": False,
            "matching_strictness": 1.0,
        },
        "person": {
            "data": [{"value": "alice", "synonyms": []}],
            "use_synonyms": True,
            "automatically_extensible": True,
        },
        "snips/duration": {},
    },
}

DIALOGFLOW = {
    "agent.json": {"language": "en", "displayName": "pizza"},
    "package.json": {"version": "1.0.0"},
    "intents/pizza.order.json": {
        "id": "1",
        "name": "pizza.order",
        "responses": [{"parameters": [], "messages": []}],
        "fallbackIntent": False,
        "events": [],
    },
    "intents/pizza.order_usersays_en.json": [
        {
            "id": "2",
            "data": [
                {"text": "order a ", "userDefined": False},
                {"text": "big ", "alias": "size", "meta": "@size", "userDefined": True},
                {"text": "pizza for ", "userDefined": False},
                {"text": "friday", "alias": "day-of-week", "meta": "@sys.date", "userDefined": True},
            ],
            "isTemplate": False,
            "count": 0,
        },
        {"id": "3", "data": [{"text": "one @size:size please", "userDefined": False}], "isTemplate": True},
    ],
    "intents/pizza.order_usersays_de.json": [{"id": "4", "data": [{"text": "eine pizza"}], "isTemplate": False}],
    "intents/Default Fallback.json": {"id": "5", "name": "Default Fallback", "fallbackIntent": True},
    "intents/Default Fallback_usersays_en.json": [{"id": "6", "data": [{"text": "tell me a joke"}]}],
    "entities/size.json": {"id": "7", "name": "size", "isRegexp": False, "automatedExpansion": True},
    "entities/size_entries_en.json": [{"value": "large", "synonyms": ["large", "big"]}],
    "entities/ticket.json": {"id": "8", "name": "ticket", "isRegexp": True},
    "entities/ticket_entries_en.json": [{"value": "OPS-[0-9]+", "synonyms": ["OPS-[0-9]+"]}],
}


def dialogflow_files() -> dict[str, str]:
    return {path: json.dumps(document, indent=2) for path, document in DIALOGFLOW.items()}
