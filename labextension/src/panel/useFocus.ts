/** Where the keyboard is when something opens over what it was in, and where it goes when that closes. */
import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';

/**
 * The element that appears while `open` is not null, inside `frame`: it is given the focus when it opens, and the element that
 * had it gets it back when it closes. Neither where the focus is outside of the frame: nobody is interrupted who is elsewhere.
 */
export function useFocusOf(open: string | null, frame: RefObject<HTMLElement>): RefObject<HTMLElement> {
  const opened = useRef<HTMLElement>(null);
  const before = useRef<HTMLElement | null>(null);
  const last = useRef<HTMLElement | null>(null);
  // React takes elements away before its effects run: what had the focus is known only by having listened.
  useEffect(() => {
    const node = frame.current;
    const seen = (event: FocusEvent): void => {
      last.current = event.target as HTMLElement;
    };
    const left = (event: FocusEvent): void => {
      // Without a window that has the focus, or with an element that is gone, nothing is focused instead.
      if (event.relatedTarget && !node?.contains(event.relatedTarget as Node)) {
        last.current = null;
      }
    };
    node?.addEventListener('focusin', seen);
    node?.addEventListener('focusout', left);
    return () => {
      node?.removeEventListener('focusin', seen);
      node?.removeEventListener('focusout', left);
    };
  }, [frame]);
  useEffect(() => {
    const { activeElement, body } = document;
    const inside = activeElement === body || frame.current?.contains(activeElement) ? last.current : null;
    if (open === null) {
      const back = before.current;
      before.current = null;
      if (inside && back) {
        (back.isConnected ? back : fallback(frame))?.focus();
      }
      return;
    }
    if (inside) {
      before.current ??= inside;
      opened.current?.focus();
    }
  }, [open, frame]);
  return opened;
}

function fallback(frame: RefObject<HTMLElement>): HTMLElement | null {
  return frame.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]') ?? null;
}
