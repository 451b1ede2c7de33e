"""Benchmarks: each prints ratios against a peer in the same run, since machines differ and ratios hold."""
