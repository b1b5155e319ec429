/** Asking for something like a template: a model starts from it; without one the template itself answers. */
import React, { useState } from 'react';
import { useStore } from 'zustand';
import type { Wire } from '../api/client';
import { Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import { templatesOf, without } from './state';

export function Adapt({ template }: { readonly template: Wire['TemplateView'] }): JSX.Element {
  const { conversation, panel, trans } = useServices();
  const store = templatesOf(panel);
  const { id } = template;
  const request = useStore(store, state => state.requests[id] ?? '');
  const refusal = useStore(store, state => state.refusals[id]);
  const [busy, setBusy] = useState(false);
  const write = (text: string): void =>
    store.setState(({ requests }) => ({ requests: { ...requests, [id]: text } }));
  const send = async (): Promise<void> => {
    setBusy(true);
    store.setState(({ refusals }) => ({ refusals: without(refusals, id) }));
    try {
      // Values would make the template itself the answer, whatever the request says.
      await conversation.say({ message: request, template_id: id });
      write('');
    } catch (error) {
      store.setState(({ refusals }) => ({ refusals: { ...refusals, [id]: error as Error } }));
      // The chat is in front by now; what was typed is here.
      panel.setState({ view: 'templates' });
    }
    setBusy(false);
  };
  return (
    <form
      className="jca-Section jca-Adapt"
      aria-label={trans.__('Adapt to a request')}
      onSubmit={event => {
        event.preventDefault();
        void send();
      }}
    >
      <h4>{trans.__('Adapt to a request')}</h4>
      <p className="jca-FormField-about">
        {trans.__(
          'A model starts from this template and changes it as you say. The values above are not used; without a model the template itself answers.'
        )}
      </p>
      <textarea
        className="jca-Input"
        rows={3}
        aria-label={trans.__('What should be different')}
        placeholder={trans.__('What should be different')}
        value={request}
        onChange={event => write(event.target.value)}
      />
      {refusal && <Sorry error={refusal} />}
      <button type="submit" className="jca-Button" disabled={busy || !request.trim()}>
        {trans.__('Adapt')}
      </button>
    </form>
  );
}
