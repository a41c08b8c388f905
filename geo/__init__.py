"""Pure functions on geometry, CRS, areas and overlays: arrays in, the same index out."""
