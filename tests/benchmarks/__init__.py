"""What takes how long, beside the limit it is measured against. Run by hand; not part of the tests."""
