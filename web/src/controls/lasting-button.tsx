/**
 * A button that may have nothing to do, often because it was just pressed: it says so, does nothing, and keeps the focus, which a
 * browser takes from a button that is disabled.
 */
import type { ReactNode } from "react";

interface LastingButtonProps {
  /** Whether there is nothing to do now. */
  readonly idle: boolean;
  onPress(): void;
  readonly primary?: boolean;
  readonly children: ReactNode;
}

export function LastingButton({ idle, onPress, primary = false, children }: LastingButtonProps) {
  return (
    <button
      type="button"
      className={primary ? "button primary" : "button"}
      aria-disabled={idle}
      onClick={() => {
        if (!idle) onPress();
      }}
    >
      {children}
    </button>
  );
}
