// Elements in few words. Text never becomes markup.

/** el("td", { class: "number", title: "…", onclick: f }, child, "text", …) */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "selected" || name === "open") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function empty(...words) {
  return el("div", { class: "empty" }, ...words);
}

export function select(options, value, onchange) {
  return el("select", { onchange: (event) => onchange(event.target.value) },
    ...options.map((option) => el("option", { value: option.value, selected: option.value === value }, option.label)));
}

export function checkbox(label, checked, onchange, title) {
  return el("label", { class: "check", title }, el("input", { type: "checkbox", checked, onchange: (event) => onchange(event.target.checked) }), label);
}

/** A range with its value beside it. */
export function slider(label, value, { min = 0, max = 1, step = 0.001, digits = 3, title } = {}, oninput) {
  const shown = el("output", {}, value.toFixed(digits));
  const input = el("input", {
    type: "range", min, max, step, value: String(value), title, "aria-label": label,
    oninput: () => {
      shown.textContent = Number(input.value).toFixed(digits);
      oninput(Number(input.value));
    },
  });
  return el("label", { class: "slider", title }, label, input, shown);
}
