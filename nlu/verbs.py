"""What a sentence first asks to be done: `create`, `delete` or `look`; so that no `create two …` is taken as a look.

Verbs are read in their base form only: `what did you create` and `the bucket you created` ask for nothing new.
"""

import re

from .durations import WORDS

CREATE, DELETE, LOOK = "create", "delete", "look"

# Things one is given to read: `give me a list`, `make a report`.
_TO_READ = (
    r"(?:list|overview|inventory|report|summary|table|look|status|updates?|examples?|help"
    r"|hints?|ideas?|information|info|details?|advice|news|outputs?|arns?)"
)
_WISH = (
    r"(?:(?:i|we)\ (?:would\ |will\ |really\ |also\ |still\ )*(?:like|love|want|need)(?:\ to\ (?:have|get))?"
    r"|(?:give|get|hand|bring)\ (?:me|us)|can\ (?:i|we)\ (?:get|have))"
)
_MAKE = r"(?:create|make|build|generate|produce|write)(?:\ (?:me|us))?"
_COUNTS = "|".join(word for word in WORDS if " " not in word and word not in ("zero", "one"))
_SEVERAL = (
    rf"(?:__number__|\d+|{_COUNTS}|several|some|many|more|another|multiple|various"
    r"|an?\ (?:few|couple|pair|dozen|hundred|bunch|handful|number)(?:\ of)?)"
)
_VERB = re.compile(
    rf"""(?<![\w.-])(?:
    (?P<look>
        (?:{_WISH}|{_MAKE})\ (?:an?\ |the\ |some\ |more\ |all\ (?:the\ )?)?(?:\w+\ )?{_TO_READ}
      | show|list|display|print|tell|enumerate|see|view|describe|inspect|find|check|count|explain
      | which|what|how|who|whose|where|when|why
      | (?:do|does|did|have|has)\ (?:i|we|you|they|it|any)
      | (?<!.)(?:is|are|was|were|any)
    )
  | (?P<create>
        create|build|provision|deploy|launch|allocate|add|generate|set\ ?up|(?:spin|stand|bring)\ (?:\w+\ ){{0,4}}?up
      | make(?!\ (?:it|sure|this|that|sense|do|the|my|our|your|its|their|these|those)\b)
      | {_WISH}\ {_SEVERAL}
    )
  | (?P<delete>
        delete|remove|destroy|erase|wipe|purge|terminate|decommission|nuke|kill|drop|discard|trash
      | tear\ (?:\w+\ ){{0,4}}?down|take\ (?:\w+\ ){{1,4}}?down|throw\ (?:\w+\ ){{0,4}}?(?:away|out)
      | get\ rid\ of|dispose\ of|clean\ (?:\w+\ ){{0,3}}?up|clear
    )
    )(?![\w-]|\.\w)""",
    re.VERBOSE,
)
# `make the bucket empty` changes what is there. `the build bucket`, `for build logs`: no verb is meant.
_NAMING = re.compile(r"\b(?:a|an|the|my|our|your|this|that|each|every|of|for|in|from|with|by|called|named)\s+$")


def first_verb(text: str) -> str | None:
    """CREATE, DELETE or LOOK, whichever a normalised text (see nlu.text) says first; None when it says none."""
    for match in _VERB.finditer(text):
        if not _NAMING.search(text[: match.start()]):
            return match.lastgroup
    return None
