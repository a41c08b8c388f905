"""`python -m zoneproof`."""

from zoneproof.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
