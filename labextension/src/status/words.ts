/** What the status of an execution says, in words. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Wire } from '../api/client';
import type { IRun } from '../live/run';
import { eventSentence } from '../live/words';

type View = Wire['ExecutionView'];

/** Told by lights and numbers already; as stages they would make a screen reader talk without end. */
const NO_STAGE = ['signal', 'diff', 'completed', 'error'];
/** What the lines of an explanation begin with that give reasons for believing, not for failing. */
const REASONS = /^(Tests|Coverage|Mutation|Attempts|Not covered|Reused|Replay|Run|Changed): /;

/** What is being done, as the stream has told last. */
export function stageOf(trans: TranslationBundle, run: IRun): string {
  let index = run.events.length - 1;
  while (index >= 0 && NO_STAGE.includes(run.events[index].kind)) {
    index--;
  }
  return index < 0 ? '' : eventSentence(trans, run.events[index]);
}

/** Why it did not come to a validated result, in a sentence; empty where it did. */
export function whatWentWrong(view: View): string {
  if (view.error) {
    return view.error.message;
  }
  const lines = (view.explanation ?? '').split('\n');
  return view.status === 'passed' ? '' : (lines.find(line => line.trim() && !REASONS.test(line)) ?? '');
}

/** The package that the user would have to trust, as the server's sentence names it. */
export function packageToApprove(view: View): string {
  if (view.error_class !== 'package_not_allowed') {
    return '';
  }
  const said = `${view.error?.message ?? ''} ${view.explanation ?? ''}`;
  return /%agent approve ([A-Za-z0-9._-]*[A-Za-z0-9])/.exec(said)?.[1] ?? '';
}

/** `70 ms`, `1.7 s`, `12 s`, `2 min 5 s`; never less than nothing, whatever two clocks say. */
export function duration(trans: TranslationBundle, milliseconds: number, coarse = false): string {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 1 && !coarse) {
    return trans.__('%1 ms', Math.round(1000 * seconds));
  }
  if (seconds < 10 && !coarse) {
    return trans.__('%1 s', seconds.toFixed(1));
  }
  const whole = Math.round(seconds);
  return whole < 60
    ? trans.__('%1 s', whole)
    : trans.__('%1 min %2 s', Math.floor(whole / 60), String(whole % 60));
}

/** US dollars; small sums keep the digits that count. */
export function money(dollars: number): string {
  return `$${dollars.toFixed(dollars >= 1 ? 2 : 4)}`;
}
