// What the settings dialog is made of: choices with pictures, lists, tabs.

/** A choice with a picture. */
export function radio(group, { value, text, hint = "", image = null, className = "" }, onChosen) {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "radio", name: group, value });
  const picture = image ? Object.assign(document.createElement("img"), { alt: "", src: image }) : document.createElement("i");
  const words = document.createElement("span");
  words.textContent = text;
  label.className = className;
  label.title = hint;
  label.append(input, picture, words);
  input.onchange = () => onChosen(value);
  return label;
}

/** Fills a select. A choice that is not among its entries is shown all the same: the server may know what it means. */
export function fill(select, entries, chosen) {
  const known = !chosen || entries.some(([value]) => value === chosen);
  select.replaceChildren(...[...entries, ...(known ? [] : [[chosen, chosen]])].map(([value, text]) => new Option(text, value)));
  select.value = chosen || (entries[0]?.[0] ?? "");
}

/** Tabs as the ARIA practices have them: arrows move, one panel shows. */
export function tabs(root) {
  const all = [...root.querySelectorAll("[role=tab]")];
  const choose = tab => {
    for (const one of all) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      document.getElementById(one.getAttribute("aria-controls")).hidden = !chosen;
    }
  };
  for (const [at, tab] of all.entries()) {
    tab.onclick = () => choose(tab);
    tab.onkeydown = event => {
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      choose(all[next % all.length]);
      all[next % all.length].focus();
    };
  }
  choose(all[0]);
}
