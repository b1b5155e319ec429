// Everything that is shown is put in as text: nothing of what a model, a test or a notebook says becomes markup.

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function show(node, text) {
  // Writing the same text again would make a screen reader say it again.
  if (node.textContent !== text) node.textContent = text;
}
