"""From a planner's files to trustworthy layers: roles, project file, readers, repair, provenance, samples."""
