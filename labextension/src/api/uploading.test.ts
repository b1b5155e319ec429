import { ServerConnection } from '@jupyterlab/services';
import { agentAt } from './client';

/** What the browser is asked to send, and its answers. */
class FakeRequest {
  static last: FakeRequest;
  readonly upload: { onprogress?: (event: object) => void } = {};
  readonly headers: Record<string, string> = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  opened = '';
  withCredentials = true;
  body: Blob | null = null;
  status = 0;
  statusText = '';
  response: Blob | null = null;

  constructor() {
    FakeRequest.last = this;
  }
  open(method: string, url: string): void {
    this.opened = `${method} ${url}`;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getAllResponseHeaders(): string {
    return 'content-type: application/json\r\nretry-after: 7\r\n';
  }
  send(body: Blob): void {
    this.body = body;
  }
  abort(): void {
    this.onabort?.();
  }
  async answer(status: number, body: object): Promise<void> {
    this.response = await new Response(JSON.stringify(body)).blob();
    this.status = status;
    this.onload?.();
  }
}

const told = jest.fn();

/** An upload that has just been begun. */
async function begun(signal?: AbortSignal): Promise<{ sent: FakeRequest; answered: Promise<Response> }> {
  const settings = ServerConnection.makeSettings({ baseUrl: 'http://lab.example/', token: 'secret' });
  const body = new FormData();
  body.append('session_id', 'ses_1');
  const init = { method: 'POST', body, ...(signal ? { signal } : {}) };
  const answered = agentAt(settings).open('/artifacts/upload', init, told);
  answered.catch(() => undefined);
  await new Promise(resolve => setTimeout(resolve));
  return { sent: FakeRequest.last, answered };
}

beforeEach(() => {
  told.mockClear();
  Object.assign(globalThis, { XMLHttpRequest: FakeRequest });
  document.cookie = '_xsrf=abc';
});

test('an upload goes with the credentials of every request, and says how far it is', async () => {
  const { sent, answered } = await begun();
  expect([sent.opened, sent.withCredentials]).toEqual([
    'POST http://lab.example/coding-agent/artifacts/upload',
    false
  ]);
  expect(sent.headers).toMatchObject({ authorization: 'token secret', 'x-xsrftoken': 'abc' });
  const form = await new Response(sent.body, { headers: sent.headers }).formData();
  expect(form.get('session_id')).toBe('ses_1');
  sent.upload.onprogress?.({ lengthComputable: true, loaded: 30, total: 120 });
  sent.upload.onprogress?.({ lengthComputable: false, loaded: 60, total: 0 });
  expect(told.mock.calls).toEqual([[0.25], [null]]);
  await sent.answer(201, { artifact_id: 'art_1' });
  expect(await (await answered).json()).toEqual({ artifact_id: 'art_1' });
});

test('a refusal, a server that is gone and a cancelled upload are what they are elsewhere', async () => {
  const refused = await begun();
  await refused.sent.answer(413, { message: 'A file may have 50 MB.', reason: 'too_large' });
  const refusal = { status: 413, message: 'A file may have 50 MB.', reason: 'too_large', retryAfter: 7 };
  await expect(refused.answered).rejects.toMatchObject(refusal);
  const lost = await begun();
  lost.sent.onerror?.();
  await expect(lost.answered).rejects.toMatchObject({ status: 0 });
  const abort = new AbortController();
  const cancelled = await begun(abort.signal);
  const stop = jest.spyOn(cancelled.sent, 'abort');
  abort.abort();
  expect(stop).toHaveBeenCalledTimes(1);
  await expect(cancelled.answered).rejects.toThrow('The upload was cancelled.');
});
