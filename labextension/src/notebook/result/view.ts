/** What a result looks like: built from the result alone, so that it needs no kernel and no server. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { bullets, disclosure, h } from '../../dom';
import type { IResult, ISignal } from '../../api/result';
import * as words from '../words';

/** Marks up code inside an element; what it is given stays text. */
export type Highlight = (code: string, path: string, into: HTMLElement) => void;

const SHOWN = 20;
/** The label of a line of an explanation stands before its first colon. */
const LABEL = /^([A-Z][a-z]+(?: [a-z]+)?): (.*)$/s;

/** The panel; `controls` are what a person can do with the result. */
export function resultView(
  trans: TranslationBundle,
  result: IResult,
  highlight: Highlight,
  controls: Node | null
): HTMLElement {
  const status = words.resultWord(trans, result);
  const effects = words.effectSentences(trans, result.effects);
  return h(
    'section',
    {
      class: `jca-Panel jca-mod-${words.toneOf(result.status)}`,
      role: 'region',
      'aria-label': trans.__('Coding agent: %1', status)
    },
    h(
      'div',
      { class: 'jca-head' },
      h('strong', {}, `${words.mark(['passed', 'ran'].includes(result.status))} ${status}`),
      h('span', { class: 'jca-soft' }, words.facts(trans, result))
    ),
    result.prompt && h('div', { class: 'jca-request' }, result.prompt),
    ...result.explanation.split('\n').filter(Boolean).map(reason),
    signalList(trans, result.signals),
    h(
      'p',
      words.reaches(result.effects) ? { class: 'jca-effects' } : {},
      h('b', {}, trans.__('Effects')),
      `: ${effects.length ? effects.join('; ') : trans.__('none beyond computing')}`
    ),
    controls,
    result.outputs.length > 0 &&
      disclosure(
        trans.__('files that it wrote'),
        true,
        bullets(result.outputs.map(output => outputLine(output)))
      ),
    ...result.changes.map(change =>
      disclosure(trans.__('%1, changed', change.name), true, diffView(change.diff))
    ),
    ...codes(result.changes.length ? {} : result.files, result.status !== 'cancelled', highlight),
    ...codes(result.tests, false, highlight),
    result.stdout !== '' && disclosure(trans.__('printed'), false, pre(result.stdout)),
    result.qualityParts.length > 0 &&
      disclosure(
        trans.__('Quality: what cost points'),
        false,
        bullets(result.qualityParts.map(part => `${-Math.abs(part.points)} ${part.reason}`))
      ),
    result.attempts.length > 1 && attempts(trans, result),
    result.receipt && disclosure(trans.__('Receipt'), false, receiptView(trans, result.receipt)),
    ...words.hints(trans, result).map(([command, what]) => h('p', {}, h('code', {}, command), ` ${what}`))
  );
}

/** Name and value of everything a receipt says. */
export function receiptView(trans: TranslationBundle, receipt: NonNullable<IResult['receipt']>): HTMLElement {
  const rows = words.receiptRows(trans, receipt);
  return h(
    'dl',
    { class: 'jca-facts' },
    ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])
  );
}

/** The signals, each with what was found. */
export function signalList(trans: TranslationBundle, signals: readonly ISignal[]): HTMLElement {
  return bullets(
    signals.map(signal => signalItem(trans, signal)),
    { 'aria-label': trans.__('Signals'), class: 'jca-signals' }
  );
}

function signalItem(trans: TranslationBundle, signal: ISignal): Node {
  const warns = words.warns(signal);
  const spoken = signal.passed ? trans.__('passed') : warns ? trans.__('warning') : trans.__('failed');
  const sign = h(
    'span',
    { class: signal.passed ? 'jca-yes' : warns ? 'jca-hint' : 'jca-no', role: 'img', 'aria-label': spoken },
    words.signalMark(signal)
  );
  const problems = words.problems(signal);
  const left = problems.length - SHOWN;
  const shown: Node[] = problems.slice(0, SHOWN).map(problem => h('code', {}, problem));
  if (left > 0) {
    shown.push(document.createTextNode(trans.__('and %1 more', left)));
  }
  return h(
    'div',
    {},
    sign,
    ` ${words.signalName(trans, signal.name)}: ${words.signalSentence(trans, signal)}`,
    shown.length > 0 && bullets(shown)
  );
}

function reason(line: string): HTMLElement {
  const parts = LABEL.exec(line);
  return parts ? h('p', {}, h('b', {}, parts[1]), `: ${parts[2]}`) : h('p', {}, line);
}

function outputLine(output: { name: string; size: number | null }): string {
  return output.size === null ? output.name : `${output.name} (${output.size.toLocaleString()} B)`;
}

function codes(files: Readonly<Record<string, string>>, open: boolean, highlight: Highlight): HTMLElement[] {
  return Object.entries(files).map(([path, code], position) => {
    const block = pre('');
    highlight(code, path, block);
    return disclosure(path, open && position === 0, block);
  });
}

/** A unified diff, its lines in colours and by their signs, without the names of the files that nobody knows. */
function diffView(diff: string): HTMLElement {
  const block = pre('');
  const lines = diff.trimEnd().split('\n');
  const named = lines.length > 2 && lines[0].startsWith('--- ') && lines[1].startsWith('+++ ');
  for (const line of lines.slice(named ? 2 : 0)) {
    const tones: Record<string, string> = { '+': 'jca-yes', '-': 'jca-no', '@': 'jca-soft' };
    block.append(h('span', { class: tones[line[0]] ?? '' }, `${line}\n`));
  }
  return block;
}

function pre(content: string): HTMLElement {
  return h('pre', { tabindex: '0' }, content);
}

function attempts(trans: TranslationBundle, result: IResult): HTMLElement {
  const heads = [
    trans.__('attempt'),
    trans.__('what was done'),
    trans.__('signals'),
    trans.__('what was wrong')
  ];
  const table = h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...heads.map(head => h('th', { scope: 'col' }, head)))),
    h(
      'tbody',
      {},
      ...result.attempts.map(attempt =>
        h(
          'tr',
          {},
          ...[
            String(attempt.number),
            attempt.done,
            words.attemptSignals(trans, attempt),
            attempt.problem
          ].map(cell => h('td', {}, cell))
        )
      )
    )
  );
  const diffs = result.attempts
    .filter(attempt => attempt.diff !== '')
    .map(attempt =>
      disclosure(trans.__('what attempt %1 changed', attempt.number), false, diffView(attempt.diff))
    );
  return disclosure(trans._n('%1 attempt', '%1 attempts', result.attempts.length), false, table, ...diffs);
}
