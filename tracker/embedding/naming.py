"""What our models are called, and how an error speaks of a model."""

CLAIM_MODEL = "counterclaim-claims-1"
QUESTION_MODEL = "counterclaim-questions-1"
STANCE_MODEL = "counterclaim-stances-1"
VOICE_MODEL = "counterclaim-voices-1"
BASE_MODEL = "multilingual-e5-small"

_WITHOUT_SETTING = {
    QUESTION_MODEL: "the question encoder",
    STANCE_MODEL: "the stance encoder",
    VOICE_MODEL: "the voice encoder",
}
"""Models in use whatever the settings name, and what they are for."""


def subject(name: str) -> str:
    """The model as the beginning of a sentence, with the setting that names it where one does."""
    if name in _WITHOUT_SETTING:
        return f"{_WITHOUT_SETTING[name]} {name!r}"
    return f"TRACKER_EMBEDDING_MODEL names {name!r}, which"


def remedy(name: str) -> str:
    """What to do about a model that cannot be used."""
    return "install this program anew" if name in _WITHOUT_SETTING else "name another model"
