"""A check on many machines: the same rules, the same bytes, by Dask `distributed` with futures only.

First every part of every layer is read by a task of its own (`read`): what lies within reach of a zone, put on the
plane and repaired, and every (land, feature) pair that overlaps. Then every batch of zones is judged by a task of its
own (`judge`), from no more of the layers than lies around it. What a task finds is a folder in the ledger, named after
all that went into it: a run that was broken off goes on where it stood, and nothing stale is taken. The client counts
what it expects; a part that is not there is an error and never a verdict.
"""
