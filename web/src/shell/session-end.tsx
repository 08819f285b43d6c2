/** Warns before a session ends for want of use, and lengthens it on request. */
import { lazy, Suspense, useEffect, useState } from "react";
import { lastAskedAt } from "../data/ask-server.ts";
import { useSession } from "../data/session.ts";

const EndingDialog = lazy(() => import("./ending-dialog.tsx"));
const WARN_MS = 2 * 60_000;
const LOOK_MS = 15_000;

export function SessionEnd() {
  const { data: session, error, refetch } = useSession();
  const [near, setNear] = useState(false);
  const idleMinutes = error === null ? session?.idleMinutes : undefined;
  useEffect(() => {
    if (idleMinutes === undefined) return;
    // Whatever somebody asked last has lengthened the session. Once it has ended, the server says so and the page shows nothing more.
    const look = () => {
      const leftMs = idleMinutes * 60_000 - (performance.now() - lastAskedAt());
      setNear(leftMs > 0 && leftMs < WARN_MS);
      if (leftMs <= 0) void refetch();
    };
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [idleMinutes, refetch]);
  const stay = () => {
    setNear(false);
    void refetch();
  };
  return near ? (
    <Suspense>
      <EndingDialog stay={stay} />
    </Suspense>
  ) : null;
}
