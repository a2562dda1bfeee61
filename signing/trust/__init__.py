"""Who may sign what: the one wrapper of python-tuf.

Owns roles and their keys, the trust folder of a machine, drops and what they list, revocations, and the office's side
of all that. Refuses to know exams, and asks no clock: the time comes in as milliseconds since 1970 (UTC).

The Update Framework (theupdateframework.io, specification 1.0.31) carries it: root, targets, snapshot and timestamp
metadata and one online ``drop`` role that lists the files. The roles that sign stand-alone files are delegations of the
targets metadata that have keys and no paths.

======================  ==========================================================================
``roles``               the roles, how many keys each needs at least, which may share keys
``model``               ``Trust``, ``DropContents``: what verification results in
``target_path``         the portable names a drop may list
``revocations``         the numbered, signed list of what is no longer believed
``metadata``            bytes in, verified metadata out
``client``              python-tuf's client over bytes in memory; loaded by ``metadata`` when it verifies
``folder``              bounded reading and durable writing
``store``               the folder of a machine that imports drops
``repository``          the office's side
======================  ==========================================================================
"""

from signing.trust.model import DropContents, DropFile, Trust
from signing.trust.repository import OfflineKeys, OnlineKeys, TrustRepository, Validity
from signing.trust.revocations import Revocations, read_revocations, write_revocations
from signing.trust.roles import Role
from signing.trust.store import TrustStore, open_target, read_target

__all__ = [
    "DropContents",
    "DropFile",
    "OfflineKeys",
    "OnlineKeys",
    "Revocations",
    "Role",
    "Trust",
    "TrustRepository",
    "TrustStore",
    "Validity",
    "open_target",
    "read_revocations",
    "read_target",
    "write_revocations",
]
