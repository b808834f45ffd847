"""Tests of the simulated past."""
