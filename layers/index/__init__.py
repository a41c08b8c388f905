"""Making an indexed data set of a layer of any size: sorted runs on disk, merged into parts, the manifest last."""
