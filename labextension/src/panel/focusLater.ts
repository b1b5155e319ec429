/**
 * A function that gives the focus to something inside `home` that is drawn only later than this call. It gives none where the
 * person has gone on elsewhere meanwhile: what is then typed, or closes once it loses the focus, is not ours. That the focus
 * has moved says nothing by itself: JupyterLab takes it back to the notebook when its palette or a menu closes.
 */
export function focusLater(home: HTMLElement): (found: HTMLElement) => void {
  let goneOn = false;
  const stop = (): void => {
    document.removeEventListener('keydown', acted, true);
    document.removeEventListener('pointerdown', acted, true);
  };
  const acted = (event: Event): void => {
    // A key of the shortcut that led here may still be held down.
    if (!(event instanceof KeyboardEvent && event.repeat)) {
      goneOn = true;
      stop();
    }
  };
  document.addEventListener('keydown', acted, true);
  document.addEventListener('pointerdown', acted, true);
  return found => {
    stop();
    const { activeElement, body } = document;
    if (!goneOn || activeElement === body || home.contains(activeElement)) {
      found.focus();
    }
  };
}
