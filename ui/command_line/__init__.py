"""The `kiosk` command line: one file a group of commands; errors become words and exit codes in `main`, nowhere else."""
