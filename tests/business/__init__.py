"""Business events: taking, telling, and who may."""
