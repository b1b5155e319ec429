// Talking: a question is answered, a request for code becomes an execution whose progress is shown in its place.

import { el, show } from "./dom.js";
import { progress } from "./progress.js";
import { askKernel, serverOf } from "./server.js";

const WHO = { user: "You", assistant: "Agent", system: "Note" };
// As long as the engine lets an answer take.
const ANSWER_MS = 900000;
const UNPROVED = "Code in an answer is not run or tested. To have code that is, ask for it.";

export function chat({ model, el: place, about, server = serverOf() }) {
  const ends = [];
  let waiting = false;
  const log = el("ol", {
    class: "jcap-log",
    role: "log",
    "aria-live": "polite",
    "aria-label": "Conversation",
  });
  const box = el("textarea", {
    rows: "2",
    "aria-label": "Message",
    placeholder: "Ask, or say what you want. Enter sends, Shift+Enter begins a new line.",
    onkeydown: (event) => {
      // JupyterLab would run the cell.
      event.stopPropagation();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    },
  });
  const button = el("button", { type: "button", class: "jcap-button", onclick: send }, "Send");
  const note = el("span", { class: "jcap-soft", role: "status" });
  const title = el("span", { class: "jcap-soft" });
  // JupyterLab leaves the keyboard to what is marked so.
  const root = el(
    "section",
    { class: "jcap", "aria-label": "Coding agent: chat", "data-lm-suppress-shortcuts": "true" },
    el("div", { class: "jcap-head" }, el("strong", {}, "Chat"), title, note),
    log,
    el("div", { class: "jcap-entry" }, box, button),
  );
  place.append(root);
  const update = () => {
    const turns = model.get("turns") || [];
    show(title, model.get("session_id") || "a new session");
    while (log.childElementCount < turns.length) log.append(turn(turns[log.childElementCount]));
    log.lastElementChild?.scrollIntoView?.({ block: "nearest" });
  };
  model.on("change:turns", update);
  model.on("change:session_id", update);
  update();

  async function send() {
    const text = box.value.trim();
    if (!text || waiting) return;
    waiting = true;
    button.disabled = true;
    box.value = "";
    show(note, "waiting for the answer …");
    try {
      await askKernel(model, { ask: "chat", message: text }, ANSWER_MS);
      show(note, "");
    } catch (error) {
      // Nothing that was written is lost.
      if (!box.value) box.value = text;
      show(note, error.message);
    }
    waiting = false;
    button.disabled = false;
  }

  function turn(said) {
    const line = el("li", { class: `jcap-turn jcap-${said.role}` }, el("b", {}, WHO[said.role] || said.role));
    if (said.text) line.append(el("div", { class: "jcap-said" }, said.text));
    if (said.role === "assistant" && said.text?.includes("```")) {
      line.append(el("div", { class: "jcap-soft" }, UNPROVED));
    }
    if (said.model) line.append(el("div", { class: "jcap-soft" }, said.model));
    if (said.execution_id) {
      const inner = { execution_id: said.execution_id, request: "" };
      ends.push(progress({ model: eventsOf(model, said.execution_id), el: line, about: inner, server }));
    }
    return line;
  }

  return () => {
    ends.forEach((end) => end());
    model.off("change:turns", update);
    model.off("change:session_id", update);
    root.remove();
  };
}

// The chat's model as that of one execution's progress.
function eventsOf(model, id) {
  const heard = new Map();
  return {
    get: (name) =>
      name === "events" ? (model.get("events") || []).filter((one) => one.of === id) : model.get(name),
    send: (...given) => model.send(...given),
    on: (name, call) => {
      heard.set(call, () => call());
      model.on(name, name === "msg:custom" ? call : heard.get(call));
    },
    off: (name, call) => model.off(name, name === "msg:custom" ? call : heard.get(call)),
  };
}
