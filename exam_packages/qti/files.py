"""Files that content shows or plays: which there are, and the form in which they are delivered, whatever their kind."""

from __future__ import annotations

from exam_packages.qti import media, pictures
from exam_packages.qti.reading import refuse


def file_type(path: str) -> str | None:
    """The media type that a file's name promises, or None for what content cannot show."""
    return pictures.media_type(path) or media.file_type(path)


def delivered_file(untrusted: bytes, path: str) -> bytes:
    """Check a picture, audio, video or captions, and return what of it is delivered.

    Raises:
        SourceRefused: it is of no known kind, or not what its name promises.
    """
    if pictures.media_type(path) is not None:
        return pictures.delivered_picture(untrusted, path)
    if media.file_type(path) is None:
        refuse(path, "picture-kind", "is no picture, audio, video or captions", "Use a format that the profile names")
    return media.delivered_media(untrusted, path)
