"""django-mongodb-backend with three repairs; see base.py. ENGINE = "chatbot_project.mongo.engine"."""
