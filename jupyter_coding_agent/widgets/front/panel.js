// One module for every panel: which one it is stands in the model.

import { chat } from "./chat.js";
import { diff } from "./diff.js";
import { progress } from "./progress.js";

const PANELS = { chat, diff, progress };

export default {
  render({ model, el }) {
    return PANELS[model.get("panel")]({ model, el, about: model.get("about") });
  },
};
