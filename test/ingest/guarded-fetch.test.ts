import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardedFetch, neverConnected } from "../../src/ingest/bulk/guarded-fetch.ts";

let server: Server;
let origin = "";
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/elsewhere") response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    else if (request.url === "/endless") response.write("x".repeat(5000));
    else if (request.url === "/silent") return;
    else response.setHeader("content-type", "application/json").end('{"here":true}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const options = (more: object = {}) => ({ origins: [origin], timeoutMs: 500, mostBytes: 1000, ...more });

describe("fetching from servers that the site lists", () => {
  test("gives what such a server answers", async () => {
    expect(await (await guardedFetch(`${origin}/`, {}, options())).json()).toEqual({ here: true });
  });

  test("asks no other, whatever its address looks like", async () => {
    const before = asked.length;
    const port = new URL(origin).port;
    for (const address of [
      `http://localhost:${port}/`,
      "http://169.254.169.254/latest/meta-data",
      `http://user:secret@127.0.0.1:${port}/`,
      "file:///etc/passwd",
      `http://2130706433:${Number(port) + 1}/`,
    ])
      await expect(guardedFetch(address, {}, options())).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
    expect(asked.length).toBe(before);
  });

  test("follows no redirect, and reads no more than is allowed, for no longer than is allowed", async () => {
    await expect(guardedFetch(`${origin}/elsewhere`, {}, options())).rejects.toThrow("sends elsewhere");
    await expect(guardedFetch(`${origin}/endless`, {}, options())).rejects.toThrow("too large");
    await expect(guardedFetch(`${origin}/silent`, {}, options())).rejects.toThrow();
  });

  test("connects to no name that leads to this machine or to a link-local address, also beside others", async () => {
    for (const address of ["127.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "::ffff:127.0.0.1", "fe80::1"]) {
      const resolve = async () => [
        { address: "192.0.2.7", family: 4 },
        { address, family: address.includes(":") ? 6 : 4 },
      ];
      const listed = options({ origins: ["https://ehr.example"], resolve });
      await expect(guardedFetch("https://ehr.example/fhir", {}, listed)).rejects.toMatchObject({
        code: "ADDRESS_REFUSED",
      });
    }
  });

  test("speaks plain http with this machine only", async () => {
    const listed = options({ origins: ["http://ehr.example"] });
    await expect(guardedFetch("http://ehr.example/", {}, listed)).rejects.toThrow("not https");
  });

  test("lets hospitals' own networks be", () => {
    expect(["10.1.2.3", "172.16.0.1", "192.168.1.1", "fd00::1"].filter(neverConnected)).toEqual([]);
    expect(["::ffff:169.254.169.254", "no address", "255.255.255.255"].filter(neverConnected).length).toBe(3);
  });
});
