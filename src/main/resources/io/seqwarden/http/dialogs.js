// What asks people and tells them, in the dialogs and regions of the layout.

const NOTICES = 3;

const byId = (id) => document.getElementById(id);

// ---- What is told to people.

export function notice(tone, text) {
  const box = document.createElement("div");
  box.className = `notice ${tone}`;
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "quiet";
  close.textContent = "Close";
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  byId("notices").append(box);
  while (byId("notices").children.length > NOTICES) {
    byId("notices").firstElementChild.remove();
  }
}

export const announce = (text) => {
  byId("announcer").textContent = text;
};

// ---- Dialogs. Each answers with a promise; closing one in any other way is a no.

function ask(dialog, accepted) {
  return new Promise((resolve) => {
    let answer = null;
    const accept = (event) => {
      event.preventDefault();
      answer = accepted.read();
      dialog.close();
    };
    accepted.element.addEventListener(accepted.event, accept);
    dialog.addEventListener(
      "close",
      () => {
        accepted.element.removeEventListener(accepted.event, accept);
        resolve(answer);
      },
      { once: true },
    );
    dialog.showModal();
    // Not autofocus: that is tried when the page loads, too, and fails where something has the focus.
    dialog.querySelector("[data-first]")?.focus();
  });
}

export async function askForToken(wrong) {
  const field = byId("token-value");
  field.value = "";
  byId("token-wrong").hidden = wrong === null;
  byId("token-wrong").textContent = wrong ?? "";
  const given = await ask(byId("token-dialog"), {
    element: byId("token-form"),
    event: "submit",
    read: () => field.value.trim(),
  });
  field.value = "";
  return given;
}

export function askForForce(subject, why, consequence, meaning) {
  byId("refusal-title").textContent = meaning === null ? "Follow the outlier?" : "Refused";
  byId("refusal-subject").textContent = subject;
  byId("refusal-why").textContent = why;
  byId("refusal-force").textContent = consequence;
  byId("refusal-meaning").hidden = meaning === null;
  byId("refusal-meaning").href = `/warnings#${meaning}`;
  byId("refusal-go").hidden = meaning === "exhausted";
  return ask(byId("refusal-dialog"), {
    element: byId("refusal-go"),
    event: "click",
    read: () => true,
  });
}

for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
byId("refusal-meaning").addEventListener("click", () => byId("refusal-dialog").close());

/** Whether somebody is being asked. */
export const isAsking = () => document.querySelector("dialog[open]") !== null;
