/** One risk on a line: a dot, the interval of comparable people, a tick where it usually lies. What it shows stands beside it in words. */
export interface RiskBarProps {
  readonly risk: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly usual: number | null;
  /** Where the line ends, at most 1. */
  readonly end: number;
}

const HEIGHT = 18;

export function RiskBar({ risk, low, high, usual, end }: RiskBarProps) {
  const x = (share: number) => `${2 + 96 * (Math.min(share, end) / end)}%`;
  const middle = HEIGHT / 2;
  return (
    <svg className="risk-bar" aria-hidden="true">
      <line className="axis" x1={x(0)} x2={x(end)} y1={middle} y2={middle} />
      {low !== null && high !== null && (
        <g className="interval">
          <line x1={x(low)} x2={x(high)} y1={middle} y2={middle} />
          <line x1={x(low)} x2={x(low)} y1={middle - 5} y2={middle + 5} />
          <line x1={x(high)} x2={x(high)} y1={middle - 5} y2={middle + 5} />
        </g>
      )}
      {usual !== null && <line className="usual" x1={x(usual)} x2={x(usual)} y1={1} y2={HEIGHT - 1} />}
      <circle cx={x(risk)} cy={middle} r={5} />
    </svg>
  );
}
