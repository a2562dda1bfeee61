"""The office: builds, signs, releases, accepts, scores and reports. Works on a folder of the office's own machines.

==================  ===============================================================================
``state``           the folder and what lies where: ``Office``
``keys``            the key files and whose each is: ``OfficeKeys``
``granting``        ``register_site``, ``import_seat_list``
``building``        ``build_exam``
``publishing``      ``write_roster``, ``revoke``, ``publish``
``roster_list``     ``read_appointments``: CSV or JSON → appointments
``releasing``       ``release_package``, ``spoken_code``
``accepting``       ``accept_results``
``choosing``        ``choose_branch``, ``ways_of``: where bundles of one session part
``scoring_results`` ``score_bundle``
``recovering``      ``recover_journal_key``
==================  ===============================================================================

A seat and a site never import this package.
"""

from exam_packages.office.accepting import AcceptedBundle, AcceptReport, BundleOutcome, accept_results
from exam_packages.office.building import BuiltExam, build_exam
from exam_packages.office.choosing import SessionWays, choose_branch, ways_of
from exam_packages.office.granting import import_seat_list, register_site
from exam_packages.office.keys import OfficeKeys
from exam_packages.office.publishing import PublishedDrop, publish, revoke, write_roster
from exam_packages.office.recovering import recover_journal_key
from exam_packages.office.releasing import OfficerUnlock, release_package, spoken_code
from exam_packages.office.result_records import ResultRecord, SeatGap, all_records
from exam_packages.office.roster_list import read_appointments
from exam_packages.office.scoring_results import ScoredResult, score_bundle
from exam_packages.office.state import Office, PackageRecord

__all__ = [
    "AcceptReport",
    "AcceptedBundle",
    "BuiltExam",
    "BundleOutcome",
    "Office",
    "OfficeKeys",
    "OfficerUnlock",
    "PackageRecord",
    "PublishedDrop",
    "ResultRecord",
    "ScoredResult",
    "SeatGap",
    "SessionWays",
    "accept_results",
    "all_records",
    "build_exam",
    "choose_branch",
    "import_seat_list",
    "publish",
    "read_appointments",
    "recover_journal_key",
    "register_site",
    "release_package",
    "revoke",
    "score_bundle",
    "spoken_code",
    "ways_of",
    "write_roster",
]
