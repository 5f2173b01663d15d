// Marks that this browser still holds, on a page without pictures: they are sent, or the juror is told that they came
// too late. A round may have been closed or sealed while she was away.

import { readWords } from "./room-page.js";
import { openOutbox } from "./room-sending.js";

const words = readWords();
for (const seat of document.querySelectorAll("[data-outbox]")) openOutbox(seat, words).send();
