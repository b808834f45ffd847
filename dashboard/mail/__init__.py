"""Letters out of the house: reports that people asked for, and alerts. One sender for both.

What people type (addresses, names, subjects) is hostile: nothing of it can become a header or a command of SMTP. The link to the
server is encrypted and its certificate checked, unless the server is this machine itself. What became of a letter is never guessed:
it went, it did not, or nobody knows.
"""

from dashboard.mail.addresses import addresses_in, checked
from dashboard.mail.failure import Fate, MailFailed, Refusal
from dashboard.mail.letter import Attachment, Letter
from dashboard.mail.server import MailServer

__all__ = ["Attachment", "Fate", "Letter", "MailFailed", "MailServer", "Refusal", "addresses_in", "checked"]
