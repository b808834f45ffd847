"""Alerts: rules that people write, held against the floor by the historian; what fired, until it is over; who is told, and what came
of it.

One process begins and ends alerts (`watch`); pages and gateways read them, and answer them. `rule`, `knowledge`, `judging`, `message` are
pure.
"""
