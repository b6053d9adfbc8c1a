// Passkeys at the sign origin: the page of something to sign, and the page that makes a passkey. The
// page says what is signed; this hands the challenge to the device, and the answer to the server.
"use strict";

function bytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// Says what went wrong, where a screen reader hears it.
function say(form, which) {
  const place = form.querySelector("[data-refused]");
  place.textContent = place.dataset[which];
  place.hidden = false;
}

// A signature on the page's challenge; allowed: the passkey that was just made, else any.
async function sign(form, allowed) {
  const answer = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(form.dataset.challenge),
      rpId: form.dataset.rp,
      userVerification: "required",
      allowCredentials: allowed ? [{ type: "public-key", id: allowed }] : [],
    },
  });
  form.elements["authenticator-data"].value = text(answer.response.authenticatorData);
  form.elements["client-data"].value = text(answer.response.clientDataJSON);
  form.elements["signature"].value = text(answer.response.signature);
}

const es256 = -7;
const ed25519 = -8; // no RS256: nothing here reads it

async function make(form) {
  const name = form.elements["name"].value || "enduse";
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(form.dataset.challenge),
      rp: { id: form.dataset.rp, name: "enduse" },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
      pubKeyCredParams: [es256, ed25519].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    },
  });
  form.elements["created"].value = text(made.response.getAuthenticatorData());
  await sign(form, made.rawId);
}

for (const [id, act] of [["sign", sign], ["make", make]]) {
  const form = document.getElementById(id);
  if (!form) continue;
  const button = form.querySelector("button");
  form.querySelector("[data-scripts]").remove();
  if (!window.PublicKeyCredential) {
    say(form, "missing");
    continue;
  }
  button.disabled = false;
  form.addEventListener("submit", (event) => {
    if (form.elements["signature"].value) return;
    event.preventDefault();
    button.disabled = true;
    act(form).then(
      () => form.submit(),
      () => {
        button.disabled = false;
        say(form, "refused");
      },
    );
  });
}
