from django.apps import AppConfig


class MongoConfig(AppConfig):
    name = "chatbot_project.mongo"
    label = "mongo"
