"""What can go wrong with the demo itself. Exit code 4, as everything about the machine.

::

    kiosk.errors.MachineFault
    └── DemoFault                a program is missing or does not start, or does not do what it was started for
        ├── CommandFailedError   a command of the day was refused (``programs``)
        └── RobotFailedError     a screen did not do what it must (``robot_process``)
"""

from __future__ import annotations

from kiosk.errors import MachineFault


class DemoFault(MachineFault):
    """The demo cannot be shown on this machine, or one of its programs did not do what it was started for."""

    code = "demo-fault"
