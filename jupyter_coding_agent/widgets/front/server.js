// The Jupyter server that this page came from. Where there is none (VS Code), or where it is not the one that
// carries the execution out (a remote kernel), the kernel is asked instead.

const ANSWER_MS = 10000;

export class Unreachable extends Error {}

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Server {
  constructor(base, headers, fetcher) {
    this.base = base;
    this.headers = headers;
    this.fetcher = fetcher;
  }

  // Throws Unreachable, or Refused with the engine's own sentence.
  async call(method, path, body) {
    const response = await this.open(method, path, {
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return response.json();
  }

  async open(method, path, { headers = {}, ...more } = {}) {
    let response;
    try {
      response = await this.fetcher(`${this.base}coding-agent${path}`, {
        method,
        credentials: "same-origin",
        headers: { ...this.headers, "Content-Type": "application/json", ...headers },
        ...more,
      });
    } catch (error) {
      throw new Unreachable(String(error));
    }
    if (response.ok) return response;
    const said = await response.json().catch(() => ({}));
    throw new Refused(response.status, said.message || `The server answered ${response.status}.`);
  }
}

export function serverOf(page = document, fetcher = (...given) => fetch(...given)) {
  const element = page.getElementById("jupyter-config-data");
  if (element === null) return null;
  let config;
  try {
    config = JSON.parse(element.textContent);
  } catch {
    return null;
  }
  if (typeof config.baseUrl !== "string") return null;
  const headers = {};
  if (config.token) headers.Authorization = `token ${config.token}`;
  const xsrf = /(?:^|; )_xsrf=([^;]*)/.exec(page.cookie);
  if (xsrf) headers["X-XSRFToken"] = xsrf[1];
  return new Server(config.baseUrl.endsWith("/") ? config.baseUrl : `${config.baseUrl}/`, headers, fetcher);
}

let asked = 0;

// The answer of the kernel, which gives one only while it runs no cell.
export function askKernel(model, question, patience = ANSWER_MS) {
  const number = ++asked;
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      model.off("msg:custom", heard);
    };
    const heard = (answer) => {
      if (answer.to !== number) return;
      end();
      if (answer.error) reject(new Error(answer.error));
      else resolve(answer.answer);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error("The kernel does not answer: it is busy or gone."));
    }, patience);
    model.on("msg:custom", heard);
    model.send({ number, ...question });
  });
}
