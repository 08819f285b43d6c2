/** What takes long to prepare, as a drawing of a whole record: begun once what stands around it has been painted. */
import { type ReactNode, useEffect, useState } from "react";

/** @param height about as much as the children will take, CSS pixels */
export function AfterPaint({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  const [painted, setPainted] = useState(false);
  useEffect(() => {
    // The first frame is the one that paints; what is asked for within it comes after.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setPainted(true));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return painted ? children : <div style={{ minHeight: height }} />;
}
