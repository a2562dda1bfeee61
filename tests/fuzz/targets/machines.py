"""What machines of a site read: reports, their own files, addresses, what a server answers, any file at all."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpcore
import httpx

from exam_packages.container import BytesSource
from exam_packages.ids import Digest
from exam_packages.inspection import Context, inspect
from exam_packages.office.result_records import _read
from exam_packages.office.state import Office, read_package_record
from kiosk.errors import KioskError
from kiosk.handover.seat_report import encode_report, read_report
from kiosk.seat.identity import make_identity, read_identity, write_about
from kiosk.seat.layout import SeatFolder
from kiosk.site.site import Site
from kiosk.upload.address import read_address, read_proxy
from kiosk.upload.connection import Connection
from kiosk.upload.credentials import read_token, tls_context
from kiosk.upload.receiving import untrusted_receipt
from signing.canonical import encode
from signing.errors import Refused
from tests.exam_packages import world
from tests.fuzz.target import Frame, Target, framed, in_one_form, split
from tests.simulators.clock import FakeClock
