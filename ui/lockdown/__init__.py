"""The supervisor's program: a small process that locks down, starts the exam window and watches. Never loads Qt."""
