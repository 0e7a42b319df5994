// An identity provider for trials and tests: any login name is a person, access tokens are JWTs for one resource.
// node provider.mjs PACKAGES '{"port": 1, "resource": "http://...", "callback": "http://..."}'

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [packages, text] = process.argv.slice(2);
const { port, host = "127.0.0.1", resource, callback, issuer = `http://127.0.0.1:${port}` } = JSON.parse(text);
const require = createRequire(`${packages}/`);
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")).href);

const scopes = "risks:read other:read";
const provider = new Provider(issuer, {
  clients: [
    { client_id: "connect", client_secret: "connect-secret", redirect_uris: [callback], response_types: ["code"], grant_types: ["authorization_code"] },
    {
      client_id: "host",
      token_endpoint_auth_method: "none",
      application_type: "native",
      redirect_uris: ["http://127.0.0.1/callback"],
      grant_types: ["authorization_code", "refresh_token"],
      scope: `openid offline_access ${scopes}`,
    },
    { client_id: "machine", client_secret: "machine-secret", redirect_uris: [], response_types: [], grant_types: ["client_credentials"], scope: scopes },
  ],
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  scopes: ["openid", "offline_access", ...scopes.split(" ")],
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    registration: { enabled: true }, // hosts make a client of their own
    resourceIndicators: {
      enabled: true,
      defaultResource: (_ctx, client) => (client.clientId === "connect" ? undefined : resource),
      getResourceServerInfo: (_ctx, indicator) => ({ scope: scopes, audience: indicator, accessTokenTTL: 600, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } }),
    },
  },
  cookies: { keys: ["a key for tests"] },
});
provider.listen(port, host);
