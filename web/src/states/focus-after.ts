/** Whoever pressed something that goes by being pressed goes on near it, not at the top of the page. */
import { type RefObject, useEffect, useRef } from "react";

/**
 * @param here whether what can be pressed is there
 * @param place where a lost focus goes on once it is not, such as a heading; the screen's content when left out
 */
export function useFocusAfter(here: boolean, place?: RefObject<HTMLElement | null>): void {
  const was = useRef(here);
  useEffect(() => {
    const gone = was.current && !here;
    was.current = here;
    if (gone && document.activeElement === document.body)
      (place === undefined ? document.getElementById("content") : place.current)?.focus();
  }, [here, place]);
}
