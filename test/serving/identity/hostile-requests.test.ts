import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningServer, runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";

let server: RunningServer;

beforeAll(async () => {
  const serving = {
    limits: { bodyMegabytes: 0.1, requestSeconds: 1 },
    people: { frameAncestors: ["https://ehr.example"] },
  };
  server = await runServer((await makeServedSite({ verdict: "deploy", stage: "live", serving })).folder);
});
afterAll(() => server.stop());

/** Sends bytes as they stand, and reads until the server ends it. */
async function raw(parts: readonly string[], pauseMs = 0): Promise<string> {
  const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString();
  });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  for (const part of parts) {
    if (socket.destroyed) break;
    socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  if (!socket.closed) await once(socket, "close");
  return answer;
}

const HOST = "Host: 127.0.0.1\r\nConnection: close\r\n";

describe("a hostile request", () => {
  test("reaches no file by its path", async () => {
    for (const path of [
      "/../../../../etc/passwd",
      "/fhir/..%2f..%2fetc/passwd",
      "/fhir/Device/..%2f..%2f..%2fetc%2fpasswd",
      "/v1/answers/%2e%2e%2f%2e%2e%2fkeys%2fserver.secret",
      "/login/callback/..;/..;/keys/server.secret",
      "/app/%00/keys",
    ]) {
      const answer = await raw([`GET ${path} HTTP/1.1\r\n${HOST}\r\n`]);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
      expect(answer).not.toMatch(/root:|BEGIN/);
    }
  });

  test("that is too large or nested too deep is refused", async () => {
    const large = { timeline: [], note: "x".repeat(200_000) };
    expect((await server.post("/v1/forecasts", large)).json.error.code).toBe("REQUEST_TOO_LARGE");
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const answer = await server.post("/v1/forecasts", deep, { "content-type": "application/json" });
    expect(answer.json.error.code).toBe("REQUEST_TOO_DEEP");
  });

  test("that comes in too slowly is ended", async () => {
    const head = `POST /v1/forecasts HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
    const began = performance.now();
    const answer = await raw([head, ...Array.from({ length: 80 }, () => " ")], 400);
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
    expect(performance.now() - began).toBeLessThan(40_000);
  }, 60_000);

  test("puts nothing of its own into the log or into a header", async () => {
    const evil = "%0d%0aSet-Cookie:%20evil=1%0d%0a{%22event%22:%22forged%22}";
    for (const path of [
      `/login/callback?state=${evil}`,
      `/launch?iss=${evil}`,
      `/login?purpose=${evil}`,
      `/${evil}`,
    ]) {
      const answer = await raw([
        `GET ${path} HTTP/1.1\r\n${HOST}X-Request-Id: forged\r\nUser-Agent: forged\r\n\r\n`,
      ]);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
      expect(answer).not.toMatch(/evil=1|forged/);
    }
    expect(server.log.join("")).not.toMatch(/evil|forged/);
    for (const line of server.log) expect(JSON.parse(line)).toHaveProperty("event");
  });

  test("with two lengths, or a length and chunks, is refused", async () => {
    const smuggled = `POST /token HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    const doubled = `POST /token HTTP/1.1\r\n${HOST}Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd`;
    for (const one of [smuggled, doubled]) expect(await raw([one])).toMatch(/^HTTP\/1\.1 400/);
  });

  test("under a name that is not this machine's is refused", async () => {
    expect(await raw(["GET /v1/model HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"])).toMatch(
      /^HTTP\/1\.1 403/,
    );
  });
});

describe("every answer", () => {
  test("has the headers that browsers heed", async () => {
    for (const path of ["/healthz", "/v1/model", "/nothing", "/login"]) {
      const { headers } = await server.get(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors https://ehr.example");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    }
  });
});
