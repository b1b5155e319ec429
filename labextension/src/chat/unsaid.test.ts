import type { Wire } from '../api/client';
import { openAnswers } from './unsaid';

function message(id: string, role: 'user' | 'assistant', text: string): Wire['MessageView'] {
  const rest = { execution_id: null, status: null, files: {}, pinned: false, created_at: '' };
  return { message_id: id, role, text, ...rest };
}

const QUESTION = message('msg_1', 'user', 'Why?');
const OTHER = message('msg_2', 'user', 'How?');

test.each([
  ['is shown while it comes', 'It is', '', [QUESTION], 1],
  [
    'is not shown beside its message',
    'It is so',
    'msg_3',
    [QUESTION, message('msg_3', 'assistant', 'It is so')],
    0
  ],
  [
    'nor where the message is heard of first',
    'It is ',
    '',
    [QUESTION, message('msg_3', 'assistant', 'It is so')],
    0
  ],
  [
    'but beside the answer to another question',
    'It is',
    '',
    [OTHER, QUESTION, message('msg_3', 'assistant', 'So')],
    1
  ],
  ['and before anything of it came', '', '', [QUESTION, message('msg_3', 'assistant', 'So')], 1]
])('an answer %s', (_, text, replyId, messages, count) => {
  const answers = { msg_1: { sessionId: 'ses_1', text, done: replyId !== '', error: '', replyId, at: 1 } };
  expect(openAnswers('ses_1', answers, messages)).toHaveLength(count);
});
