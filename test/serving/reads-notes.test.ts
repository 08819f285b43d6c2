import { join } from "node:path";
import { expect, test } from "vitest";
import { readSite } from "../../src/cli/read-site.ts";
import { siteKey } from "../../src/cli/signing.ts";
import { openServedModel } from "../../src/serving/answers/served-model.ts";
import { runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";

test("a release whose model reads notes is refused, by name and with what to do, and nothing is served", async () => {
  const { folder, release } = await makeServedSite({ notes: true });
  const key = await siteKey(await readSite(folder));
  const opened = openServedModel(join(folder, "releases", release), key);
  await expect(opened).rejects.toMatchObject({ code: "RELEASE_READS_NOTES", exitCode: 2 });
  await expect(opened).rejects.toThrow(release);
  await expect(runServer(folder)).rejects.toMatchObject({ code: "RELEASE_READS_NOTES" });
});

test("the same release without notes is served", async () => {
  const { folder } = await makeServedSite();
  const server = await runServer(folder);
  await server.stop();
});
