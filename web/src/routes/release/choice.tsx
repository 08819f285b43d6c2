/** One of several, named by a label. */
interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly children: readonly (readonly [value: string, text: string])[];
  choose(value: string): void;
}

export function Choice({ id, label, value, children, choose }: ChoiceProps) {
  return (
    <p className="field">
      <label htmlFor={`state-${id}`}>{label}</label>
      <select id={`state-${id}`} value={value} onChange={({ target }) => choose(target.value)}>
        {children.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </p>
  );
}
