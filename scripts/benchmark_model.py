"""The model that made-up vectors are said to come from."""

from tracker.domain.models import ModelIdentity

MODEL = ModelIdentity("made up", "1", 384)
