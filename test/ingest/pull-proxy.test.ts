/** The Bulk Data client as a process behind a proxy, with an authority of the hospital's own. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createProxy, type Server } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proxyFor } from "../../src/ingest/bulk/proxy.ts";

let folder: string;
let certificate: string;
let hospital: ReturnType<typeof createServer>;
let proxy: Server;
let port: number;
const tunnels: string[] = [];
let login: string | undefined;
let runs = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "longitude-proxy-"));
  certificate = join(folder, "cert.pem");
  const key = join(folder, "key.pem");
  const subject = [
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
    "-nodes",
    "-days",
    "2",
  ];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", certificate, ...subject],
    {
      stdio: "ignore",
    },
  );
  hospital = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      const base = `https://localhost:${port}`;
      if (request.url!.includes("$export")) {
        response.writeHead(202, { "content-location": "/fhir/state/1" }).end();
      } else if (request.url === "/fhir/state/1") {
        const output = [{ type: "Patient", url: `${base}/files/1` }];
        const transactionTime = "2026-01-01T00:00:00Z";
        response.end(
          JSON.stringify({ transactionTime, requiresAccessToken: false, request: base, output, error: [] }),
        );
      } else response.end('{"resourceType":"Patient","id":"a","birthDate":"1950-01-01"}\n');
    },
  );
  proxy = createProxy();
  proxy.on("connect", (request, client, head) => {
    if (login !== undefined && request.headers["proxy-authorization"] !== login) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    tunnels.push(request.url!);
    const [host, to] = request.url!.split(":");
    const server = connect(Number(to), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      server.write(head);
      server.pipe(client).pipe(server);
    });
    for (const side of [server, client]) side.on("error", () => client.destroy());
  });
  for (const server of [hospital, proxy])
    await new Promise<void>((done) => server.listen(0, "localhost", () => done()));
  port = (hospital.address() as AddressInfo).port;
});
afterAll(() => {
  hospital.close();
  proxy.close();
  rmSync(folder, { recursive: true, force: true });
});

function pull(environment: Record<string, string>): Promise<{ code: number; out: string }> {
  const out = join(folder, `export-${++runs}`);
  const words = [
    "bin/longitude.js",
    "pull",
    "--server",
    `https://localhost:${port}/fhir`,
    "--out",
    out,
    "--json",
  ];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...words, "--tries", "1"],
      { env: { PATH: process.env.PATH, ...environment } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr }),
    );
  });
}

describe("a pull behind a proxy", { timeout: 60_000 }, () => {
  it("goes through its tunnel, trusts the hospital's own authority, and asks directly where it is told to", async () => {
    const address = `http://steward:secret@localhost:${(proxy.address() as AddressInfo).port}`;
    login = `Basic ${Buffer.from("steward:secret").toString("base64")}`;
    const trusted = { NODE_EXTRA_CA_CERTS: certificate };
    const through = await pull({ ...trusted, HTTPS_PROXY: address });
    expect(JSON.parse(through.out.split("\n")[0]!)).toMatchObject({ resources: 1 });
    expect(new Set(tunnels)).toEqual(new Set([`localhost:${port}`]));
    const asked = tunnels.length;
    expect((await pull({ ...trusted, HTTPS_PROXY: address, NO_PROXY: "example.org,localhost" })).code).toBe(
      0,
    );
    expect(tunnels).toHaveLength(asked);
    const refused = await pull({ ...trusted, HTTPS_PROXY: address.replace("secret", "wrong") });
    expect(refused.out).toContain("PULL_PROXY");
    expect(refused.out).not.toContain("wrong");
    expect((await pull({ HTTPS_PROXY: address })).out).toContain("PULL_INSECURE");
  });
});

describe("which proxy", () => {
  it("is asked is told by the environment, by host, domain and port", () => {
    const asked = (url: string, NO_PROXY: string): boolean =>
      proxyFor(new URL(url), { HTTPS_PROXY: "proxy.example:3128", NO_PROXY }) !== null;
    expect(asked("https://ehr.example/fhir", "")).toBe(true);
    expect(asked("http://localhost/fhir", "")).toBe(false);
    expect(asked("https://ehr.example/fhir", ".example")).toBe(false);
    expect(asked("https://ehr.example/fhir", "xample, ehr.example:8443")).toBe(true);
    expect(asked("https://ehr.example:8443/fhir", "ehr.example:8443")).toBe(false);
    expect(asked("https://ehr.example/fhir", "*")).toBe(false);
    expect(proxyFor(new URL("https://ehr.example"), {})).toBe(null);
  });
});
