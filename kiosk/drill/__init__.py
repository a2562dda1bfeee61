"""The power-cut drill: a real day's work at a seat, recorded call by call, and every state a cut could leave, opened and judged.

``acts`` does the work in a program of its own and marks what was acknowledged; ``calls`` reads what the system was asked for;
``disk`` knows what of it would have survived; ``images`` chooses what a cut leaves; ``promises`` keeps what was said to people;
``judging`` opens a state with the product's own code and compares; ``recording`` and ``drill`` hold it together
(docs/durability.md).
"""
