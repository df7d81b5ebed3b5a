"""The forms of a rule: what cannot be run is said at its line, before it is saved."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .assessing.trying import rule_checked
from .policy.evaluating import Answer
from .policy.ruleset import RuleSource
from .policy_models import PolicyRule

if TYPE_CHECKING:
    _Form = forms.ModelForm[PolicyRule]
else:  # generic for the type checker alone
    _Form = forms.ModelForm
_EDITOR = {"rows": 28, "cols": 110, "spellcheck": "false", "class": "vLargeTextField policy-source"}


class PolicyRuleForm(_Form):
    class Meta:
        model = PolicyRule
        fields = ("name", "title", "enabled", "source")
        widgets = {"source": forms.Textarea(attrs=_EDITOR)}

    def clean_source(self) -> str:
        source = str(self.cleaned_data["source"]).replace("\r\n", "\n")
        answer = rule_checked(RuleSource("rule", "", source))
        if answer.error:
            raise forms.ValidationError(error_text(answer))
        return source


class TryForm(forms.Form):
    """A rule as it is written now, saved or not, and a job whose plan it is held against."""

    job = forms.ChoiceField(label=gettext_lazy("On the plan of"))
    source = forms.CharField(
        max_length=50_000, label=gettext_lazy("The rule"), widget=forms.Textarea(attrs=_EDITOR), strip=False
    )

    def __init__(self, jobs: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_job: Any = self.fields["job"]
        of_job.choices = jobs

    def clean_source(self) -> str:
        return str(self.cleaned_data["source"]).replace("\r\n", "\n")


def error_text(answer: Answer) -> str:
    if not answer.line:
        return answer.error
    return _("Line %(line)s: %(error)s") % {"line": answer.line, "error": answer.error}
