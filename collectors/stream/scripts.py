"""The scripts that run inside Redis, because their parts must not be torn apart.

Each takes its keys through KEYS, all with one hash tag, so they also run in a cluster. The first line makes
a server that is out of memory refuse a whole append before it has done anything, and nothing else: leases are renewed and the
stream is trimmed on a full server too.
"""

from __future__ import annotations

# KEYS lease, epoch; ARGV holder, time to live (ms). Answers {1, epoch} or {0, ms until the lease expires}. Asked again
# because the answer was lost, it gives the same epoch.
# An epoch is at least the server's second: it rises even over a failover that lost the newest epoch.
ACQUIRE = """#!lua flags=allow-oom
local held = redis.call('GET', KEYS[1])
if held then
  local ours = string.match(held, '^(%d+):' .. ARGV[1] .. '$')
  if not ours then return {0, redis.call('PTTL', KEYS[1])} end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return {1, tonumber(ours)}
end
local epoch = tonumber(redis.call('GET', KEYS[2]) or '0') + 1
local now_s = tonumber(redis.call('TIME')[1])
if now_s > epoch then epoch = now_s end
epoch = string.format('%d', epoch)
redis.call('SET', KEYS[2], epoch)
redis.call('SET', KEYS[1], epoch .. ':' .. ARGV[1], 'PX', ARGV[2])
return {1, tonumber(epoch)}
"""

# Lets the holder of an expired lease have it back, as long as nobody held it meanwhile: no higher epoch was given out.
_HOLD = """
local function holds(lease, epochs, epoch, token, ttl_ms)
  local held = redis.call('GET', lease)
  if held == token then return true end
  if held or redis.call('GET', epochs) ~= epoch then return false end
  redis.call('SET', lease, token, 'PX', ttl_ms)
  return true
end
"""

# KEYS lease, epoch; ARGV epoch, token, time to live (ms). Answers 1 or 0.
RENEW = f"""#!lua flags=allow-oom
{_HOLD}
if not holds(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]) then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

# KEYS lease; ARGV token. Answers 1 if it was ours.
RELEASE = """#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""

# KEYS stream, lease, epoch, cursor; ARGV epoch, token, time to live (ms), base, n of the first entry, packed entries…
# `base` is the n from which this writer counts without holes. Answers {1, id of the last}, {0} not the holder,
# {2, cursor} entries between base and the first of this batch are not there.
APPEND = f"""#!lua
{_HOLD}
if not holds(KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3]) then return {{0}} end
local base, first, count = tonumber(ARGV[4]), tonumber(ARGV[5]), #ARGV - 5
local cursor = redis.call('GET', KEYS[4]) or ''
local epoch, n, id = string.match(cursor, '^(%d+):(%d+):(.*)$')
local there = 0
if epoch == ARGV[1] and tonumber(n) >= base then
  there = tonumber(n) - first + 1
  if there < 0 then return {{2, cursor}} end
elseif first ~= base then
  return {{2, cursor}}
end
for i = there + 1, count do id = redis.call('XADD', KEYS[1], '*', 'e', ARGV[i + 5]) end
if there < count then
  redis.call('SET', KEYS[4], ARGV[1] .. ':' .. string.format('%d', first + count - 1) .. ':' .. id)
end
return {{1, id}}
"""

# KEYS stream; ARGV age to keep (ms), "" or the time (ms) past which nothing may go. Answers the number of entries removed.
# The server bounds one call to some 10,000 entries.
TRIM = """#!lua flags=allow-oom
local time = redis.call('TIME')
local oldest_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - tonumber(ARGV[1])
if ARGV[2] ~= '' and tonumber(ARGV[2]) < oldest_ms then oldest_ms = tonumber(ARGV[2]) end
return redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%d', oldest_ms))
"""
