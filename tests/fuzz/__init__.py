"""Fuzz targets for every reader of what comes from outside: a verified object, or this package's error; nothing else."""
