"""To be included under /api/v1/."""

from rest_framework.routers import SimpleRouter

from .views import BotViewSet, EntityViewSet, IntentViewSet, ModelViewSet, TrainingRunViewSet

router = SimpleRouter()
router.register("bots", BotViewSet, basename="bot")
router.register("intents", IntentViewSet, basename="intent")
router.register("entities", EntityViewSet, basename="entity")
router.register("models", ModelViewSet, basename="model")
router.register("training-runs", TrainingRunViewSet, basename="training-run")

urlpatterns = router.urls
