"""Benchmarks: each beside its peer in the same run, medians of several runs, JSON under `results/`. Never run by the tests."""
