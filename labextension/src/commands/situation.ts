/** In a few words, how the agent is: what the status bar says. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ILive } from '../live/live';
import { isFinal } from '../live/run';

export interface ISituation {
  readonly words: string;
  /** A sentence more. */
  readonly caption: string;
  readonly busy: boolean;
}

/** Nothing is said that the stream has not told. */
export function situationOf(trans: TranslationBundle, live: ILive): ISituation {
  const going = Object.values(live.runs).filter(run => !isFinal(run.status));
  const said = (words: string, caption: string, busy = false): ISituation => ({
    words: trans.__('Coding agent: %1', words),
    caption,
    busy
  });
  if (live.connection === 'refused') {
    return said(trans.__('logged out'), trans.__('This page is no longer logged in. Reload it to go on.'));
  }
  if (live.connection === 'offline') {
    return live.why
      ? said(trans.__('not available'), live.why)
      : said(trans.__('offline'), trans.__('The Jupyter server does not answer.'));
  }
  if (live.connection !== 'online') {
    return { words: trans.__('Coding agent'), caption: trans.__('Open the coding agent'), busy: false };
  }
  if (going.length > 1) {
    return said(
      trans._n('%1 running', '%1 running', going.length),
      trans.__('Open the coding agent to see them'),
      true
    );
  }
  if (going.length === 1) {
    const [run] = going;
    const attempt = run.attempt ? trans.__('running, attempt %1 of %2', run.attempt, run.of) : '';
    const words = run.asked === 'cancel' ? trans.__('cancelling') : attempt;
    return said(
      words || (run.status === 'pending' ? trans.__('waiting') : trans.__('running')),
      trans.__('Open the coding agent to see it'),
      true
    );
  }
  return said(trans.__('idle'), trans.__('Open the coding agent'));
}
