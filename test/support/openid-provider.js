/** An OpenID Connect provider as a process of its own: whoever logs in has the roles that stand before the `@` of the name. */
import { createServer } from "node:http";
import Provider from "oidc-provider";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "longitude",
        client_secret: "a secret of a test",
        redirect_uris: ["http://127.0.0.1/login/callback"],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], profile: ["name", "realm"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["a key of a test"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: "A person", realm: { groups: id.split("@")[0].split("+") } }),
    }),
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  });
  // The port of the server under test is not known yet.
  provider.Client.prototype.redirectUriAllowed = (uri) =>
    /^http:\/\/127\.0\.0\.1:\d+\/login\/callback$/.test(uri);
  server.on("request", provider.callback());
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});
