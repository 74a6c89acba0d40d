"""The exceptions of this package: one base, one class per kind of error of the engine.

The kinds come from the spec. Wrong arguments are caught before the engine sees
them and raise Python's own TypeError, ValueError and OverflowError.
"""


class EdgeError(Exception):
    """Base of everything the engine reports; ``kind`` is its name in the spec."""

    kind: str = "internal"


class InternalError(EdgeError):
    """A broken invariant of the engine."""


class InvalidArgument(EdgeError, ValueError):
    """The engine cannot accept what it was given."""

    kind = "invalid_argument"


class NotFound(EdgeError):
    """A path, point or vector name does not exist."""

    kind = "not_found"


class AlreadyExists(EdgeError):
    """The path already holds a shard."""

    kind = "already_exists"


class Locked(EdgeError):
    """Another process, or another object, has the shard open."""

    kind = "locked"


class Closed(EdgeError):
    """The shard has been closed."""

    kind = "closed"


class Corrupt(EdgeError):
    """Bytes on disk or in an archive are damaged."""

    kind = "corrupt"


class DiskFull(EdgeError):
    """No space is left; nothing was lost."""

    kind = "disk_full"


class Unsupported(EdgeError):
    """Valid for Qdrant, not offered by this release."""

    kind = "unsupported"


class Incompatible(EdgeError):
    """The configuration or the snapshot does not fit the shard."""

    kind = "incompatible"


class IncompleteSnapshot(EdgeError):
    """The archive ends early or lacks files that it promises."""

    kind = "incomplete_snapshot"


class IOFailure(EdgeError):
    """The operating system refused a file operation."""

    kind = "io"


class Cancelled(EdgeError):
    """The call was cancelled."""

    kind = "cancelled"


class Forked(EdgeError):
    """The shard was opened before a fork and used in the child; open it again there."""

    kind = "forked"


class OutOfMemory(EdgeError):
    """There was no memory for the answer of a call that was carried out."""

    kind = "out_of_memory"


class SyncError(EdgeError):
    """Base of what transfers between a synced shard and its server report; the shard itself goes on working."""


class Unavailable(SyncError):
    """The server cannot be reached now, or asks to come back later: try again."""

    kind = "unavailable"


class Unauthorized(SyncError):
    """The server wants another key."""

    kind = "unauthorized"


class Refused(SyncError):
    """The server refuses the call for good."""

    kind = "refused"


class ServerChanged(SyncError):
    """The collection is missing, or is not the one that the shard was in step with."""

    kind = "server_changed"


NAMES: "tuple[str, ...]" = ("EdgeError", "InternalError", "InvalidArgument", "NotFound", "AlreadyExists", "Locked", "Closed", "Corrupt", "DiskFull",
         "Unsupported", "Incompatible", "IncompleteSnapshot", "IOFailure", "Cancelled", "Forked", "OutOfMemory", "SyncError",
         "Unavailable", "Unauthorized", "Refused", "ServerChanged")


def from_kind(kind: str, message: str) -> EdgeError:
    """The exception for an error of the engine."""
    from ._gen import ERROR_KINDS

    return globals().get(ERROR_KINDS.get(kind, ""), EdgeError)(message)
