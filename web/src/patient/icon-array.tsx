/** A hundred people, or a thousand where the risk is small, those to whom it happens filled and of another shape. */
const COLUMNS = 10;

export interface IconArrayProps {
  readonly share: number;
  /** In words, with the same numbers. */
  readonly label: string;
  readonly large?: boolean;
}

export function IconArray({ share, label, large = false }: IconArrayProps) {
  const filled = Math.round(share * 100);
  return (
    <svg className={large ? "icons large" : "icons"} viewBox="0 0 100 100" role="img" aria-label={label}>
      {Array.from({ length: 100 }, (_, i) => {
        const [x, y] = [(i % COLUMNS) * 10 + 5, Math.floor(i / COLUMNS) * 10 + 5];
        return i < filled ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a hundred places that never move
          <rect key={i} className="filled" x={x - 3.6} y={y - 3.6} width={7.2} height={7.2} rx={1} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a hundred places that never move
          <circle key={i} cx={x} cy={y} r={3} />
        );
      })}
    </svg>
  );
}
