"""Who may see and do what: accounts, roles, scopes, sessions, API tokens, paired screens, the audit log.

Pages, gateway and commands ask here; nothing is allowed that no table allows. Every service takes an `Actor` first and calls
`actor.require` itself: whoever reaches a service past a page meets the same answer.
"""
