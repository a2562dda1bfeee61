"""The names of python-tuf that its type information hides.

Owns one import: ``tuf.api.metadata`` re-exports these classes without saying so, which mypy's strict mode calls private.
"""

from tuf.api.metadata import (  # type: ignore[attr-defined]  # documented there, defined in a private module
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

__all__ = [
    "DelegatedRole",
    "Delegations",
    "MetaFile",
    "Metadata",
    "Root",
    "Snapshot",
    "TargetFile",
    "Targets",
    "Timestamp",
]
