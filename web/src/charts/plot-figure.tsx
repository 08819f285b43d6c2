/**
 * A drawing by Observable Plot, as wide as its place, named for those who do not see it. Plot itself is loaded with the first
 * drawing of a page.
 */
import type { PlotOptions } from "@observablehq/plot";
import { useEffect, useRef, useState } from "react";

type Plot = typeof import("@observablehq/plot");

export interface PlotFigureProps {
  /** What the drawing shows, for screen readers: the same as the frame's finding, with the figures that matter. */
  readonly label: string;
  readonly height: number;
  /** @param width CSS pixels */
  draw(plot: Plot, width: number): PlotOptions;
}

export function PlotFigure({ label, height, draw }: PlotFigureProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [plot, setPlot] = useState<Plot | null>(null);
  useEffect(() => {
    let wanted = true;
    void import("@observablehq/plot").then((loaded) => {
      if (wanted) setPlot(loaded);
    });
    return () => {
      wanted = false;
    };
  }, []);
  useEffect(() => {
    const element = place.current;
    if (plot === null || element === null || width === 0) return;
    const drawn = plot.plot({
      width,
      height,
      ...draw(plot, width),
      style: { background: "none", color: "inherit", fontSize: "12px", fontFamily: "inherit" },
    });
    asOneImage(drawn, label);
    element.replaceChildren(drawn);
  }, [plot, width, height, label, draw]);
  return <div ref={place} className="plot" style={{ minHeight: height }} />;
}

/**
 * Plot puts a style element into each drawing, which the page's policy forbids (`charts.css` says the same), and labels on
 * groups, which are no images: the drawing as a whole is one.
 */
function asOneImage(drawn: Element, label: string): void {
  drawn.querySelector("style")?.remove();
  for (const part of drawn.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", label);
}

export function useWidth(place: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return width;
}
