#!/usr/bin/env bash
# PyJWT 2.15.1, with a key of an identity provider's page that names no `alg` (it is optional, and large providers leave it out).
#
# Guess: `jwt.decode(token, key, algorithms=["RS256", "PS256"])` takes what the list says, since an RSA key is good for both.
# Behaviour: `PyJWK` decides on one algorithm when it is made, RS256 for every RSA key, and a token signed with PS256 or RS512 is
# refused as one whose algorithm does not fit the key, whatever the list says. The bare key inside (`key.key`) verifies all of
# them, and so does a `PyJWK` that was made with the token's algorithm. Elliptic keys have one by their curve, so they hide it.
# Output seen: RS256: alice  PS256: InvalidAlgorithmError  RS512: InvalidAlgorithmError  bare key: alice  made for PS256: alice
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'pyjwt[crypto]==2.15.1'
"$folder/venv/bin/python" - <<'PY'
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

LISTED = ["RS256", "PS256", "RS512"]
private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
row = {**RSAAlgorithm.to_jwk(private.public_key(), as_dict=True), "kid": "k1", "use": "sig"}
assert "alg" not in row


def said(key: object, algorithm: str) -> str:
    token = jwt.encode({"sub": "alice"}, private, algorithm, {"kid": "k1"})
    try:
        return jwt.decode(token, key, algorithms=LISTED)["sub"]
    except jwt.PyJWTError as error:
        return type(error).__name__


key = jwt.PyJWKSet.from_dict({"keys": [row]})["k1"]
seen = {name: said(key, name) for name in LISTED}
seen["bare key"] = said(key.key, "PS256")
seen["made for PS256"] = said(jwt.PyJWK(row, "PS256"), "PS256")
print("  ".join(f"{name}: {words}" for name, words in seen.items()))
refused = "InvalidAlgorithmError"
assert list(seen.values()) == ["alice", refused, refused, "alice", "alice"]
PY
