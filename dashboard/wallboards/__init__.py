"""What people keep for walls: boards with their history, pictures for them, messages to screens.

Everything here is asked with an `Actor` and checked for permission and scope; everything that changes leaves a line in the audit
log in the same transaction. The documents themselves, what they may hold and what they mean, are `dashboard.boards`.
"""
