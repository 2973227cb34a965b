"""JWTs by hand: HS256 is an HMAC over two base64 strings."""

import base64
import hmac
import json
import os
import time


def _b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _mac(signed):
    return hmac.digest(os.environ["JWT_SECRET"].encode(), signed, "sha256")


HEADER = _b64(b'{"alg":"HS256","typ":"JWT"}')


def issue(subject):
    now = time.time()
    payload = {"sub": subject, "iat": now, "exp": now + 60 * int(os.environ["JWT_EXPIRE_MINUTES"])}
    signed = HEADER + b"." + _b64(json.dumps(payload).encode())
    return (signed + b"." + _b64(_mac(signed))).decode()


def subject_of(token):
    """None unless the token is ours and still good."""
    try:
        header, payload, signature = token.split(".")
        if not hmac.compare_digest(_unb64(signature), _mac(f"{header}.{payload}".encode())):
            return None
        if json.loads(_unb64(header))["alg"] != "HS256":
            return None
        claims = json.loads(_unb64(payload))
        return claims["sub"] if claims["exp"] > time.time() else None
    except (ValueError, KeyError, TypeError):
        return None
