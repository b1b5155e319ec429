/** One line for people about one event of an execution: the same words as `client/words.py` uses. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IEvent } from '../api/events';
import { number, text, texts, words } from '../api/read';
import type { Json } from '../api/read';
import { signalName, statusWord } from '../notebook/words';

const SHORT = 160;

/** Empty where there is nothing to say. */
export function eventSentence(trans: TranslationBundle, { kind, data }: IEvent): string {
  const attempt = trans.__('attempt %1', words(data.attempt));
  const of = (what: string): string =>
    data.attempt === 0 ? trans.__('before any change: %1', what) : `${attempt}: ${what}`;
  const sentences: Record<string, () => string> = {
    queued: () => queued(trans, number(data.position) ?? 0),
    started: () =>
      (number(data.start) ?? 1) > 1
        ? trans.__('started again after the engine was lost')
        : trans.__('started'),
    plan: () => trans.__('plan: %1, %2 tier', text(data.language), text(data.tier)),
    tests: () => newTests(trans, data),
    code: () =>
      of(trans._n('%1 line written', '%1 lines written', number(data.lines) ?? 0) + by(trans, data)),
    run: () => of(trans.__('running in the sandbox')),
    signal: () => of(signal(trans, data)),
    diff: () => of(trans.__('+%1 -%2 lines', words(data.added) || '0', words(data.removed) || '0')),
    challenge: () => of(challenge(trans, data)),
    alternative: () => trans.__('another solution, to compare with') + by(trans, data),
    quarantine: () =>
      trans.__(
        '%1 was set aside as wrong: %2',
        text(data.id).split('::').pop() ?? '',
        short(text(data.reason))
      ),
    retry: () =>
      of(
        `${text(data.fix).replace(/\.$/, '') || trans.__('repairing')}: ${short(text(data.reason) || text(data.error_class))}`
      ),
    reused: () =>
      trans.__('the result of %1, where the same was asked; nothing is run', text(data.cached_from)),
    completed: () => statusWord(trans, text(data.status)),
    error: () => text(data.message)
  };
  return Object.hasOwn(sentences, kind) ? sentences[kind]() : '';
}

function queued(trans: TranslationBundle, position: number): string {
  return position
    ? trans._n('queued, %1 request before it', 'queued, %1 requests before it', position)
    : trans.__('queued');
}

function by(trans: TranslationBundle, data: Json): string {
  return text(data.model) ? ` ${trans.__('by %1', text(data.model))}` : '';
}

function newTests(trans: TranslationBundle, data: Json): string {
  const written = trans._n('%1 test written', '%1 tests written', number(data.count) ?? 0);
  const hidden = number(data.hidden) ?? 0;
  const parts = [
    written + (by(trans, data) || ` ${trans.__('by the user')}`),
    hidden
      ? trans._n(
          '%1 of them hidden from the code’s author',
          '%1 of them hidden from the code’s author',
          hidden
        )
      : '',
    text(data.why)
  ];
  return `${trans.__('tests')}: ${parts.filter(Boolean).join(', ')}`;
}

function signal(trans: TranslationBundle, data: Json): string {
  const warns = data.signal === 'data';
  const verdict = data.passed === true ? trans.__('passed') : warns ? trans.__('warns') : trans.__('failed');
  const summary = text(data.summary) ? `: ${short(text(data.summary))}` : '';
  return `${signalName(trans, text(data.signal))} ${verdict}${summary}`;
}

function challenge(trans: TranslationBundle, data: Json): string {
  const score = number(data.score);
  if (score === null) {
    return trans.__('the tests could not be challenged by changes of the code');
  }
  const missed = texts(data.survivors).join(', ');
  const noticed = trans.__('the tests notice %1 % of small changes of the code', Math.round(100 * score));
  return missed ? `${noticed}, ${trans.__('not %1', short(missed))}` : noticed;
}

function short(long: string): string {
  const line = long.split(/\s+/).join(' ').trim();
  return line.length <= SHORT ? line : `${line.slice(0, SHORT - 1)}…`;
}
