"""Rules that never end, want everything, lie about their form or are wrong: all of them deny, and say why; the worker
goes on. And texts of a plan that try to write the rule's answer."""

import json
import os

import psutil

from orchestrator.policy.evaluating import Limits, rules_judge, rules_run
from orchestrator.policy.ruleset import RuleSource

HEAD = "package infrachat\n\nimport rego.v1\n\n"
SHORT = Limits(cpu_seconds=1, memory_mb=256)
ENDLESS = """deny contains "x" if {
	some a in numbers.range(1, 99999)
	some b in numbers.range(1, 99999)
	a * b == 7.5
}"""
GREEDY = """all := [text |
	some a in numbers.range(1, 9999)
	some b in numbers.range(1, 9999)
	text := sprintf("%d %d padding padding padding", [a, b])
]

deny contains "x" if count(all) > 1"""
LIMITS = Limits()
GOOD = RuleSource("good", "Good", HEAD + 'warn contains "well"')


def rule(body: str, name: str = "mine") -> RuleSource:
    return RuleSource(name, name, HEAD + body)


def error(body: str, limits: Limits) -> tuple[str, int]:
    (answer,) = rules_run([rule(body)], {"n": 0, "text": "a"}, limits)
    assert [each.error for each in answer.verdict.denials] == [True]
    assert answer.verdict.denials[0].rule == "mine"
    return answer.error, answer.line


WRONG = [
    ('deny contains "x" if {\n\ty := \n}', "Invalid assignment operator.", 6),
    ('deny contains "x" if {\n\tcuont(input.text) > 1\n}', "There is no function cuont.", 6),
    ('deny contains "x" if {\n\tinput.n == maximun\n}', "maximun is used here and never gets a value.", 6),
    ("deny contains message if input.n == 0", "message is used here and never gets a value.", 5),
    ('deny contains "x" if 1 / input.n > 1', "A built-in function or a rule with two values failed", 0),
    ('deny contains "x" if count(input.n) > 1', "A built-in function or a rule with two values failed", 0),
    ("f(x) := f(x + 1)\n\ndeny contains f(1)", "Recursion detected in rule body", 0),
    (
        "a := 1 if input.n == 0\n\na := 2 if input.n < 1\n\ndeny contains a",
        "A built-in function or a rule with two",
        0,
    ),
    ("deny if input.n == 0", "deny must be a set: write “deny contains …”.", 0),
    ('denied contains "x"', "It defines none of deny, warn and approve.", 0),
    ("deny contains 7", "Members are sentences, or objects with a message.", 0),
    ('deny contains {"text": "no message"}', "Every member needs a message: a sentence for people.", 0),
    ('deny contains {"message": "m", "suggest": ["a"]}', "suggest must be an object", 0),
    ('deny contains {"message": "m", "suggest": {"a.$b": 1}}', "suggest must be an object", 0),
    ('deny contains {"message": "m", "suggest": {"a": 99999999999999999999}}', "suggest has a number", 0),
    ('approve contains {"message": "m", "needed": "nobody"}', "needed must be one of: other, two.", 0),
    ('deny contains sprintf("%d", [x]) if some x in numbers.range(1, 60)', "deny has more than 50 members.", 0),
    ("deny contains opa.runtime().version", "opa.runtime is not allowed here", 5),
    ('deny contains http.send({"url": "http://127.0.0.1/", "method": "get"}).body', "http.send is not allowed", 5),
    ('deny contains "x" if print("hi")', "There is no function print.", 5),
]


def test_what_is_wrong_denies_and_says_where():
    rules = [rule(body, f"r{number}") for number, (body, _said, _line) in enumerate(WRONG)]
    answers = list(rules_run(rules, {"n": 0, "text": "a"}, LIMITS))
    for answer, (_body, said, line) in zip(answers, WRONG, strict=True):
        assert [each.error for each in answer.verdict.denials] == [True]
        assert answer.error.startswith(said)
        assert answer.line == line


def test_another_package_is_refused():
    (answer,) = rules_run([RuleSource("mine", "", 'package other\n\ndeny contains "x" if true\n')], {}, LIMITS)
    assert answer.error == "A rule begins with “package infrachat”."


