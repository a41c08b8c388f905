"""The front door: command line, exit codes, progress, and the names a Python user imports."""
