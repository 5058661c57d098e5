"""One loop plays everything: points in batches, here, in processes, or wherever Dask has them.

A run is one point, a what-if two, a sweep many. They differ in their store alone: this process's
memory, or a folder from which a sweep goes on.
"""
