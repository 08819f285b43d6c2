/** What the server writes about itself. Invariant: the type has no field that could hold health data. */
import { type DestinationStream, pino } from "pino";

export interface ServerEvent {
  readonly event:
    | "started"
    | "release"
    | "request"
    | "failed"
    | "stage"
    | "statement"
    | "alarm"
    | "stopping"
    | "stopped";
  readonly requestId?: string;
  /** The route's pattern, never the address that was asked. */
  readonly route?: string;
  readonly method?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly tenant?: string;
  /** A stable error code. */
  readonly code?: string;
  readonly release?: string;
  /** Name of a class of errors, for what has no code. */
  readonly kind?: string;
}

export interface ServerLog {
  write(event: ServerEvent): void;
}

export function createServerLog(destination?: DestinationStream): ServerLog {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger = destination === undefined ? pino(options, pino.destination(2)) : pino(options, destination);
  return {
    write: (event) =>
      event.event === "failed" || event.event === "alarm" ? logger.error(event) : logger.info(event),
  };
}
