#!/usr/bin/env bash
# Authlib 1.9.10 (with requests 2.34.2) and oidc-provider 9.13.3 (npm), beside openid-client 6.9.0 (npm).
#
# The guess: a client that logs in with its secret by `client_secret_basic`, the usual way and the one that Authlib takes by
# itself, does so with any secret that the provider made. Where one secret works, the next will.
# What happens: OAuth has identifier and secret encoded as in a form before they go into the header, and the provider decodes
# them. Authlib puts them in as they are. For most characters that is the same, but a "+" is read as a blank and "%25" as a "%",
# and such a secret is refused as if it were wrong. Of secrets made of 32 random bytes in base64, every other one has a "+". So
# one place works with the same code and settings and the other does not, or it stops on the day when the secret is renewed, and
# a further secret may mend it, which tells nobody why. `client_secret_post` takes all of them, and so does openid-client.
# Seen: "Authlib: abc/d== taken, ab+c== OAuthError, 100%25off OAuthError, a-b_c~d taken", "by client_secret_post: taken" four
# times, "openid-client: taken" four times, "of 1000 secrets with a +: 491".
# Our server: it encodes them (team/login.py).
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "Authlib==1.9.10" "requests==2.34.2"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock oidc-provider@9.13.3 openid-client@6.9.0
secrets=("abc/d==" "ab+c==" "100%25off" "a-b_c~d")
cat >serve.mjs <<'JS'
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const server = createServer().listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const client = (name, client_secret, token_endpoint_auth_method) => ({
    client_id: name,
    client_secret,
    token_endpoint_auth_method,
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
  });
  const clients = process.argv
    .slice(2)
    .flatMap((secret, place) => ["basic", "post"].map((way) => client(`${way}-${place}`, secret, `client_secret_${way}`)));
  server.on("request", new Provider(issuer, { clients, features: { clientCredentials: { enabled: true } } }).callback());
  console.log(issuer);
});
JS
cat >look.py <<'PYTHON'
import base64
import hashlib
import sys
import warnings

warnings.simplefilter("ignore")
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

issuer, *secrets = sys.argv[1:]


def said(way: str, place: int, secret: str) -> str:
    session = OAuth2Session(f"{way}-{place}", secret, token_endpoint_auth_method=f"client_secret_{way}")
    try:
        session.fetch_token(f"{issuer}/token", grant_type="client_credentials")
    except OAuthError as error:
        return type(error).__name__
    return "taken"


print("Authlib:", ", ".join(f"{secret} {said('basic', place, secret)}" for place, secret in enumerate(secrets)))
print("by client_secret_post:", *(said("post", place, secret) for place, secret in enumerate(secrets)))
made = [base64.b64encode(hashlib.sha256(str(number).encode()).digest()) for number in range(1000)]
print("of 1000 secrets with a +:", sum(b"+" in secret for secret in made))
PYTHON
cat >look.mjs <<'JS'
import * as openid from "openid-client";

const [issuer, ...secrets] = process.argv.slice(2);
const said = async (secret, place) => {
  const way = openid.ClientSecretBasic(secret);
  const client = await openid.discovery(new URL(issuer), `basic-${place}`, {}, way, { execute: [openid.allowInsecureRequests] });
  return openid.clientCredentialsGrant(client).then(
    () => "taken",
    (error) => error.error,
  );
};
console.log("openid-client:", (await Promise.all(secrets.map(said))).join(" "));
JS
mkfifo issuer
node serve.mjs "${secrets[@]}" >issuer 2>/dev/null &
server=$!
read -r issuer <issuer
{ venv/bin/python look.py "$issuer" "${secrets[@]}" && node look.mjs "$issuer" "${secrets[@]}"; } | tee said
diff said - <<'SEEN'
Authlib: abc/d== taken, ab+c== OAuthError, 100%25off OAuthError, a-b_c~d taken
by client_secret_post: taken taken taken taken
of 1000 secrets with a +: 491
openid-client: taken taken taken taken
SEEN
