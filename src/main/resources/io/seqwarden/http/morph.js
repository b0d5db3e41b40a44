// An htmx swap that changes what differs and leaves the rest alone: no flicker, and focus,
// selection, scroll positions and opened details stay as they are. Rows are told apart by data-key.

const keyOf = (node) =>
  node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset.key || null : null;

const alike = (one, other) =>
  one !== null &&
  one.nodeType === other.nodeType &&
  one.nodeName === other.nodeName &&
  keyOf(one) === null;

function attributes(from, to) {
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) {
      from.setAttribute(name, value);
    }
  }
  for (const { name } of [...from.attributes]) {
    const ownedByPerson = name === "open" && from.nodeName === "DETAILS";
    const ownedByHtmx = name === "class" || name.startsWith("aria-busy");
    if (!to.hasAttribute(name) && !ownedByPerson && !ownedByHtmx) {
      from.removeAttribute(name);
    }
  }
}

// What a person is typing right now is not overwritten.
function value(from, to) {
  const typed = from.nodeName === "INPUT" || from.nodeName === "SELECT";
  if (typed && from !== document.activeElement && from.value !== to.value) {
    from.value = to.value;
  }
}

function node(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) {
      from.nodeValue = to.nodeValue;
    }
    return;
  }
  attributes(from, to);
  // A script draws what is inside of such an element, and redraws it from its attributes.
  if (!from.hasAttribute("data-own")) {
    children(from, to);
  }
  value(from, to);
}

function children(from, to) {
  const keyed = new Map();
  for (const child of from.children) {
    const key = keyOf(child);
    if (key !== null) {
      keyed.set(key, child);
    }
  }
  let at = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    const known = key === null ? null : keyed.get(key);
    const same = known && known.nodeName === wanted.nodeName ? known : null;
    const match = key === null ? (alike(at, wanted) ? at : null) : same;
    if (match === null) {
      from.insertBefore(wanted, at);
      continue;
    }
    if (match === at) {
      at = at.nextSibling;
    } else {
      from.insertBefore(match, at);
    }
    node(match, wanted);
  }
  while (at !== null) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

// A row that changes its place loses the focus on the way.
function keepingFocus(change) {
  const focused = document.activeElement;
  change();
  if (focused && focused !== document.body && focused !== document.activeElement) {
    if (focused.isConnected) {
      focused.focus({ preventScroll: true });
    } else {
      document.getElementById("page").focus({ preventScroll: true });
    }
  }
}

htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph",
  handleSwap(style, target, fragment) {
    const wanted = fragment.firstElementChild;
    if (style !== "morph" || wanted === null) {
      return false;
    }
    keepingFocus(() => node(target, wanted));
    return [target];
  },
});