def test_what_never_ends_is_ended_and_named_and_what_came_after_it_denies_too():
    answers = list(rules_run([GOOD, rule(ENDLESS), rule('deny contains "late"', "next")], {}, SHORT))
    assert [each.error for each in answers] == [
        "",
        "It was not done after 1 seconds and was ended.",
        "Another rule ended the judging before it.",
    ]
    assert [each.message for each in answers[0].verdict.warnings] == ["well"]
    assert answers[2].verdict.denials[0].error
    left = [" ".join(each.cmdline()) for each in psutil.Process().children()]
    assert not [each for each in left if "child.py" in each]


def test_what_wants_all_memory_is_ended():
    assert (
        error(GREEDY, Limits(cpu_seconds=20, memory_mb=130))[0] == "It wanted more than 130 MB of memory and was ended."
    )


def test_it_sees_no_environment(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret-value")
    (answer,) = rules_run([rule('deny contains json.marshal(opa["runtime"]())')], {}, LIMITS)
    assert "very-secret-value" not in repr(answer)
    assert os.environ["PATH"] not in repr(answer)


HOSTILE = [
    'x"],"warn":[],"deny":[',
    '"}],"deny":[]}]} ',
    "a\\",
    'a\\"b',
    "line\nbreak\ttab\x01\x7f",
    '${file("/etc/passwd")} %{if true}x%{endif}',
    "\u202eabc\u2028",
    "😀 é",
    "`raw` # comment",
    "}\npackage infrachat\ndeny := set()\n",
]


def test_no_text_of_a_plan_writes_the_answer():
    body = """f(number) := input.texts[number]

deny contains {"message": sprintf("%d <%s>", [number, text]), "suggest": {"slot": text}} if {
	some number, text in input.texts
}

warn contains {"message": concat("", ["<", f(number), ">"]), "suggest": {"slot": f(number)}} if {
	some number, _ in input.texts
}

warn contains {"message": sprintf("%s", [concat(", ", ["x", f(3)])]), "suggest": {"slot": f(3)}}"""
    verdict = rules_judge([rule(body)], {"texts": HOSTILE, **{text: text for text in HOSTILE}}, LIMITS)
    assert not any(each.error for each in verdict.denials)
    expected = {(" ".join(f"{number} <{text}>".split()), text) for number, text in enumerate(HOSTILE)}
    assert {(each.message, each.suggest["slot"]) for each in verdict.denials} == expected
    assert len(verdict.warnings) == len(HOSTILE) + 1


def test_texts_and_numbers_of_a_plan_are_what_a_rule_compares_with():
    body = r"""warn contains "quoted" if input.quoted == "a\\\"b"

warn contains "lines" if input.lines == "line\nbreak\ttab"

warn contains "letters" if input.letters == "😀 é/"

warn contains "key" if input["a\"b"] == 1

warn contains "small" if input.small == 0.5

warn contains "large" if input.large > 1000000000000

warn contains "none" if input.none == null

warn contains "yes" if input.yes == true"""
    document = {
        "quoted": 'a\\"b',
        "lines": "line\nbreak\ttab",
        "letters": "😀 é/",
        'a"b': 1,
        "small": 0.5,
        "large": 10**30,
        "none": None,
        "yes": True,
    }
    verdict = rules_judge([rule(body)], document, LIMITS)
    assert not verdict.denials
    said = {each.message for each in verdict.warnings}
    assert said == {"quoted", "lines", "letters", "key", "small", "large", "none", "yes"}


def test_half_characters_do_no_harm():
    (found,) = rules_judge([rule("deny contains input.text")], {"text": "a\ud800b"}, LIMITS).denials
    json.dumps(found.message, ensure_ascii=False).encode()
    assert found.message.startswith("a")


def test_a_deep_plan_is_judged_or_denied():
    deep: object = "bottom"
    for _ in range(900):
        deep = {"d": deep}
    verdict = rules_judge([GOOD], {"plan": deep}, LIMITS)
    assert verdict.warnings or verdict.denials[0].error
