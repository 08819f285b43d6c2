/** One reason of a few, each a line that is large enough to touch. */
interface ReasonsProps<Code extends string> {
  readonly name: string;
  /** What is asked, for who hears the page. */
  readonly legend: string;
  readonly options: readonly (readonly [code: Code, text: string])[];
  readonly value: string;
  onChange(code: Code): void;
  readonly autoFocus?: boolean;
}

export function Reasons<Code extends string>(props: ReasonsProps<Code>) {
  const { name, legend, options, value, onChange, autoFocus = false } = props;
  return (
    <fieldset className="plain-group reasons">
      <legend className="hidden">{legend}</legend>
      {options.map(([code, text], i) => (
        <label key={code} className="reason">
          <input
            type="radio"
            name={name}
            checked={value === code}
            // biome-ignore lint/a11y/noAutofocus: a dialog's first question
            autoFocus={autoFocus && i === 0}
            onChange={() => onChange(code)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
