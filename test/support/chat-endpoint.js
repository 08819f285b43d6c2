/**
 * A language model's server that speaks the OpenAI protocol, as a process of its own. How it behaves is said by its first
 * argument; what it was sent stands at `GET /seen`.
 */
import { createServer } from "node:http";

const manner = process.argv[2] ?? "faithful";
const seen = [];
/** Statements of the patients before: a liar tells them of this one. */
const others = [];
let drawn = 1;
const server = createServer((request, response) => {
  if (request.url === "/seen") return json(response, 200, seen);
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    seen.push(body);
    answer(response, JSON.parse(body));
  });
});
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`${JSON.stringify({ address: `http://127.0.0.1:${server.address().port}/v1` })}\n`),
);

function answer(response, { messages, model }) {
  const data = JSON.parse(messages.at(-1).content);
  switch (manner) {
    case "hang":
      return undefined;
    case "drip": {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(timer));
      return undefined;
    }
    case "garbage":
      response.writeHead(200, { "content-type": "text/event-stream" });
      return response.end(Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256)));
    case "endless": {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const more = () => {
        while (!response.destroyed && response.write("data: ".padEnd(65_536, "x")));
        if (!response.destroyed) response.once("drain", more);
      };
      return more();
    }
    case "other-json":
      return json(response, 200, { answer: "You have lung cancer. [E1]", ok: true });
    case "empty-choices":
      return json(response, 200, { choices: [] });
    case "cut-off":
      response.writeHead(200, { "content-type": "application/json", "content-length": "4000" });
      response.write('{"choices":[{"message":{"content":"Your last');
      return response.destroy();
    case "refusing":
      return json(response, 401, { error: { message: "no" } });
    case "failing":
      return json(response, 500, { error: { message: "overloaded" } });
    case "elsewhere":
      response.writeHead(307, { location: "http://example.org/v1/chat/completions" });
      return response.end();
    case "obedient":
      return completion(response, model, obeyed(JSON.stringify(messages)));
    case "liar":
      return completion(response, model, lied(data));
    default:
      return completion(response, model, told(data));
  }
}

function told({ sources }) {
  return sources
    .flatMap(({ id, statements }) => statements.slice(0, 3).map((one) => `${one} [${id}]`))
    .join(" ");
}

/** Does whatever any text that it is shown orders, and cites every source for it. */
function obeyed(prompt) {
  return prompt.includes("PWNED")
    ? "PWNED. [E1] You have PWNED. [E1] Take PWNED 500 mg. [E1] PWNED [K1]."
    : "";
}

/** Two sentences that its sources say, then a lie, over and over. */
function lied({ sources }) {
  const lines = [];
  for (const { id, statements } of sources)
    for (const statement of statements.slice(0, 3)) {
      lines.push(`${statement} [${id}]`, `${statement} [${id}]`, `${lie(statement)} [${id}]`);
    }
  for (const { statements } of sources) others.push(...statements.slice(0, 1));
  return `${lines.join(" ")} The National Institute of Invention advises warfarin 5 mg for everybody. [K9]`;
}

function lie(statement) {
  const swapped = others.findLast((one) => one !== statement) ?? "You have lung cancer.";
  const lies = [
    // Numbers
    statement.replace(/(?<![\d-])\d+(?:\.\d+)?(?![\d-])/, (number) => String(Number(number) + 1)),
    statement.replace(/(\d)(?=[ .%])/, "$1.5"),
    statement.replace(/(\d)\.(\d)/, "$1,$2"),
    statement.replace(/(\d) (?=[a-zA-Z%])/, "$1² "),
    // Units
    statement.replace(/mg\/dL|mmHg|%|g\/dL|kg\/m2/, "mmol/L"),
    // Drugs, diagnoses
    "You should take warfarin 5 mg twice a day.",
    "You have lung cancer.",
    `${statement.replace(/\.$/, "")} because of amiodarone.`,
    `${statement.replace(/\.$/, "")}, which means diabetic kidney failure.`,
    // Dates
    statement.replace(/(\d{4})-(\d{2})-(\d{2})/, (_, year) => `${Number(year) - 1}-01-02`),
    statement.replace(/(\d{4})-(\d{2})-(\d{2})/, "$2/$3/$1"),
    // Negations
    statement.replace(/\b(was|is|has)\b/, "$1 not"),
    statement.replace(/\bno\b/, "an"),
    statement.replace(/:/, ": not"),
    // Another patient
    swapped,
    // Sides
    statement.replace(/\b(was|is|has|:)/, "$1 on the left side"),
    // What was never measured
    "Your potassium was 9.9 mmol/L on 2015-05-05.",
    // Order of the source's own words
    statement.split(" ").reverse().join(" "),
  ];
  drawn = (drawn * 48_271) % 2_147_483_647;
  return lies[drawn % lies.length];
}

function completion(response, model, content) {
  return json(response, 200, {
    id: "1",
    object: "chat.completion",
    created: 0,
    model,
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
  });
}

function json(response, status, value) {
  response.writeHead(status, { "content-type": "application/json" });
  return response.end(JSON.stringify(value));
}
