// Terminal colours as pieces of text with classes: never markup, never a style of its own.
import { AnsiUp } from "../vendor/ansi_up/ansi_up.js";

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** [{text, classes}] for a line; what is no colour (other escapes, control characters, exact shades) is left out. */
export function pieces(text) {
  if (!text.includes("\u001b")) return [{ text: text.replace(CONTROL, ""), classes: "" }];
  const reader = new Reader();
  reader.ansi_to_html(text);
  return reader.pieces;
}

/** ansi_up reads the sequences; of what it would write as markup we take the parts. */
class Reader extends AnsiUp {
  pieces = [];

  transform_to_html({ text, fg, bg, ...marks }) {
    const colours = [fg && `${fg.class_name}-fg`, bg && `${bg.class_name}-bg`];
    const classes = [...colours, ...MARKS.filter((mark) => marks[mark]).map((mark) => `ansi-${mark}`)];
    this.pieces.push({ text: text.replace(CONTROL, ""), classes: classes.filter(Boolean).join(" ") });
    return "";
  }

  process_hyperlink({ text }) {
    this.pieces.push({ text: text.replace(CONTROL, ""), classes: "" });
    return "";
  }
}

const MARKS = ["bold", "faint", "italic", "underline"];
