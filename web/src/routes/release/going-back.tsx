/** What going back from a release means, said before anybody signs it; it takes the focus, since it pushes the button down. */
import { useEffect, useRef } from "react";
import type { GoingBack } from "../../../../src/serving/workspace/release/release-routes.ts";
import english from "../../../languages/en/release.json";
import { useAsked } from "../../data/queries.ts";
import { useCodes } from "../../language/codes.ts";
import { useTexts } from "../../language/texts.ts";
import { Loaded } from "../../states/states.tsx";

export const ROLL_BACK = "/workspace/release/roll-back";

export function goingBackPath(release: string): string {
  return `${ROLL_BACK}?${new URLSearchParams({ release })}`;
}

export function GoingBackEffect({ release }: { readonly release: string }) {
  const t = useTexts("release", english);
  const code = useCodes();
  const query = useAsked<GoingBack>(goingBackPath(release));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="stack" aria-labelledby="going-back">
      <h3 id="going-back" ref={heading} tabIndex={-1}>
        {t("backEffect")}
      </h3>
      <Loaded query={query}>
        {({ statements }) => (
          <div role="status" className="stack">
            <ul>
              {statements.map((one) =>
                one.kind === "stage" ? (
                  <li key={`${one.subject} ${one.to}`}>
                    {t(one.to === "stopped" ? "backStopped" : "backStage", {
                      release: one.subject,
                      stage: code("stage", one.to),
                    })}
                  </li>
                ) : (
                  <li key={`${one.subject} ${one.name}`}>
                    {t("backName", { release: one.subject, name: one.name })}
                  </li>
                ),
              )}
              {statements.every(({ subject }) => subject === release) && <li>{t("backNone")}</li>}
            </ul>
            <p className="small soft">{t("backServer")}</p>
          </div>
        )}
      </Loaded>
    </section>
  );
}
