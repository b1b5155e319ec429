/** The badge above a cell, and its details, which open on click. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Json } from '../../api/read';
import { button, h } from '../../dom';
import { receiptView } from '../result/view';
import type { IProof, ProofState } from './proof';

const TONES: Record<ProofState, string> = {
  passed: 'good',
  ran: 'good',
  partial: 'warn',
  stale: 'warn',
  'other context': 'warn',
  'unknown key': 'warn',
  forged: 'bad',
  'not verified': 'info'
};
let made = 0;

/** A button that opens the details below it; Escape closes them. */
export class BadgeView {
  readonly node = h('div', { class: 'jca-Badge' });

  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _again: () => void
  ) {
    const id = `jca-badge-${++made}`;
    this._details.id = id;
    this._details.hidden = true;
    this._button = button('', () => this._toggle(this._details.hidden), {
      class: 'jca-badge-button',
      'aria-expanded': 'false',
      'aria-controls': id
    });
    this._details.setAttribute('data-lm-suppress-shortcuts', 'true');
    this.node.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !this._details.hidden) {
        event.stopPropagation();
        this._toggle(false);
        this._button.focus();
      }
    });
    this.node.append(this._button, this._details);
  }

  show(proof: IProof, receipt: Json): void {
    const { trans, label } = { trans: this._trans, label: badgeLabel(this._trans, proof.state) };
    this.node.dataset.state = proof.state;
    this._button.className = `jca-badge-button jca-mod-${TONES[proof.state]}`;
    this._button.textContent = label;
    this._button.title = proof.reason;
    this._button.setAttribute('aria-label', trans.__('Receipt: %1. %2', label, proof.reason));
    this._details.replaceChildren(
      h('p', { role: 'status' }, proof.reason),
      receiptView(trans, receipt),
      button(trans.__('Verify again'), this._again)
    );
  }

  private _toggle(open: boolean): void {
    this._details.hidden = !open;
    this._button.setAttribute('aria-expanded', String(open));
  }

  private readonly _details = h('div', { class: 'jca-badge-details' });
  private readonly _button: HTMLButtonElement;
}

export function badgeLabel(trans: TranslationBundle, state: ProofState): string {
  const labels: Record<ProofState, string> = {
    passed: trans.__('✓ passed'),
    ran: trans.__('✓ ran'),
    partial: trans.__('! not validated'),
    stale: trans.__('! stale: edited since it was proved'),
    'other context': trans.__('! proved in another context'),
    'unknown key': trans.__('? signed with an unknown key'),
    forged: trans.__('✗ forged receipt'),
    'not verified': trans.__('… not verified')
  };
  return labels[state];
}
