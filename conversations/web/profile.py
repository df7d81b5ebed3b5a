"""What people set for themselves."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chatbot_project.accounts.models import time_zones
from chatbot_project.accounts.services import time_zone_set

from .pages import page, user_of

_REFUSED = 422


class ProfileForm(forms.Form):
    time_zone = forms.CharField(label=_("Time zone"), required=False, max_length=64)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own settings: nobody else's can be named."""
    user = user_of(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial={"time_zone": user.time_zone})
    if form.is_bound and form.is_valid():
        try:
            time_zone_set(user=user, time_zone=form.cleaned_data["time_zone"])
        except ValidationError as error:
            form.add_error("time_zone", error.messages)
        else:
            return redirect(f"{request.path}?saved=1")
    context = {
        "form": form,
        "time_zones": time_zones().values(),
        "saved": "saved" in request.GET and not form.is_bound,
    }
    return page(request, "web/profile.html", context, here="profile", status=_REFUSED if form.errors else 200)
