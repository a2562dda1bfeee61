"""Fuzz targets for everything that reads what an author wrote. What they promise: a model, or ``SourceRefused``; nothing else."""
