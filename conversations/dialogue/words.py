"""Words that mean one thing wherever they stand alone. They need no model, and the model learns from them."""

import re

AFFIRM = (
    "yes",
    "yes please",
    "yep",
    "yeah",
    "ok",
    "okay",
    "sure",
    "confirm",
    "confirmed",
    "correct",
    "yes do it",
    "yes go ahead",
    "that is right",
    "sounds good",
    "looks good",
)
APPROVE = (
    "approve",
    "approved",
    "approve it",
    "approve that",
    "approve this",
    "i approve",
    "i approve it",
    "i approve this plan",
    "approve the plan",
    "go ahead",
    "go ahead please",
    "please go ahead",
    "do it",
    "go for it",
    "apply it",
    "apply the plan",
    "lgtm",
    "ship it",
)
DENY = ("no", "nope", "no thanks", "no thank you", "nah", "better not", "rather not", "do not", "dont")
REJECT = (
    "reject",
    "rejected",
    "reject it",
    "reject that",
    "reject this",
    "reject the plan",
    "decline",
    "decline it",
    "i reject this",
    "i do not approve",
    "do not approve it",
    "disapprove",
)
CANCEL = (
    "cancel",
    "cancel it",
    "cancel that",
    "cancel this",
    "cancel the job",
    "cancel my request",
    "stop",
    "stop it",
    "stop that",
    "stop the job",
    "abort",
    "abort it",
    "never mind",
    "nevermind",
    "forget it",
    "forget that",
    "forget about it",
    "leave it",
    "drop it",
)
GREET = ("hi", "hello", "hey", "hello there", "hi there", "good morning", "good afternoon", "good evening")
THANKS = ("thanks", "thank you", "thank you very much", "thanks a lot", "many thanks", "cheers", "great thanks", "thx")
HELP = ("help", "help me", "what can you do", "what can i do here", "how does this work", "what can i ask you")
STATUS = ("status", "what is running", "whats running", "what is going on", "progress", "any news")
STACKS = ("what do i have", "my stacks", "list my stacks", "show my stacks", "stacks")
OUTPUTS = ("outputs", "show outputs", "show the outputs", "show me the outputs")

EXACT: dict[str, str] = {
    phrase: intent
    for intent, phrases in {
        "base.affirm": AFFIRM,
        "base.approve": APPROVE,
        "base.deny": DENY,
        "base.reject": REJECT,
        "base.cancel": CANCEL,
        "base.greet": GREET,
        "base.thanks": THANKS,
        "base.help": HELP,
        "base.status": STATUS,
        "base.stacks": STACKS,
        "base.outputs": OUTPUTS,
    }.items()
    for phrase in phrases
}

_DECISION = re.compile(
    r"^\s*(?:please\s+)?(?P<verb>approve|reject|decline|cancel|abort|stop)d?(?:\s+(?:it|that|this|the\s+(?:plan|job)))?"
    r"(?:\s*[:,;–-]\s*|\s+)(?:because|since|as|reason:?)?\s*(?P<reason>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_REASON = re.compile(
    r"\b(?:because|since|reason(?: is|:)?)\s+(?P<reason>\S.*)$|:\s+(?P<colon>\S.*)$", re.IGNORECASE | re.DOTALL
)
_REFERENCE = re.compile(r"\b(that|this|it|the|last|those|these)\b", re.IGNORECASE)


def normalised(text: str) -> str:
    """Lower case, one space between words, no punctuation around or inside them ("What's" is "whats")."""
    return " ".join(re.sub(r"[^\w\s-]", "", text.casefold()).split())


def exact_intent(text: str) -> str | None:
    """The intent of a message that is nothing but a known word or two."""
    return EXACT.get(normalised(text))


def decision_intent(text: str) -> str | None:
    """`base.reject` of "reject because it is too big": a decision that starts with its verb and gives a reason."""
    match = _DECISION.match(text)
    if match is None or _REASON.search(text) is None:
        return None
    verb = match["verb"].lower()
    return {"approve": "base.approve", "reject": "base.reject", "decline": "base.reject"}.get(verb, "base.cancel")


def reason_in(text: str) -> str:
    """What follows because, since or a colon; up to 500 characters."""
    match = _REASON.search(text)
    return (match["reason"] or match["colon"]).strip()[:500] if match else ""


def refers_back(text: str) -> bool:
    """Whether the message points at something mentioned before ("that bucket", "delete it")."""
    return _REFERENCE.search(text) is not None


def is_question(text: str) -> bool:
    return text.rstrip().endswith("?")


def tokens(text: str) -> list[str]:
    """The words as they stand, without quotes and sentence marks around them."""
    return [word for word in (raw.strip("\"'`“”‘’.,;:!?()[]") for raw in text.split()) if word]
