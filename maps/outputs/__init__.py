"""Outputs, one file each: `NAME`, `FILES` and `write(report, folder)`."""
