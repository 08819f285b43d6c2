/** How what is served was judged, which other releases there are, where it comes from, and whether the audit log is whole. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { ReleaseAnswer } from "../../../../src/serving/workspace/release/release-answer.ts";
import english from "../../../languages/en/release.json";
import { useAsked } from "../../data/queries.ts";
import { type Role, useSession } from "../../data/session.ts";
import { useCodes } from "../../language/codes.ts";
import { English } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { Empty, Loaded, Partial, Stale } from "../../states/states.tsx";
import { AuditStatus } from "./audit-status.tsx";
import { Compare } from "./compare.tsx";
import { Gates } from "./gates.tsx";
import { Registry } from "./registry.tsx";
import { StateForm } from "./state-form.tsx";
import { Waivers } from "./waivers.tsx";

/** Between two looks while the release that is served changes. */
const NEXT_MS = 2000;

export default function Release() {
  const t = useTexts("release", english);
  const code = useCodes();
  const query = useAsked<ReleaseAnswer>("/workspace/release", ({ next }) => (next === null ? null : NEXT_MS));
  useRenewal(query.data?.served);
  const session = useSession();
  const has = (...roles: readonly Role[]) =>
    session.data?.roles.some((role) => roles.includes(role)) ?? false;
  const auditing = has("auditor", "administrator");
  const stating = has("administrator", "reviewer");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>
        {(release) => (
          <>
            {release.stale && (
              <Stale since={release.reviewBy}>
                <p>{t("stale")}</p>
              </Stale>
            )}
            <div role="status">{release.next !== null && <Next next={release.next} />}</div>
            <section className="panel" aria-labelledby="verdict">
              <h2 id="verdict">
                {t("verdict")}: {code("verdict", release.verdict.verdict)}
              </h2>
              <p>
                <English>{release.verdict.words}</English>
              </p>
              {release.today.words !== release.verdict.words && (
                <p>
                  {t("todayVerdict", { verdict: code("verdict", release.today.verdict) })}{" "}
                  <English>{release.today.words}</English> {t("todaySigned")}
                </p>
              )}
              <dl className="facts">
                <dt>{t("served")}</dt>
                <dd>
                  <code>{release.served}</code>
                </dd>
                <dt>{t("review")}</dt>
                <dd>{release.reviewBy}</dd>
              </dl>
            </section>
            <Gates tasks={release.today.tasks} />
            <Waivers waivers={release.waivers} />
            <Registry releases={release.releases} served={release.served} />
            <Compare releases={release.releases} />
            {stating && <StateForm release={release} />}
            <Lineage nodes={release.lineage} />
            {auditing && <AuditStatus />}
          </>
        )}
      </Loaded>
    </div>
  );
}

/** What was read of the release before is asked anew once another is served. */
function useRenewal(served: string | undefined) {
  const client = useQueryClient();
  const before = useRef(served);
  useEffect(() => {
    if (served !== undefined && before.current !== undefined && before.current !== served)
      void client.invalidateQueries();
    before.current = served;
  }, [served, client]);
}

function Next({ next: { release, failed } }: { readonly next: NonNullable<ReleaseAnswer["next"]> }) {
  const t = useTexts("release", english);
  return (
    <Partial title={t("nextTitle", { release })}>
      <p>{failed === null ? t("nextOpens") : t("nextFailed", { code: failed })}</p>
    </Partial>
  );
}

function Lineage({ nodes }: { readonly nodes: ReleaseAnswer["lineage"] }) {
  const t = useTexts("release", english);
  return (
    <section className="panel" aria-labelledby="lineage">
      <h2 id="lineage">{t("lineage")}</h2>
      {nodes.length < 2 ? (
        <Empty title={t("lineageNone")} />
      ) : (
        <ol>
          {nodes.map(({ id, kind, from }) => (
            <li key={id}>
              {kind} <code>{id.slice(0, 20)}</code>,{" "}
              <span className="soft">
                {from.length === 0
                  ? t("fromNothing")
                  : t("from", { sources: from.map(({ role }) => role).join(", ") })}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
