"""Every error that the tracker raises on purpose."""


class TrackerError(Exception):
    """Root of all errors whose message is meant for a person."""


class SettingsError(TrackerError):
    """A setting is missing, malformed, or contradicts another."""


class ReadingError(TrackerError):
    """A file, line or page could not be read as a document.

    `origin` names the file (and line or record) so that the reader of the message can find it.
    """

    def __init__(self, origin: str, reason: str) -> None:
        super().__init__(f"{origin}: {reason}")
        self.origin = origin
        self.reason = reason


class DocumentChangedError(TrackerError):
    """A caller's id is already stored with other words; stored documents are never overwritten."""


class ModelMismatchError(TrackerError):
    """The vectors in the database come from another embedding model than the one in the settings."""

    def __init__(self, stored: str, wanted: str) -> None:
        super().__init__(
            f"the database holds vectors of the model {stored}, the settings name {wanted}: "
            "run `tracker relink` to embed and link all statements with the new model, "
            "or set TRACKER_EMBEDDING_MODEL back"
        )
        self.stored = stored
        self.wanted = wanted


class ModelLostError(TrackerError):
    """The process that holds the models ended in the middle of something; what was stored stays."""


class IndexDamagedError(TrackerError):
    """The vector index on disk is missing, torn, or does not belong to this database."""


class NotFoundError(TrackerError):
    """Nothing is stored under that id."""


class DatabaseError(TrackerError):
    """The database is missing, of another revision, or cannot be reached."""


class ConnectionLostError(DatabaseError):
    """The database ended the connection in the middle of something; another may be had."""


class ReadOnlyError(DatabaseError):
    """The database is a replica, which answers and takes nothing in."""


class BusyError(TrackerError):
    """Others were at it for as long as somebody was willing to wait."""


class BackupError(TrackerError):
    """A backup could not be written, is damaged, or cannot be put back where it was asked for."""


class MailError(TrackerError):
    """A mail could not be handed to the mail server, or not for all of its recipients."""
