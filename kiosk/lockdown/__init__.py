"""Keeping everything but the exam out of a candidate's reach, saying what that is worth, and giving the machine back.

``operations`` change the machine and take it back, ``monitors`` notice, ``incidents`` say what was noticed and ``grading`` what
follows from it. What runs where is put together in ``ui``. Study: decisions 0110 to 0119.
"""
