from django_mongodb_backend.features import DatabaseFeatures

__all__ = ["DatabaseFeatures"]
