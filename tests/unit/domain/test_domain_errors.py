import inspect

import pytest

from tracker.domain import errors
from tracker.domain.errors import ModelMismatchError, ReadingError, TrackerError
from tracker.domain.events import Event, Membership
from tracker.domain.views import StatementFilter

ALL = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, Exception) and found.__module__ == errors.__name__
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: error.__name__)
def test_every_error_raised_on_purpose_has_one_root(error: type[Exception]) -> None:
    assert issubclass(error, TrackerError)


def test_a_reading_error_names_what_it_could_not_read_and_why() -> None:
    error = ReadingError("feed.xml:12", "no closing tag")
    assert str(error) == "feed.xml:12: no closing tag"
    assert (error.origin, error.reason) == ("feed.xml:12", "no closing tag")


def test_a_database_of_another_model_names_both_models_and_the_command_that_helps() -> None:
    message = str(ModelMismatchError("old-model (1)", "new-model (2)"))
    assert "old-model (1)" in message
    assert "new-model (2)" in message
    assert "tracker relink" in message


def test_an_event_lists_its_statements_in_the_order_of_its_members() -> None:
    members = (Membership("s2", 1.0, "opened it"), Membership("s1", 0.8, "same place and day"))
    event = Event("e1", "Title", "en", None, None, None, None, members)
    assert event.statements == ("s2", "s1")


def test_an_empty_filter_restricts_nothing_and_a_filled_one_says_so() -> None:
    assert not StatementFilter().restricts
    assert StatementFilter(parties=("UN",)).restricts
    assert StatementFilter(languages=("ar",)).restricts
