"""The forms of a reply: everything that would not work is said at its field, before it is saved."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nlu import selectors as nlu

from .bots.replies import Slot
from .bots.reply_checks import slot_mistakes, text_mistakes, tool_mistakes
from .bots.stored_replies import headers_of, slots_of, tool_of
from .dialogue.intents import OURS
from .models import Reply, ReplyText

if TYPE_CHECKING:
    _Form = forms.ModelForm[Reply]
    _Texts = forms.BaseInlineFormSet[ReplyText, Reply, forms.ModelForm[ReplyText]]
else:
    _Form, _Texts = forms.ModelForm, forms.BaseInlineFormSet

_OF_TOOL = ("url", "headers", "body", "jmespath", "item", "empty")


class BodyField(forms.JSONField):
    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class ReplyForm(_Form):
    body = BodyField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=Reply._meta.get_field("body").help_text,
    )

    class Meta:
        model = Reply
        exclude = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("slots", "text", "headers"):
            if name in self.fields:  # who may only look sees no form
                self.fields[name].widget.attrs["rows"] = 3
        if "intent" in self.fields:
            of_intent: Any = self.fields["intent"]
            of_intent.label_from_instance = lambda intent: f"{intent.name} ({intent.bot_id})"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        intent = cleaned.get("intent")
        if intent is None or self.errors:
            return cleaned
        if intent.source != "own" or intent.name.partition(".")[0] in OURS:
            self.add_error("intent", _("Choose an intent that was made here; the others are answered already."))
        entities = {each.name: each for each in nlu.entities_list(bot=intent.bot_id)}
        slots = slots_of(cleaned.get("slots", ""), entities)
        self._add("slots", slot_mistakes(slots))
        self._add("text", text_mistakes(cleaned.get("text", ""), slots, has_tool=bool(cleaned.get("method"))))
        self._clean_tool(cleaned, slots)
        if not cleaned.get("text") and not cleaned.get("method"):
            self.add_error("text", _("Write what the bot shall say, or choose an HTTP call."))
        return cleaned

    def _clean_tool(self, cleaned: dict[str, Any], slots: list[Slot]) -> None:
        if not cleaned.get("method"):
            for name in ("url", "headers", "body"):
                if cleaned.get(name):
                    self.add_error(name, _("Choose a method for the HTTP call, or leave this empty."))
            return
        unreadable = [name for name, value in headers_of(cleaned.get("headers", "")) if not name or not value]
        if unreadable:
            self.add_error("headers", _("Write one header a line: “Name: value”."))
            return
        tool = tool_of(Reply(**{name: cleaned[name] for name in ("method", *_OF_TOOL)}))
        for field, sentence in tool_mistakes(tool, slots) if tool else ():
            self.add_error(field, sentence)

    def _add(self, field: str, sentences: Any) -> None:
        for each in sentences:
            self.add_error(field, each)


class TextsFormSet(_Texts):
    """Other texts know the same values as the first one."""

    def clean(self) -> None:
        super().clean()
        slots = slots_of(self.instance.slots, {})
        for form in self.forms:
            text = form.cleaned_data.get("text", "") if form.is_valid() else ""
            for sentence in text_mistakes(text, slots, has_tool=bool(self.instance.method)):
                form.add_error("text", sentence)


class TryForm(forms.Form):
    """A value for each slot. Whatever is not GET needs the admin's yes as it needs everybody's."""

    def __init__(self, slots: list[Slot], *args: Any, is_safe: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for slot in slots:
            choices = [("", "–"), *((each, each) for each in slot.choices)]
            options: dict[str, Any] = {"required": slot.required, "label": slot.question or slot.name}
            made = forms.ChoiceField(choices=choices, **options) if slot.choices else forms.CharField(**options)
            self.fields[f"slot_{slot.name}"] = made
        if not is_safe:
            label = _("Send it now: this is no test call for the other side")
            self.fields["confirmed"] = forms.BooleanField(required=True, label=label)

    def given(self) -> dict[str, str]:
        slots = {name.removeprefix("slot_"): value for name, value in self.cleaned_data.items() if name != "confirmed"}
        return {name: value for name, value in slots.items() if value != ""}
