/** A choice of a few with its name above it. */
import type { ReactNode } from "react";

interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Value and what it is called. */
  readonly options: readonly (readonly [value: string, name: string])[];
  onChange(value: string): void;
  readonly required?: boolean;
  /** Below the choice. */
  readonly children?: ReactNode;
}

export function Choice({ id, label, value, options, onChange, required = false, children }: ChoiceProps) {
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        name={id}
        value={value}
        required={required}
        onChange={({ target }) => onChange(target.value)}
      >
        {options.map(([own, name]) => (
          <option key={own} value={own}>
            {name}
          </option>
        ))}
      </select>
      {children}
    </p>
  );
}
