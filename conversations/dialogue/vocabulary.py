"""Words and phrases that mean one thing wherever they stand alone.

Single words are few among the phrases: while a name is asked for, every other single word is a name.
"""

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
STATUS = ("status", "what is running", "whats running", "what is going on", "any news")
STACKS = ("what do i have", "my stacks", "list my stacks", "show my stacks")
OUTPUTS = ("show outputs", "show the outputs", "show me the outputs")

KEEP_DEFAULT = (
    "default",
    "the default",
    "keep the default",
    "use the default",
    "skip",
    "skip it",
    "skip that",
    "no idea",
)

WHY = ("why", "but why", "why so", "why that", "why this", "how come")

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
        "base.why": WHY,
    }.items()
    for phrase in phrases
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A message that approves consists of these two kinds of words alone, with one of assent at least.
ASSENT = _words(
    """
    yes yep yeah yea yup y ok okay sure approve approved confirm confirmed accept accepted agreed apply go do
    lgtm ship proceed correct absolutely definitely certainly
    """
)
FILLERS = _words(
    """
    i it that this these the a an my our your we you please now then and to with for of in on ahead plan plans
    job change changes request deletion is right looks sounds good great fine thanks thank all course so me by
    """
)

REFUSAL = _words(
    """
    no nope nah n not never dont reject rejected decline declined refuse refused deny denied disapprove disagree
    veto wrong negative
    """
)
STOPPING = _words(
    """
    cancel canceled cancelled stop abort halt interrupt kill quit exit withdraw discard scrap scratch drop
    forget leave never nevermind off over mind changed
    """
)

# Yes and no as an answer to a question of the bot; an approval is read by the words above alone.
YES = _words(
    """
    yes yep yeah yea yup yupp ya aye y ok okay k sure right correct absolutely definitely certainly indeed affirmative
    totally true on enable enabled with 1 always agreed perfect great good fine lovely
    """
)
YES_PHRASES = (
    *("why not", "go for it", "do it", "do that", "please do", "of course", "by all means", "go ahead", "i would"),
    *("i do", "sounds good", "sounds great", "looks good", "that would be great", "that would be nice", "no problem"),
    *("sure thing", "you bet", "no objections", "if you like", "if possible"),
)
NO = _words(
    """
    no nope nah nay n never negative not dont off false disable disabled without 0 none unnecessary
    """
)
NO_PHRASES = ("skip it", "leave it", "leave it off", "forget it")
AROUND_YES = _words(
    """
    please thanks thank you it that this do is would be i we my think so go for of course all by means very much and
    then oh well um hmm now for really way need needed necessary want wanted required let us lets have use one that's
    thats just rather better turn switch keep leave
    """
)
THUMBS = {"👍": True, "👌": True, "✅": True, "✔": True, "🆗": True, "💯": True, "🙏": True}
THUMBS |= {"👎": False, "❌": False, "🚫": False, "⛔": False, "✖": False}

# About what was asked for together with something else, and not begun yet.
NEXT = frozenset(
    (
        "next",
        "next one",
        "next please",
        "the next",
        "the next one",
        "next one please",
        "yes next",
        "go on",
        "go on please",
        "go on with it",
        "yes go on",
        "yes go on with it",
        "please go on",
        "continue",
        "please continue",
        "carry on",
        "now the next",
        "now the next one",
        "now the other",
        "now the other one",
        "now the second",
        "and the next",
        "and the other",
        "and the other one",
        "and the second",
        "and the second one",
        "the other one too",
    )
)
SKIP_NEXT = frozenset(
    (
        "skip",
        "skip it",
        "skip that",
        "skip this",
        "skip the next",
        "skip the next one",
        "skip that one",
        "not that one",
        "no skip it",
        "leave that out",
        "leave it out",
        "not the second",
        "not the other one",
        "not the next one",
    )
)
SKIP_REST = frozenset(
    (
        "skip the rest",
        "skip the others",
        "skip all",
        "skip them",
        "skip both",
        "forget the rest",
        "forget the others",
        "leave the rest",
        "leave out the rest",
        "cancel the rest",
        "cancel the others",
        "drop the rest",
        "not the rest",
        "no more",
        "nothing more",
        "nothing else",
        "that is all",
        "thats all",
        "that was all",
    )
)
