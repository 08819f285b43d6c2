/** One message's segments, walked in order: which order a result stands below is told by what came before it. */
import { PATIENT_REFERENCE_MISSING } from "../../errors/registry.ts";
import { harvestMessage } from "./harvest-message.ts";
import type { Hl7Context, MessageFacts } from "./hl7-context.ts";
import type { Hl7Message, Hl7Segment } from "./hl7-message.ts";
import { hl7Time } from "./hl7-time.ts";
import { IDENTITY_EVENTS, readIdentities } from "./read-identities.ts";
import { type ResultGroup, readObservations, resultGroup } from "./read-observations.ts";
import { readAdministration, readDocument, readLaboratoryOrder, readPharmacyOrder } from "./read-orders.ts";
import { readPerson } from "./read-person.ts";
import { type LastTransfers, readVisit } from "./read-visit.ts";

/** Says who a record belongs to, and nothing of what happened to them. */
const DELETES_PERSON = "A29";

export function readMessage(message: Hl7Message, transfers: LastTransfers, context: Hl7Context): void {
  const { message: type } = message.type;
  context.changes.nextMessage();
  // A training or debugging system's patients are nobody.
  const processing = message.header.text(11)?.toUpperCase() ?? "P";
  if (processing === "T" || processing === "D") {
    context.tally.add("not an event", `processing id ${processing}: not a production system`, type);
    return;
  }
  readIdentities(message, context);
  for (const one of message.perPerson()) readOne(one, transfers, context);
}

function readOne(message: Hl7Message, transfers: LastTransfers, context: Hl7Context): void {
  const { message: type, event } = message.type;
  const person = readPerson(message, context);
  if (context.harvest !== null) harvestMessage(message, person, context.harvest);
  if (person === null) {
    context.tally.reject(PATIENT_REFERENCE_MISSING, type);
    return;
  }
  const facts = factsOf(message, person);
  if (type === "ADT" && event === DELETES_PERSON) {
    context.changes.cancel("person", person, null);
    return;
  }
  const identitiesOnly = type === "ADT" && IDENTITY_EVENTS.has(event);
  if (type === "ADT" && !identitiesOnly) readVisit(facts, transfers, context);
  if (type === "MDM") {
    const txa = message.first("TXA");
    const content = message.segments.filter(({ name }) => name === "OBX");
    if (txa === null) context.notRead.add("MDM without TXA");
    else readDocument(txa, content, facts, context);
    return;
  }
  if (!identitiesOnly) readGroups(facts, context);
}

function factsOf(message: Hl7Message, person: string): MessageFacts {
  const [evn, pv1, pid] = [message.first("EVN"), message.first("PV1"), message.first("PID")];
  const at = (segment: Hl7Segment | null, field: number): number | null =>
    hl7Time(segment?.text(field) ?? "")?.ms ?? null;
  const sentMs = at(message.header, 7);
  return {
    message,
    type: message.type.message,
    event: message.type.event,
    person,
    visit: pv1?.text(19) ?? pid?.text(18) ?? null,
    account: pid?.text(18) ?? null,
    eventMs: at(evn, 6) ?? at(evn, 2) ?? sentMs,
    sentMs,
  };
}

/** Orders, administrations and the results below them. */
function readGroups(facts: MessageFacts, context: Hl7Context): void {
  let [orc, timing]: [Hl7Segment | null, Hl7Segment | null] = [null, null];
  let group: ResultGroup = resultGroup(null, null);
  let results: Hl7Segment[] = [];
  const finish = (): void => {
    readObservations(results, group, facts, context);
    results = [];
  };
  const order = (): { orc: Hl7Segment | null; facts: MessageFacts; context: Hl7Context } => ({
    orc,
    facts,
    context,
  });
  const { segments } = facts.message;
  for (const [i, segment] of segments.entries()) {
    switch (segment.name) {
      case "ORC":
        finish();
        orc = segment;
        timing = segments.slice(i + 1).find(({ name }) => name === "TQ1" || name === "ORC") ?? null;
        if (timing?.name === "ORC") timing = null;
        break;
      case "OBR":
        finish();
        group = resultGroup(segment, orc);
        if (facts.type === "OML" || facts.type === "ORM") readLaboratoryOrder(segment, order());
        break;
      case "RXE":
        finish();
        readPharmacyOrder(segment, timing, order());
        break;
      case "RXA":
        finish();
        group = { ...resultGroup(null, orc), ms: hl7Time(segment.text(3) ?? "")?.ms ?? null };
        readAdministration(segment, order());
        break;
      case "OBX":
        results.push(segment);
        break;
      default:
    }
  }
  finish();
}
