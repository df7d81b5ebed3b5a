from django.apps import AppConfig


class NluConfig(AppConfig):
    name = "nlu"
    verbose_name = "Language understanding"
