"use strict";
// Everything on the page can be read without this; it adds filters, order, the colour scheme and links into details.
(() => {
  const at = (id) => document.getElementById(id);
  const root = document.documentElement;

  // Colour scheme: the system's until the reader chooses; the choice is kept where the browser allows it.
  const theme = at("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("citewell-theme");
      localStorage.setItem("citewell-theme", value);
    } catch { /* a page opened from a file may have no storage */ }
    return null;
  };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  const kept = stored();
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored(root.dataset.theme);
    nameTheme();
  });
  dark.addEventListener("change", nameTheme);
  nameTheme();
  theme.hidden = false;

  // Paper has no closed details.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });

  const form = at("filters");
  const list = at("list");
  const examples = list ? [...list.children] : [];
  const words = new Map();
  const wordsOf = (example) => {
    if (!words.has(example)) {
      const texts = [...example.querySelectorAll(".s")].map((one) => one.textContent);
      words.set(example, texts.join(" ").toLowerCase());
    }
    return words.get(example);
  };
  const valueOf = (id) => (at(id) ? at(id).value : "");

  const passes = (example, wanted) =>
    (!wanted.failing || "failing" in example.dataset) &&
    (!wanted.kind || example.dataset.kind === wanted.kind) &&
    (!wanted.verdict || example.dataset.labels.split("|").includes(wanted.verdict)) &&
    wanted.words.every((word) => wordsOf(example).includes(word));

  const filter = () => {
    const wanted = {
      failing: at("failing").checked,
      kind: valueOf("kind"),
      verdict: valueOf("verdict"),
      words: valueOf("search").toLowerCase().split(/\s+/).filter(Boolean),
    };
    let shown = 0;
    for (const example of examples) {
      example.hidden = !passes(example, wanted);
      if (!example.hidden) shown += 1;
    }
    at("count").textContent = `${shown} of ${examples.length} shown`;
    at("none").hidden = shown > 0;
    nameUnfold();
  };

  const order = () => {
    const by = valueOf("order");
    const sorted = [...examples].sort(
      (one, other) => one.dataset[by] - other.dataset[by] || one.dataset.place - other.dataset.place,
    );
    list.append(...sorted);
  };

  const shownOnes = () => examples.filter((one) => !one.hidden);
  const isFolded = () => shownOnes().some((one) => !one.open);
  const nameUnfold = () => { at("unfold").textContent = isFolded() ? "Open all" : "Close all"; };

  // A link to a question, a source or a paper opens what it is in, also when a filter hides it.
  const follow = () => {
    const name = location.hash.slice(1);
    if (!name) return;
    let target = at(name);
    if (!target) {
      try { target = at(decodeURIComponent(name)); } catch { /* not an encoded name */ }
    }
    if (!target) return;
    for (let one = target.closest("details"); one; one = one.parentElement.closest("details")) {
      if (one.hidden) { form.reset(); order(); filter(); }
      one.open = true;
    }
    target.scrollIntoView();
  };

  if (form) {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", filter);
    form.addEventListener("change", (event) => (event.target.id === "order" ? order() : filter()));
    at("unfold").addEventListener("click", () => {
      const open = isFolded();
      for (const one of shownOnes()) one.open = open;
      nameUnfold();
    });
    list.addEventListener("toggle", nameUnfold, true);
    form.hidden = false;
    form.reset();
    filter();
  }
  addEventListener("hashchange", follow);
  // A link to where one already is changes nothing in the address, and still opens.
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash) follow();
  });
  follow();
})();
