/** Rules of this house as a plugin of `deno lint`; deno.json names it. */

/** First argument as text, with `…` for each part that is computed; undefined where it is no text. */
function textOf(node: Deno.lint.Node | undefined): string | undefined {
  if (node?.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node?.type === "TemplateLiteral") return node.quasis.map(({ cooked }) => cooked).join("…");
  if (node?.type === "BinaryExpression" && node.operator === "+") {
    const [left, right] = [textOf(node.left as Deno.lint.Node), textOf(node.right)];
    return left === undefined && right === undefined ? undefined : (left ?? "…") + (right ?? "…");
  }
  return undefined;
}

/** British spellings that names of code may not have. */
const british =
  /[Cc]olour|[Cc]entre|[Ff]avour|[Nn]eighbour|[Hh]onour|[Aa]nalys(?:e|ing)|[Aa]rtefact|[Mm]etre|[Gg]rey|[Ll]abell|[Mm]odell|[Ll]icence|[Cc]ancelled|(?:[a-z]al|[a-z]im|[a-z]an|[a-z]ar|[a-z]er|ant|ial|ret|met)is(?:e|ed|er|es|ing|ation)(?![a-z])/;
/** Names that users write or that stand in files, where they are promised. */
const promised = new Set([
  ...["analyse", "optimise"], // sub-verbs of `levels`
  ...["neighbours", "unlabelled"], // parameters of steps
  ...["labelled", "licence", "unlabelledShare", "modelled", "modelled_levels", "modelled_distortion"], // artifacts
  ...["Licence", "Quantiser"], // rows of tables
]);

/** Variables that the system, the runtime or other programs read. */
const ofTheSystem = /^(TZ|TMPDIR|HOME|PATH|LANG|LC_\w+|NO_COLOR|(DENO|NODE|NPM|XDG)_\w+)$/;

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    // `"constructor" in {}` is true: a name from a file or a command line must not meet what all objects have.
    "own-names": {
      create(context) {
        return {
          BinaryExpression(node) {
            if (
              node.operator !== "in" || node.left.type === "Literal" || node.left.type === "PrivateIdentifier"
            ) {
              return;
            }
            context.report({
              node,
              message: "`in` with a computed name also finds what all objects inherit",
              hint: "Use Object.hasOwn(), a Map or a Set.",
            });
          },
        };
      },
    },
    // One way to say private, and one that holds at run time.
    "private-names": {
      create(context) {
        const report = (node: Deno.lint.Node) => {
          // The node's own `accessibility` is that of the constructor around a parameter in Deno 2.9.
          if (!/^private\s/.test(context.sourceCode.getText(node))) return;
          context.report({ node, message: "Members are private by `#name`, not by `private`" });
        };
        return {
          PropertyDefinition: report,
          TSParameterProperty: report,
          MethodDefinition(node) {
            if (node.kind !== "constructor") report(node);
          },
        };
      },
    },
    // Names are those of the field's libraries; prose is British.
    "american-names": {
      create(context) {
        if (/[\\/]tests[\\/]/.test(context.filename)) return {};
        const check = (node: Deno.lint.Identifier | Deno.lint.PrivateIdentifier) => {
          if (!british.test(node.name) || promised.has(node.name)) return;
          context.report({ node, message: `The name ${node.name} has a British spelling` });
        };
        return { Identifier: check, PrivateIdentifier: check };
      },
    },
    // What a later step needs stands in a typed field of its artifact, checked on reading.
    "details": {
      create(context) {
        if (/[\\/]tests[\\/]/.test(context.filename)) return {};
        const isDetails = (node: Deno.lint.Node | null) =>
          node?.type === "MemberExpression" && node.property.type === "Identifier" &&
          node.property.name === "details";
        const report = (node: Deno.lint.Node) =>
          context.report({ node, message: "`details` are for people: what programs read has a typed field" });
        return {
          MemberExpression(node) {
            if (isDetails(node.object)) report(node);
          },
          VariableDeclarator(node) {
            if (node.id.type === "ObjectPattern" && isDetails(node.init)) report(node);
          },
          "ObjectPattern > Property[key.name='details'] > ObjectPattern": report,
        };
      },
    },
    // Files of tests are threads of one process: what one of them sets, all others have.
    "shared-process": {
      create(context) {
        if (!/[\\/]tests[\\/]/.test(context.filename)) return {};
        return {
          CallExpression(node) {
            const called = context.sourceCode.getText(node.callee);
            const name = textOf(node.arguments[0]);
            const shared = called === "Deno.chdir" || called === "Deno.umask" && node.arguments.length > 0 ||
              /^Deno\.env\.(set|delete)$/.test(called) && ofTheSystem.test(name ?? "");
            const isAlone = (outer: Deno.lint.Node) =>
              outer.type === "CallExpression" && outer.callee.type === "Identifier" &&
              outer.callee.name === "alone";
            if (!shared || context.sourceCode.getAncestors(node).some(isAlone)) return;
            context.report({
              node,
              message: `${called}() changes what all tests of a run share`,
              hint: "Wrap the body of the test in alone() of tests/house/alone.ts.",
            });
          },
        };
      },
    },
    // What a user reads has one form: "Cannot read table: there is no column "x"".
    "error-messages": {
      create(context) {
        return {
          NewExpression(node) {
            if (node.callee.type !== "Identifier" || node.callee.name !== "InputError") return;
            const text = textOf(node.arguments[0]);
            if (text === undefined || /^…/.test(text)) return;
            if (!/^(Cannot |[^ ]*…)/.test(text)) {
              context.report({ node, message: "The message of an InputError starts with “Cannot …: cause”" });
            }
            if (/\.$/.test(text)) {
              context.report({ node, message: "The message of an InputError ends without a full stop" });
            }
          },
        };
      },
    },
  },
};
export default plugin;
