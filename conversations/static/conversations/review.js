// Marks the words selected in a training phrase. Without JavaScript the marks are written by hand.
const phrase = document.getElementById("id_text");
const panel = document.getElementById("mark");
const MARK = /\[([^[\]]+)\]\(\w+\)/g;

function say(text) {
  document.getElementById("mark-said").textContent = text;
}

function selected() {
  let { selectionStart: start, selectionEnd: end } = phrase;
  // Spaces around the words are not part of the value.
  while (start < end && /\s/.test(phrase.value[start])) start += 1;
  while (end > start && /\s/.test(phrase.value[end - 1])) end -= 1;
  return [start, end];
}

function mark() {
  const said = document.getElementById("mark-said").dataset;
  const [start, end] = selected();
  const words = phrase.value.slice(start, end);
  if (!words || /[[\](){}]/.test(words)) {
    say(said.none);
    return;
  }
  phrase.setRangeText(`[${words}](${document.getElementById("mark-slot").value})`, start, end, "end");
  say(said.done);
  phrase.focus();
}

if (phrase && panel) {
  panel.hidden = false;
  document.getElementById("mark-button").addEventListener("click", mark);
  document.getElementById("unmark-button").addEventListener("click", () => {
    phrase.value = phrase.value.replace(MARK, "$1");
    say("");
    phrase.focus();
  });
}
