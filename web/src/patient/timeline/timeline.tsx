/**
 * The record in lanes. It moves by dragging, by buttons and by keyboard alike: arrows go from event to event and say each,
 * with Shift they move the window; plus and minus zoom. The events of the window stand below as a table.
 */
import {
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";
import english from "../../../languages/en/timeline.json";
import { useWidth } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";
import { AXIS_HEIGHT, drawTimeline, LABEL_WIDTH, LANE_HEIGHT } from "./draw-timeline.ts";
import { EventTable } from "./event-table.tsx";
import { eventText } from "./event-text.ts";
import { lanesOf, markedOf, moved, type Window, wholeWindow, zoomed } from "./timeline-model.ts";
import "./timeline.css";

export interface TimelineProps {
  readonly timeline: PatientAnswer["timeline"];
  /** End of the record: the prediction time, ISO. */
  readonly now: string;
  /** Codes whose events are marked, and why: "what moved the risk of stroke". */
  readonly marked: ReadonlySet<string>;
  readonly markedBecause: string | null;
  readonly ref?: Ref<TimelineHandle>;
}

export interface TimelineHandle {
  /** Stands at an event, by its place, and takes the focus: the keys go on from there. */
  show(event: number): void;
}

interface Drag {
  readonly x: number;
  readonly begun: Window;
  at: Window;
  frame: number;
}

const STEP = 0.25;

export function Timeline({ timeline, now, marked, markedBecause, ref }: TimelineProps) {
  const t = useTexts("timeline", english);
  const canvas = useRef<HTMLCanvasElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const lanes = useMemo(() => lanesOf(timeline), [timeline]);
  const whole = useMemo(() => wholeWindow(timeline, Date.parse(now)), [timeline, now]);
  const [window, setWindow] = useState(whole);
  const [current, setCurrent] = useState(() => eventOf(location.hash, timeline.times.length));
  const dragged = useRef<Drag | null>(null);
  const markedCodes = useMemo(
    () => new Set(timeline.codes.flatMap(({ code }, i) => (marked.has(code) ? [i] : []))),
    [timeline, marked],
  );
  const markedEvents = useMemo(() => markedOf(lanes, timeline, markedCodes), [lanes, timeline, markedCodes]);
  const names = lanes.map(({ lane }) => t(`lane.${lane}`));
  // While it is dragged, only the drawing follows; the rest of the screen learns where it ended.
  const draw = useRef<(at: Window) => void>(() => {});
  draw.current = (at) => {
    const height = lanes.length * LANE_HEIGHT + AXIS_HEIGHT;
    if (canvas.current !== null && width > 0)
      drawTimeline(
        canvas.current,
        { timeline, lanes, window: at, marked: markedEvents, current, names },
        width,
        height,
      );
  };
  useEffect(() => {
    const frame = requestAnimationFrame(() => draw.current(window));
    return () => cancelAnimationFrame(frame);
  });

  // Somebody came by a link to one event: the keys go on from there.
  useEffect(() => {
    if (eventOf(location.hash, Number.POSITIVE_INFINITY) === -1) return;
    const frame = requestAnimationFrame(() => canvas.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);

  const span = window.to - window.from;
  const middle = window.from + span / 2;
  const zoom = (factor: number, at = middle) => setWindow(zoomed(window, factor, at, whole));
  const move = (share: number) => setWindow(moved(window, share * span, whole));
  const stand = (event: number) => {
    setCurrent(event);
    const time = timeline.times[event];
    if (time !== undefined && (time < window.from || time > window.to))
      setWindow(moved(window, time - middle, whole));
  };
  useImperativeHandle(ref, () => ({
    show: (event) => {
      stand(event);
      canvas.current?.focus();
    },
  }));
  const keys = new Map<string, () => void>([
    ["+", () => zoom(0.5)],
    ["=", () => zoom(0.5)],
    ["-", () => zoom(2)],
    ["Home", () => stand(0)],
    ["End", () => stand(timeline.times.length - 1)],
  ]);
  const onKey = (event: KeyboardEvent) => {
    const sideways = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    const act =
      sideways === 0
        ? keys.get(event.key)
        : event.shiftKey
          ? () => move(sideways * STEP)
          : () =>
              stand(
                Math.min(
                  timeline.times.length - 1,
                  Math.max(0, current === -1 ? timeline.times.length - 1 : current + sideways),
                ),
              );
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const onDrag = (event: PointerEvent<HTMLCanvasElement>) => {
    const drag = dragged.current;
    if (drag === null) return;
    const perPixel = (drag.begun.to - drag.begun.from) / (width - LABEL_WIDTH);
    drag.at = moved(drag.begun, (drag.x - event.clientX) * perPixel, whole);
    if (drag.frame !== 0) return;
    drag.frame = requestAnimationFrame(() => {
      drag.frame = 0;
      draw.current(drag.at);
    });
  };
  const onDrop = () => {
    if (dragged.current !== null) setWindow(dragged.current.at);
    dragged.current = null;
  };
  return (
    <section className="timeline panel" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{t("title")}</h2>
      <p className="small soft">
        {t("about", {
          count: timeline.times.length,
          from: day(timeline.times[0] ?? whole.from),
          to: day(timeline.times.at(-1) ?? whole.to),
        })}{" "}
        {markedBecause !== null && (
          <>
            <span aria-hidden="true">◆</span> {markedBecause}
          </>
        )}
      </p>
      <div className="row no-print">
        <button type="button" className="button" onClick={() => zoom(0.5)}>
          {t("zoomIn")}
        </button>
        <button type="button" className="button" onClick={() => zoom(2)}>
          {t("zoomOut")}
        </button>
        <button type="button" className="button" onClick={() => move(-STEP)}>
          {t("earlier")}
        </button>
        <button type="button" className="button" onClick={() => move(STEP)}>
          {t("later")}
        </button>
        <button type="button" className="button" onClick={() => setWindow(whole)}>
          {t("all")}
        </button>
        <span className="small soft">
          {day(window.from)} – {day(window.to)}
        </span>
      </div>
      <div ref={place}>
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the keys of the drawing are its own */}
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-label={t("drawing")}
          aria-describedby="timeline-keys"
          style={{ height: lanes.length * LANE_HEIGHT + AXIS_HEIGHT }}
          onKeyDown={onKey}
          onWheel={(event) => {
            if (event.ctrlKey) zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2);
          }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            dragged.current = { x: event.clientX, begun: window, at: window, frame: 0 };
          }}
          onPointerMove={onDrag}
          onPointerUp={onDrop}
          onPointerCancel={onDrop}
        />
      </div>
      <p id="timeline-keys" className="small soft no-print">
        {t("keys")}
      </p>
      <p role="status" className="small current">
        {current === -1 ? "" : eventText(timeline, current)}
      </p>
      <EventTable timeline={timeline} window={window} marked={markedCodes} />
    </section>
  );
}

/** Place of the event that the address names, `#event-12`; -1 where it names none of `count`. */
function eventOf(hash: string, count: number): number {
  const place = Number(/^#event-(\d{1,6})$/.exec(hash)?.[1] ?? -1);
  return place < count ? place : -1;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
