"""Supervisors on the simulated switch: their phones, calls that an AMI client originates, ChanSpy, Bridge, and what was heard."""
