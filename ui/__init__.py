"""What people see: the Qt window and the `kiosk` command line, the only composition roots."""
