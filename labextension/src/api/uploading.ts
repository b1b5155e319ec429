/** An upload that says how much of it has gone up, which the browser's `fetch` does not. */

/** Told of each step: a share from 0 to 1, or null where it can't be known. */
export type Told = (share: number | null) => void;

/** As `fetch` is, with an XMLHttpRequest: what ServerConnection put into the request goes along unchanged. */
export function uploading(told: Told): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = await request.blob();
    request.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const sending = new XMLHttpRequest();
      sending.open(request.method, request.url);
      sending.withCredentials = request.credentials === 'include';
      sending.responseType = 'blob';
      request.headers.forEach((value, name) => sending.setRequestHeader(name, value));
      sending.upload.onprogress = ({ lengthComputable, loaded, total }) =>
        told(lengthComputable ? loaded / total : null);
      sending.onload = () => resolve(answerOf(sending));
      // What `fetch` rejects with.
      sending.onerror = () => reject(new TypeError('The connection broke off.'));
      sending.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
      request.signal.addEventListener('abort', () => sending.abort());
      sending.send(body);
    });
  };
}

function answerOf(sending: XMLHttpRequest): Response {
  const { status, statusText } = sending;
  const body = sending.response as Blob;
  const lines = sending.getAllResponseHeaders().split('\r\n').filter(Boolean);
  const headers = lines.map((line): [string, string] => {
    const end = line.indexOf(':');
    return [line.slice(0, end), line.slice(end + 1).trim()];
  });
  // Some answers may have no body at all, not even an empty one.
  return new Response(body.size ? body : null, { status, statusText, headers });
}
