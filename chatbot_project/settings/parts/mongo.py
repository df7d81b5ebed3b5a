"""MongoDB: the only database. Acknowledged means written by a majority and in the journal."""

from typing import Any

from chatbot_project.env import address, env, whole_number

MONGODB_URI = address("MONGODB_URI", "mongodb://127.0.0.1:27017/?replicaSet=rs0", schemes=("mongodb", "mongodb+srv"))
MONGODB_DATABASE = env.str("MONGODB_DATABASE", default="infrachat")
MONGODB_TIMEOUT_MS = whole_number("MONGODB_TIMEOUT_MS", 10_000, minimum=100)

# Options of every client, Django's and our own: see docs/explanation/why-the-truth-is-in-mongodb.md.
MONGODB_OPTIONS: dict[str, Any] = {
    "w": "majority",
    "journal": True,
    "retryWrites": True,
    "retryReads": True,
    "tz_aware": True,
    "serverSelectionTimeoutMS": MONGODB_TIMEOUT_MS,
    "connectTimeoutMS": min(MONGODB_TIMEOUT_MS, 5_000),
    "appname": "infrachat",
}

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "chatbot_project.mongo.engine",
        "HOST": MONGODB_URI,
        "NAME": MONGODB_DATABASE,
        # Django's own clock handling expects naive UTC datetimes from the driver.
        "OPTIONS": {name: value for name, value in MONGODB_OPTIONS.items() if name != "tz_aware"},
    }
}
DEFAULT_AUTO_FIELD = "django_mongodb_backend.fields.ObjectIdAutoField"
DATABASE_ROUTERS: list[str] = []

# Every app that ships migrations for SQL databases gets ours instead (ObjectId keys).
MIGRATION_MODULES = {
    "admin": "chatbot_project.contrib_migrations.admin",
    "auth": "chatbot_project.contrib_migrations.auth",
    "contenttypes": "chatbot_project.contrib_migrations.contenttypes",
    "sessions": "chatbot_project.contrib_migrations.sessions",
    "knox": "chatbot_project.contrib_migrations.knox",
}
