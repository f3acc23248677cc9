"""Bulk: archives to Parquet, the same program on one machine or a cluster; `tallyroom.bulk.run` is the door."""
