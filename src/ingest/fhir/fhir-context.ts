/** What every FHIR reader needs beside the resource. */
import type { Findings } from "../findings.ts";
import type { SiteClock } from "../site-clock.ts";
import type { EventSink } from "../staging.ts";
import type { CodeOrder } from "./concept.ts";
import type { BundleIds } from "./reference.ts";

export interface FhirContext extends Findings {
  readonly staging: EventSink;
  readonly groupIdentifier: string | null;
  readonly unitAliases: Readonly<Record<string, string>>;
  /** Which of several codings of one concept is taken. */
  readonly codeOrder: CodeOrder;
  /** The calendar and clock on the wall of the site. */
  readonly clock: SiteClock;
  /** Security labels (codes of `meta.security`) whose bearers are left out. */
  readonly leaveOutLabels: ReadonlySet<string>;
  /** Screen every resource by the table of elements, and collect what identifies persons. */
  readonly collectIdentifiers: boolean;
  /** Full URLs of the Bundle that is being read; empty outside of one. */
  readonly bundle: BundleIds;
}
