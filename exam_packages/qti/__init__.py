"""Question and Test Interoperability 3.0: the frozen model, reading, linting, processing. Pure: bytes in, values out."""
