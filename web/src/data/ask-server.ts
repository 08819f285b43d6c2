/**
 * Asks the server: same origin, JSON, the session's cookie; what changes something carries the session's CSRF value.
 * Invariant: a refusal keeps the server's code, remedy and request id, and nothing is written to the console.
 */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly requestId: string | null;
}

/** Of requests that nobody is there to have caused: they do not lengthen a session. */
const UNATTENDED = "x-unattended";
/** A page asks by itself at most so long after somebody has touched it, ms; what it asks later is unattended. */
const ATTENDED_MS = 60_000;

let asked = 0;
let touched = performance.now();

const touch = () => {
  touched = performance.now();
};
for (const kind of ["pointermove", "pointerdown", "click", "keydown", "wheel", "touchmove", "focusin"])
  addEventListener(kind, touch, { capture: true, passive: true });

/** When somebody last asked the server something, ms of `performance.now()`. */
export function lastAskedAt(): number {
  return asked;
}

export class ServerRefusal extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

export async function askServer<T>(path: string, signal?: AbortSignal): Promise<T> {
  return send<T>(path, signal === undefined ? {} : { signal });
}

export async function tellServer<T>(path: string, body: object, csrf: string): Promise<T> {
  return send<T>(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": csrf },
    body: JSON.stringify(body),
  });
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  const now = performance.now();
  const attended = now - touched < ATTENDED_MS;
  if (attended) asked = now;
  const headers = { ...init.headers, ...(attended ? {} : { [UNATTENDED]: "1" }) };
  try {
    response = await fetch(path, { ...init, headers, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ServerRefusal({
      status: 0,
      code: "UNREACHABLE",
      message: "the server does not answer",
      remedy: "Check the network, then try again.",
      requestId: null,
    });
  }
  if (response.ok) return (await response.json()) as T;
  const told = (await response.json().catch(() => null)) as { error?: Partial<Refusal> } | null;
  throw new ServerRefusal({
    status: response.status,
    code: told?.error?.code ?? `HTTP ${response.status}`,
    message: told?.error?.message ?? "the server refused",
    remedy: told?.error?.remedy ?? "Try again; tell who runs the server if it stays so.",
    requestId: told?.error?.requestId ?? response.headers.get("x-request-id"),
  });
}
