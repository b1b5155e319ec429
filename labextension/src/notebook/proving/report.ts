/** What POST /notebooks/prove answers, for people. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Json } from '../../api/read';
import { list, number, record, text, texts } from '../../api/read';
import { readFinding } from '../../api/result';
import { bullets, button, h } from '../../dom';
import { effectSentences, findingSentence, mark, statusWord, toneOf } from '../words';

/** What a person can do with a report. */
export interface IReportActions {
  /** Show the cell with this id. */
  goTo(id: string): void;
  /** Change the notebook as proposed; false where it is another one by now. */
  mend(proposal: Json): boolean;
}

export function reportView(trans: TranslationBundle, report: Json, actions: IReportActions): HTMLElement {
  const status = text(report.status);
  const effects = effectSentences(
    trans,
    Object.fromEntries(
      Object.entries(record(report.effects)).map(([kind, targets]) => [kind, texts(targets)])
    )
  );
  const proposal = record(report.proposal);
  return h(
    'section',
    {
      class: `jca-Panel jca-Report jca-mod-${toneOf(status)}`,
      role: 'region',
      'aria-label': trans.__('Coding agent: report on the notebook')
    },
    h(
      'div',
      { class: 'jca-head' },
      h('strong', {}, `${mark(status === 'ran')} ${statusWord(trans, status)}`)
    ),
    h('p', {}, text(report.explanation)),
    effects.length > 0 && h('p', {}, h('b', {}, trans.__('Effects')), `: ${effects.join('; ')}`),
    text(proposal.message) !== '' && proposalView(trans, proposal, list(report.cells).map(record), actions),
    h(
      'ol',
      { class: 'jca-cells' },
      ...list(report.cells)
        .map(record)
        .filter(cell => text(cell.status) !== 'skipped' || text(cell.reason))
        .map(cell => cellItem(trans, cell, actions))
    )
  );
}

function proposalView(
  trans: TranslationBundle,
  proposal: Json,
  cells: readonly Json[],
  actions: IReportActions
): HTMLElement {
  const order = list(proposal.order).map(position => text(cells[number(position) ?? -1]?.name));
  const said = h('span', { role: 'status' });
  const mend = button(
    trans.__('Change the notebook'),
    () => {
      said.textContent = actions.mend(proposal)
        ? trans.__('Changed; undo takes it back. Prove the notebook again to see it run.')
        : trans.__('The notebook is another one by now, so nothing was changed. Prove it again.');
    },
    { class: 'jca-mod-accept' }
  );
  return h(
    'div',
    { class: 'jca-request' },
    h('p', {}, h('b', {}, trans.__('Proposal')), `: ${text(proposal.message)}`),
    texts(proposal.imports).length > 0 && h('pre', { tabindex: '0' }, texts(proposal.imports).join('\n')),
    order.some(Boolean) && h('p', {}, order.join(' → ')),
    h('div', { class: 'jca-controls' }, mend, ' ', said)
  );
}

function cellItem(trans: TranslationBundle, cell: Json, actions: IReportActions): HTMLElement {
  const status = text(cell.status);
  const index = number(cell.index) ?? 0;
  const error = record(cell.error);
  const findings = [...list(cell.lint), ...list(cell.security)].map(finding =>
    findingSentence(readFinding(finding))
  );
  const hidden = list(cell.relies_on).map(one =>
    [text(record(one).message), text(record(one).suggestion)].filter(Boolean).join(' → ')
  );
  return h(
    'li',
    {},
    button(text(cell.name) || trans.__('cell %1', index + 1), () => actions.goTo(text(cell.id))),
    h('span', { class: `jca-status jca-mod-${toneOf(status)}` }, ` ${statusWord(trans, status)} `),
    text(cell.reason),
    error.type !== undefined && h('code', {}, `${text(error.type)}: ${text(error.message)}`),
    text(error.traceback) !== '' && h('pre', { tabindex: '0' }, text(error.traceback)),
    hidden.length > 0 && bullets(hidden),
    findings.length > 0 && bullets(findings.map(finding => h('code', {}, finding)))
  );
}
