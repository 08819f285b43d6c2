/**
 * The API of a Longitude server for browsers and Node: typed from the server's own OpenAPI (`npm run client:generate`).
 * Invariant: nothing but `fetch` is used, and nothing is sent anywhere else than to the address that was given.
 */
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./api.generated.ts";

export type LongitudeClient = Client<paths>;

/**
 * @param address of the server, as `https://longitude.hospital.example`
 * @param token of `POST /token`, or a function that gives the one in force; none on the server's own machine
 */
export function longitudeClient(
  address: string,
  token?: string | (() => string | Promise<string>),
): LongitudeClient {
  const client = createClient<paths>({ baseUrl: address });
  if (token !== undefined)
    client.use({
      async onRequest({ request }) {
        request.headers.set("authorization", `Bearer ${typeof token === "string" ? token : await token()}`);
      },
    });
  return client;
}
