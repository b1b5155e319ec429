/** To have a finding mended: a follow-up in the session that the code is from, or the same request with more words. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Wire } from '../api/client';
import type { IServices } from '../panel/services';
import { retry } from '../status/actions';
import type { IShownFinding } from './all';

export function requestToFix(trans: TranslationBundle, finding: IShownFinding): string {
  const { path, line, rule, message, fix } = finding;
  const where = line === null ? path : trans.__('%1, line %2', path, line);
  const what = [rule, message].filter(Boolean).join(': ');
  const sentences = [
    where ? trans.__('Fix this finding in %1: %2', where, what) : trans.__('Fix this finding: %1', what),
    fix ? trans.__('Suggested: %1', fix) : '',
    trans.__('Change nothing else.')
  ];
  return sentences.filter(Boolean).join('\n');
}

/** Rejects with AgentError. */
export async function askToFix(
  services: IServices,
  execution: Wire['ExecutionView'],
  finding: IShownFinding
): Promise<void> {
  const { conversation, panel, trans } = services;
  const words = requestToFix(trans, finding);
  const { session_id: session, execution_id: id, language } = execution;
  if (session) {
    panel.setState({ session });
    await conversation.say({ message: words, intent: 'code', language });
  } else {
    // Nobody has talked about it: a follow-up would not know which code is meant.
    await retry(services, id, execution, { custom_prompt: words });
  }
}
