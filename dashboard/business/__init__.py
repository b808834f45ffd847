"""What business systems tell: sales, answers of callers, tickets, reviews; taken in once, corrected, told to the stream.

`taking` is the one way in, for the API, for files and for the Redis stream of internal systems: it checks item by item, keeps what is
new in SQL, and writes what the stream must hear into an outbox in the same transaction. The historian tells the outbox.
"""
