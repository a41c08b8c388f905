"""The forms that offices pass on: coordinate files, boundary-point tables, Shapefile, CAD, Google Earth."""
