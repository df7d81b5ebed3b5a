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
