/**
 * State of a screen that belongs into its address: filters, sorting, thresholds. Copying the address copies the view.
 * Never for anything of a patient: what is typed about one stays out of addresses.
 */
import { useNavigate, useSearch } from "@tanstack/react-router";

/** @returns what the address says under `name`, else `initial`, and a setter that replaces it */
export function useSearchState(name: string, initial: string): [string, (value: string) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const value = search[name];
  return [
    value === undefined ? initial : String(value),
    (next) =>
      void navigate({
        to: ".",
        search: (before: Record<string, unknown>) => ({
          ...before,
          [name]: next === initial ? undefined : next,
        }),
        replace: true,
        resetScroll: false,
      } as never),
  ];
}
