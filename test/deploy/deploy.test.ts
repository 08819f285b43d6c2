/** The files of deploy/ fit the server that they start: ports, probes, settings, what the image copies and who it runs as. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { createProgram } from "../../src/cli/program.ts";
import { stateSchema } from "../../src/state/state-config.ts";

const text = (name: string) => readFileSync(`deploy/${name}`, "utf8");
const lines = text("Containerfile").split("\n");
const serve = (await createProgram()).commands.find((verb) => verb.name() === "serve");
const health = readFileSync("src/serving/routes/health-routes.ts", "utf8");
const stateVariable = stateSchema.parse({}).urlFromEnvironment;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: a manifest has the shape of its kind
  readonly spec: any;
}

const manifests = parseAllDocuments(text("kubernetes.yaml")).map((document) => {
  expect(document.errors).toEqual([]);
  return document.toJS() as Manifest;
});
const manifest = (kind: string, name: string) => {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};

/** The command starts the verb as it is, with options that it has. */
function expectServes(words: readonly string[]): void {
  expect(words[0]).toBe("serve");
  const known = serve?.options.map(({ long }) => long) ?? [];
  for (const word of words.filter((one) => one.startsWith("--"))) expect(known).toContain(word);
  expect(words[words.indexOf("--host") + 1]).toBe("0.0.0.0");
  expect(words[words.indexOf("--port") + 1]).toBe("8080");
}

describe("the image", () => {
  it("copies what is there, from the build what is built, and serves as nobody", () => {
    const copied = lines.flatMap((line) => /^COPY (?!--from)(.+) \S+$/.exec(line)?.[1]?.split(" ") ?? []);
    expect(copied.length).toBeGreaterThan(6);
    for (const path of copied) expect([path, existsSync(path)]).toEqual([path, true]);
    expectServes(JSON.parse(lines.find((line) => line.startsWith("CMD "))?.slice(4) ?? "[]"));
    expect(lines).toContain("USER 10001");
    expect(lines).toContain("EXPOSE 8080");
    const { scripts, engines } = JSON.parse(readFileSync("package.json", "utf8"));
    for (const [, script] of text("Containerfile").matchAll(/npm run ([\w:]+)/g))
      expect(Object.keys(scripts)).toContain(script);
    const node = /node:(\d+\.\d+)/.exec(text("Containerfile"))?.[1];
    expect(engines.node).toBe(`>=${node}`);
  });
});

describe("the compose file", () => {
  const compose = parse(text("compose.yaml"));
  const server = compose.services.longitude;

  it("starts the server with its state's URL, read-only, and asks it whether it is ready", () => {
    const command = server.entrypoint.at(-1) as string;
    expect(command).toContain(`${stateVariable}=`);
    expectServes(command.slice(command.indexOf("serve ")).split(" "));
    expect(server).toMatchObject({ read_only: true, cap_drop: ["ALL"] });
    const asked = /127\.0\.0\.1:8080(\/\w+)/.exec(JSON.stringify(server.healthcheck))?.[1] ?? "";
    expect(health).toContain(`"${asked}"`);
  });

  it("lets only the server reach the database, and keeps passwords in files", () => {
    const { database } = compose.services;
    expect(database.networks).toEqual(["inside"]);
    expect(compose.networks.inside.internal).toBe(true);
    expect(database.ports).toBeUndefined();
    for (const name of [...database.secrets, ...server.secrets])
      expect(Object.keys(compose.secrets)).toContain(name);
    expect(JSON.stringify(compose)).not.toMatch(/POSTGRES_PASSWORD"/);
    expect(existsSync("deploy/secrets")).toBe(false);
  });
});

describe("the Kubernetes manifest", () => {
  it("has every part in one namespace, and selectors that meet their pods", () => {
    for (const { kind, metadata } of manifests)
      expect(kind === "Namespace" ? metadata.name : metadata.namespace).toBe("longitude");
    for (const kind of ["Deployment", "StatefulSet"] as const)
      for (const { spec } of manifests.filter((one) => one.kind === kind))
        expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    const service = manifest("Service", "longitude").spec;
    const [container] = manifest("Deployment", "longitude").spec.template.spec.containers;
    expect(container.ports.map(({ name }: { name: string }) => name)).toContain(service.ports[0].targetPort);
  });

  it("serves without rights, is probed where the server answers, and takes the URL from a secret", () => {
    const { spec } = manifest("Deployment", "longitude").spec.template;
    const [container] = spec.containers;
    expectServes(container.args);
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"])
      expect(health).toContain(`"${container[probe].httpGet.path}"`);
    expect(container.env.map(({ name }: { name: string }) => name)).toEqual([stateVariable]);
    expect(container.env[0].valueFrom.secretKeyRef).toEqual({ name: "longitude-state", key: "url" });
  });
});
