import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { siteSchema } from "../../src/cli/site-config.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");
const sites = readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, "longitude.yaml")));

test.each(sites)("the configuration of the example %s is valid", (name) => {
  const written: unknown = parse(readFileSync(join(EXAMPLES, name, "longitude.yaml"), "utf8"));
  expect(siteSchema.parse(written).name).toBe(name);
});
