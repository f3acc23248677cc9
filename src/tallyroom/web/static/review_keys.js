// The keys of the review page: what each does, changed and switched off by people, remembered by this browser.
"use strict";

const reviewKeys = (() => {
  const STORE = "tallyroom.keys", OFF = "tallyroom.keys.off";
  const dialog = document.getElementById("keys");
  const changers = [...dialog.querySelectorAll("[data-change]")];
  const defaults = Object.fromEntries(changers.map((button) => [button.dataset.change, button.dataset.default]));
  const read = (name, otherwise) => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  let own = read(STORE, {});
  let waiting = null;

  const keyOf = (action) => own[action] ?? defaults[action];
  const shown = (key) => ({ " ": "space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" })[key] ?? key;
  const isOn = () => !read(OFF, false);

  /** The action of a key, or null. */
  function actionOf(key) {
    return Object.keys(defaults).find((action) => keyOf(action) === key) ?? null;
  }

  function show(root = document) {
    for (const place of root.querySelectorAll("[data-key-of]")) {
      place.textContent = shown(keyOf(place.dataset.keyOf));
      if (place.hasAttribute("data-script")) place.hidden = !isOn();
    }
    for (const place of root.querySelectorAll(".rivals kbd")) place.hidden = !isOn();
    document.getElementById("keys-on").checked = isOn();
  }

  function wait(button) {
    stopWaiting();
    waiting = button;
    button.textContent = "press a key";
  }
  function stopWaiting() {
    if (waiting) waiting.textContent = "change";
    waiting = null;
  }

  dialog.addEventListener("keydown", (event) => {
    if (!waiting || ["Shift", "Control", "Alt", "Meta", "Tab"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const button = waiting;
    stopWaiting();
    if (event.key === "Escape") return;
    const taken = /^[1-9]$/.test(event.key) || actionOf(event.key);
    if (taken && taken !== button.dataset.change) {
      tell(`${shown(event.key)} is taken`);
      return;
    }
    own = { ...own, [button.dataset.change]: event.key };
    localStorage.setItem(STORE, JSON.stringify(own));
    show();
  });
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.change) wait(button);
    else if (button.hasAttribute("data-reset-keys")) {
      own = {};
      localStorage.removeItem(STORE);
      show();
    } else if (button.hasAttribute("data-close-keys")) dialog.close();
  });
  dialog.addEventListener("close", stopWaiting);
  document.getElementById("keys-on").addEventListener("change", (event) => {
    localStorage.setItem(OFF, JSON.stringify(!event.target.checked));
    show();
  });
  show();
  return { actionOf, isOn, show, open: () => dialog.showModal() };
})();
