"""Tests of making history anew."""
