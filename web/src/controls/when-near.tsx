/**
 * What is not needed at first: shown when it comes near the window, and in any case a little later, so that what is read first does
 * not wait for it, and whoever does not scroll (on paper, by ear) misses nothing.
 */
import { type ReactNode, useEffect, useRef, useState } from "react";

const LATER_MS = 2500;

export function WhenNear({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (near || element === null) return;
    const show = () => setNear(true);
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && show());
    observer.observe(element);
    const timer = setTimeout(show, LATER_MS);
    addEventListener("beforeprint", show);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
      removeEventListener("beforeprint", show);
    };
  }, [near]);
  return near ? children : <div ref={place} style={{ minHeight: height }} />;
}
