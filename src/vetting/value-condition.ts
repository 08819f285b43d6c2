/** A condition on a value as people write it: `>= 2`, `< 7.5`, `>= 90, < 140`. */
const BOUND = /^(>=|>|<=|<)\s*(-?\d+(?:\.\d+)?)$/;

/** The condition as a predicate, or null when the text is none. */
export function parseValueCondition(text: string): ((value: number) => boolean) | null {
  const bounds = text.split(",").map((part) => BOUND.exec(part.trim()));
  if (bounds.some((bound) => bound === null)) return null;
  return (value) =>
    bounds.every((bound) => {
      const limit = Number(bound?.[2]);
      switch (bound?.[1]) {
        case ">=":
          return value >= limit;
        case ">":
          return value > limit;
        case "<=":
          return value <= limit;
        default:
          return value < limit;
      }
    });
}
