"""What people open: terminal table, findings.json, HTML map, GeoPackage."""
