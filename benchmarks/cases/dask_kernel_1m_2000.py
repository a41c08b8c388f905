"""1M parcels × 2,000 zones, reading and all pairs: on two Dask workers, from an index, and in one process."""

from benchmarks.case import Bar
from benchmarks.cases.dask_1m_2000 import files
from benchmarks.clusters import kernel_on_dask
from benchmarks.overlays import zoneproof

__all__ = ["files"]
OURS = "the kernel on 2 Dask workers"
SIDES = {OURS: kernel_on_dask(2), "the kernel alone": zoneproof("parquet")}
BARS = (Bar("the kernel alone", within=1.5),)
