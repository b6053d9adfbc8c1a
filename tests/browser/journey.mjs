// A licence's life on the pages alone, from an office where nothing has happened to the disconnection
// that a running use obeys, and back: each role does its part, and each rule that wants two people or
// two ministries refuses the same one with a reason. Only what is a document is made with the commands
// beforehand, and what only a guard does.
//
// Usage: node journey.mjs CHROMIUM PORT PROGRAMS FOLDER    FOLDER has office/, where the server runs,
//                                                          and gets pictures/
import { finish } from "./harness.mjs";
import { leave } from "./journey/cast.mjs";

// One after the other, as in the story.
for (const part of ["registers", "licence", "supervision", "pairs", "readers", "probes"])
  await import(`./journey/${part}.mjs`);

await leave();
finish();
