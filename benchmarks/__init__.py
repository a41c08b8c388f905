"""Zoneproof against what else does the same job: `python -m benchmarks [case …] [--small] [--cache DIR]`."""
