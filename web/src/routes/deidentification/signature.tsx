/** Whether the proof is as it was signed, and, asked for, whether it is of the newest records byte by byte. */
import { useRef, useState } from "react";
import type { PrivacyAnswer, StoreCheck } from "../../../../src/serving/workspace/building/privacy-answer.ts";
import english from "../../../languages/en/deidentification.json";
import { Tag } from "../../controls/tag.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useFocusAfter } from "../../states/focus-after.ts";
import { Loaded } from "../../states/states.tsx";

export function Signature({ proof }: { readonly proof: NonNullable<PrivacyAnswer["proof"]> }) {
  const t = useTexts("deidentification", english);
  const [checking, setChecking] = useState(false);
  const answer = useRef<HTMLDivElement>(null);
  useFocusAfter(!checking, answer);
  const query = useAsked<StoreCheck>(checking ? "/workspace/privacy/store" : null);
  return (
    <>
      <dl className="facts">
        <dt>{t("madeAt")}</dt>
        <dd>{proof.madeAt.slice(0, 16).replace("T", " ")} UTC</dd>
        <dt>{t("signature")}</dt>
        <dd>
          <Tag tone={proof.signed ? "good" : "bad"}>{t(proof.signed ? "fits" : "doesNotFit")}</Tag> {t("key")}{" "}
          <code>{proof.key}</code>
        </dd>
        <dt>{t("store")}</dt>
        <dd>
          <code>{proof.store.slice(0, 24)}</code>
        </dd>
      </dl>
      <p className="small soft">{t("verify")}</p>
      {checking ? (
        <div ref={answer} tabIndex={-1}>
          <Loaded query={query}>
            {({ same, at }) => (
              <p role="status">
                <Tag tone={same === true ? "good" : "bad"}>
                  {t(same === true ? "sameStore" : "otherStore")}
                </Tag>{" "}
                {t("checkedAt", { at: at.slice(0, 16).replace("T", " ") })}
              </p>
            )}
          </Loaded>
        </div>
      ) : (
        <p>
          <button type="button" className="button" onClick={() => setChecking(true)}>
            {t("checkStore")}
          </button>
        </p>
      )}
    </>
  );
}
