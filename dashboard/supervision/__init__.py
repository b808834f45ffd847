"""Stepping into calls and helping agents: its rules, and what people ask. Asked by pages and gateways, kept by the control process."""
