"""What reviewers send, as it comes from addresses and forms."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from nlu.types import BotView
from nlu.validation import MAXIMUM_PHRASE

from .doubts import CORRECTED, GIVEN_UP, LOW_CONFIDENCE, NOT_UNDERSTOOD
from .queue import Filters

REASON_TITLES = {
    NOT_UNDERSTOOD: _("not understood"),
    LOW_CONFIDENCE: _("low confidence"),
    CORRECTED: _("corrected"),
    GIVEN_UP: _("given up"),
}
OUTSIDE = "-"
"""The choice "out of scope"; no intent is called so."""


class FilterForm(forms.Form):
    bot = forms.ChoiceField(required=False, label=_("Bot"))
    reason = forms.ChoiceField(required=False, label=_("Why"), choices=[("", _("any reason")), *REASON_TITLES.items()])
    since = forms.DateField(required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: object, bots: Sequence[BotView]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        choices = [("", _("all bots")), *((each.name, each.title) for each in bots)]
        self.fields["bot"].choices = choices  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """What is not right counts as not given; the form says so beside it."""
        self.is_valid()
        values = self.cleaned_data
        since, until = values.get("since"), values.get("until")
        return Filters(
            bot=values.get("bot") or "",
            reason=values.get("reason") or "",
            since=datetime.combine(since, time(), UTC) if since else None,
            # The last day counts as a whole.
            until=datetime.combine(until + timedelta(days=1), time(), UTC) if until else None,
        )


class PhraseForm(forms.Form):
    intent = forms.ChoiceField(label=_("Intent"))
    text = forms.CharField(
        label=_("Training phrase"),
        max_length=MAXIMUM_PHRASE,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80, "spellcheck": "false"}),
        help_text=_(
            "Values are written [words](slot), for example: order a [large](size) pizza. Write {slot} where any value "
            "could stand, for example a name."
        ),
    )

    def __init__(self, data: object, initial: dict[str, str], intents: Sequence[str]) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        choices = [("", "---------"), (OUTSIDE, _("out of scope: no intent")), *((each, each) for each in intents)]
        self.fields["intent"].choices = choices  # type: ignore[attr-defined]
