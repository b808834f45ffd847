"""The changes of a session that Redis makes in one piece, so that no request sees half of one or brings an ended one back.

All keys of a site share one hash tag. Times are the caller's (ms), so that tests need not wait.
"""

from __future__ import annotations

from typing import Final

# KEYS record; ARGV seen at, time to live (ms). Answers 1 if there is such a session.
TOUCH: Final = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'seen_at_ms', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""

# KEYS record; ARGV second factor. Answers 1 if there is such a session.
PROVEN: Final = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'second_factor', ARGV[1])
return 1
"""

# KEYS record, key of the old cookie, key of the new cookie; ARGV digest of the old cookie, digest of the new one, now,
# ms between two changes, ms that the old one goes on, time to live of the new one, session id.
# Of two requests at once one changes the cookie; the other finds it changed and keeps what it has.
ROTATE: Final = """
if redis.call('HGET', KEYS[1], 'cookie') ~= ARGV[1] then return 0 end
local rotated = tonumber(redis.call('HGET', KEYS[1], 'rotated_at_ms') or '0')
if math.abs(tonumber(ARGV[3]) - rotated) < tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], 'cookie', ARGV[2], 'previous', ARGV[1], 'rotated_at_ms', ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('SET', KEYS[3], ARGV[7], 'PX', ARGV[6])
return 1
"""

# KEYS record, key of the old cookie, key of the new cookie; ARGV digest of the old cookie, digest of the new one, now,
# second factor, time to live (ms), time to live of the new cookie, session id.
# The old cookie ends at once: who planted it must not come in with the one who proved the second factor.
RISE: Final = """
if redis.call('HGET', KEYS[1], 'cookie') ~= ARGV[1] or redis.call('HGET', KEYS[1], 'stage') ~= 'password' then return 0 end
redis.call('HSET', KEYS[1], 'cookie', ARGV[2], 'previous', '', 'stage', 'full', 'second_factor', ARGV[4],
  'created_at_ms', ARGV[3], 'seen_at_ms', ARGV[3], 'rotated_at_ms', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[3], ARGV[7], 'PX', ARGV[6])
return 1
"""
