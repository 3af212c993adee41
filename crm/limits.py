"""How often something may be done: counted in Redis, which all web processes see; without it nothing is limited."""

import logging
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from typing import Any

import redis
from django.conf import settings

from crm.redis_server import breaker, client_of

logger = logging.getLogger(__name__)

# All counters go up by one, or none does: at one of its limits it answers for how many seconds that lasts.
_TAKE = """
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * i - 1]) then
    return math.max(redis.call('TTL', key), 1)
  end
end
for i, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, ARGV[2 * i]) end
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within so many seconds, counted from the first."""

    name: str
    most: int
    within: int


def take(*wanted: tuple[Limit, str]) -> int:
    """Count once under each limit, for each its subject (whose times are counted); return 0.

    Where one is used up nothing is counted, and the seconds are returned after which to come again. Subjects are
    hashed: Redis holds no addresses.
    """
    if not wanted or breaker.is_open():
        return 0
    keys = [f"limit:{limit.name}:{_hidden(subject)}" for limit, subject in wanted]
    numbers = [number for limit, _subject in wanted for number in (limit.most, limit.within)]
    try:
        seconds: Any = client_of(settings.REDIS_URL).eval(_TAKE, len(keys), *keys, *numbers)
    except redis.RedisError as error:
        breaker.trip()
        logger.warning("Redis is away, nothing is limited: %s", error)
        return 0
    return int(seconds)


def _hidden(subject: str) -> str:
    return blake2b(subject.encode("utf-8", "replace"), key=_key(settings.SECRET_KEY), digest_size=12).hexdigest()


@cache
def _key(secret: str) -> bytes:
    return sha256(b"declic limits" + secret.encode()).digest()
