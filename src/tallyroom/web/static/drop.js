// A file dropped anywhere on the form becomes its upload; a button that takes a while says so.
"use strict";

for (const form of document.querySelectorAll("form[data-drop]")) {
  const file = form.querySelector("input[type=file]");
  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    form.classList.remove("dropping");
    file.files = event.dataTransfer.files;
    tell(`${file.files[0].name} is ready to be read`);
    form.requestSubmit();
  });
}
