/** Our words for the syntax errors that the YAML library names by code. */

const messages: Record<string, [message: string, hint?: string]> = {
  ALIAS_PROPS: ["an alias cannot have an anchor or a tag of its own"],
  BAD_ALIAS: ["an alias needs a name: *name"],
  BAD_COLLECTION_TYPE: ["this tag does not fit a list or map", "remove the tag"],
  BAD_DIRECTIVE: ["this % line is not known", "remove it"],
  BAD_DQ_ESCAPE: [
    "unknown escape in a double-quoted text",
    "write \\\\ for a backslash, or use single quotes",
  ],
  BAD_INDENT: ["the indentation does not fit the lines above", "keys of one map begin in the same column"],
  BAD_PROP_ORDER: ["an anchor or tag stands before its value, not before the dash"],
  BAD_SCALAR_START: ["a plain text cannot begin with this character", "put the text into quotes"],
  BLOCK_AS_IMPLICIT_KEY: [
    "a map cannot begin on the same line inside another",
    "is a colon missing before it? else begin a new line, or use { }",
  ],
  BLOCK_IN_FLOW: ["an indented list or map inside brackets", "use [ ] and { } inside brackets"],
  KEY_OVER_1024_CHARS: ["a key of more than 1024 characters"],
  MISSING_CHAR: ["something is missing here: a colon, comma, quote or bracket"],
  MULTILINE_IMPLICIT_KEY: ["a key cannot go over several lines", "is a colon or a quote missing?"],
  MULTIPLE_ANCHORS: ["two anchors for one value"],
  MULTIPLE_DOCS: ["a second document in the file", "one file is one workflow"],
  MULTIPLE_TAGS: ["two tags for one value"],
  NON_STRING_KEY: ["a key has to be a word or a number"],
  TAB_AS_INDENT: ["a tab in the indentation", "indent with spaces"],
  UNEXPECTED_TOKEN: ["this does not belong here"],
};

/** Message and remedy for a library error; `marked` is the text it points at, `closing` the bracket or quote that it lacks. */
export function syntaxMessage(
  code: string,
  original: string,
  marked: string,
): { message: string; hint?: string; closing?: string } {
  if (code === "TAG_RESOLVE_FAILED") {
    return {
      message: `tag ${marked} is not supported`,
      hint: "remove the tag: values are text, numbers, true, false, null",
    };
  }
  const missing = /Missing closing (.)/.exec(original) ?? /end with an? (\]|\})/.exec(original);
  const closing = missing?.[1];
  if (closing !== undefined) return { message: `the closing ${closing} is missing`, closing };
  const [message, hint] = messages[code] ?? [original.split(" at line ")[0]!];
  return hint === undefined ? { message } : { message, hint };
}
