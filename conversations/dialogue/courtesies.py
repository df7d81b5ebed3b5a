"""What a bot says in its own tone, or in the words an admin gave it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from chatbot_project.templating import render
from nlu.types import BotSettings

from .texts import as_data


def greeting(bot: BotSettings, values: Mapping[str, str]) -> str:
    """`values` are the person's name and an example of what to say."""
    if bot.greeting:
        return render(bot.greeting, values, as_data)
    return {
        "brief": _("Hello %(name)s. What do you need? Or say “help”."),
        "friendly": _(
            "Hello %(name)s, good to see you! Tell me what you need, for example “%(example)s”. If you are not sure, "
            "just say “help”."
        ),
    }.get(bot.tone, _("Hello %(name)s. Tell me what you need, for example “%(example)s”, or say “help”.")) % values


def thanks(bot: BotSettings) -> str:
    return {
        "brief": _("Welcome."),
        "friendly": _("You are most welcome! Is there anything else I can do?"),
    }.get(bot.tone, _("You are welcome."))
