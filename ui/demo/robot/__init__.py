"""The people at the window: a separate program that reads the accessibility tree and acts by keys and mouse.

Runs with the system's Python, because that one has the bindings of the accessibility bus; so: standard library and ``gi``
only, and nothing of this project except ``ui.demo.waiting``. The window knows nothing of it: what the robot finds, a
screen reader finds; what it does, a hand does (XTEST events of the X server).

``python3 -m ui.demo.robot`` reads one instruction a line from standard input and answers each with one line (``protocol``).
"""
