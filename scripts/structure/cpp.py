# SPDX-License-Identifier: Apache-2.0
"""Reads as much C++ as scripts/check_structure needs: includes, comments, declarations."""
import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<directive>^(?:[ \t]|/\*.*?\*/)*(?:\#|%:)(?:[^\n\\]|\\\n|\\.)*)
      | (?P<doc>///(?!<)[^\n]*)
      | (?P<comment>//(?:[^\n\\]|\\\n|\\.)*|/\*.*?\*/)
      | (?P<string>R"(?P<mark>[^\s()]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*")
      | (?P<number>\.?\d(?:[eEpP][+-]|'?\w|\.)*)
      | (?P<char>'(?:\\.|[^'\\\n])+')
      | (?P<word>[A-Za-z_]\w*)
      | (?P<space>\n|[^\S\n]+)
      | (?P<punct>::|->|\[\[|.)""",
    re.S | re.M | re.X,
)
INCLUDE = re.compile(r"\s*(?:#|%:)\s*include(?:_next)?\b\s*(.*)", re.S)
CONDITION = re.compile(r"\s*(?:#|%:)\s*(?:el)?if(?:n?def)?\b\s*(.*)", re.S)
OPEN = {"(": ")", "{": "}", "[": "]", "[[": "]"}
NOT_A_FUNCTION = {"requires", "decltype", "alignas", "noexcept", "explicit", "sizeof",
                  "__attribute__", "if", "static_assert"}


@dataclass
class Token:
    kind: str
    text: str
    line: int


@dataclass
class Declaration:
    name: str
    kind: str  # function, type, enum, concept, alias, variable, file
    line: int
    doc: str
    internal: bool = False  # in a namespace detail
    bases: list = field(default_factory=list)
    members: list = field(default_factory=list)  # names of what is public


class Source:
    """One header: `includes` [(line, target with its quotes)], `conditions` [(line, what an #if,
    #ifdef, #elif or the like tests)], `declarations`, `file_doc`."""

    def __init__(self, text):
        # Line numbers of spliced lines may be off; such lines are rare and still checked.
        self.tokens = []
        self.includes = []
        self.conditions = []
        line = 1
        for match in TOKEN.finditer(text):
            kind = match.lastgroup if match.lastgroup != "mark" else "string"
            value = match.group()
            if kind == "directive":
                flat = re.sub(r"/\*.*?\*/", " ", value.replace("\\\n", ""), flags=re.S)
                include = INCLUDE.match(flat.split("//")[0])
                if include:
                    self.includes.append((line, include.group(1).strip()))
                condition = CONDITION.match(flat.split("//")[0])
                if condition:
                    self.conditions.append((line, condition.group(1).strip()))
            elif kind not in ("space", "comment"):
                self.tokens.append(Token(kind, value, line))
            line += value.count("\n")
        self.file_doc = ""
        self.declarations = []
        self._scope(0, len(self.tokens), internal=False)

    def _skip(self, i):
        """The index after the bracket that closes the one at i."""
        closers = []
        while i < len(self.tokens):
            text = self.tokens[i].text if self.tokens[i].kind == "punct" else ""
            if text in OPEN:
                closers.extend([OPEN[text]] * (2 if text == "[[" else 1))
            elif closers and text == closers[-1]:
                closers.pop()
                if not closers:
                    return i + 1
            i += 1
        return i

    def _skip_angles(self, i):
        depth = 0
        while i < len(self.tokens):
            text = self.tokens[i].text
            if text in OPEN:
                i = self._skip(i)
                continue
            depth += (text == "<") - (text == ">")
            i += 1
            if depth == 0:
                return i
        return i

    def _doc(self, i):
        """The comment block that starts at i, and the index after it."""
        lines = [self.tokens[i]]
        i += 1
        while (i < len(self.tokens) and self.tokens[i].kind == "doc"
               and self.tokens[i].line == lines[-1].line + 1):
            lines.append(self.tokens[i])
            i += 1
        return "\n".join(t.text[3:] for t in lines), i

    def _scope(self, i, end, internal):
        """Declarations of a namespace."""
        doc = ""
        while i < end:
            token = self.tokens[i]
            if token.kind == "doc":
                doc, i = self._doc(i)
                if "@file" in doc:
                    self.file_doc, doc = doc, ""
                continue
            if token.text in ("namespace", "inline") and self._is_namespace(i):
                start = i
                while self.tokens[i].text not in ("{", ";", "="):
                    i += 1
                names = {t.text for t in self.tokens[start:i]}
                if self.tokens[i].text == "{":
                    close = self._skip(i)
                    self._scope(i + 1, close - 1, internal or "detail" in names)
                    i = close
                doc = ""
                continue
            declaration, i = self._declaration(i, doc)
            doc = ""
            if declaration:
                declaration.internal = internal
                self.declarations.append(declaration)

    def _is_namespace(self, i):
        return "namespace" in [t.text for t in self.tokens[i:i + 2]]

    def _declaration(self, i, doc):
        """One declaration that starts at i: it (or None), and the index after it."""
        first = i
        head = []  # tokens that matter: no attributes, templates, requires clauses, arguments
        name = ""
        body = None
        is_friend = False
        after_parameters = False  # a function whose parameters are past
        in_initialisers = False  # those of a constructor
        while i < len(self.tokens):
            token = self.tokens[i]
            text = token.text
            previous = self.tokens[i - 1].text if i > first else ""
            if token.kind == "doc":
                i += 1
            elif text == "[[":
                i = self._skip(i)
            elif text == "template" and self.tokens[i + 1].text == "<":
                i = self._skip_angles(i + 1)
            elif text == "friend":
                is_friend = True
                i += 1
            elif text == "operator" and token.kind == "word":
                start = i
                i += 1
                while self.tokens[i].text != "(" or i == start + 1 and self.tokens[i + 1].text == ")":
                    i += 2 if self.tokens[i].text == "(" else 1
                words = self.tokens[start:i]
                gap = " " if words[1].kind == "word" else ""
                name = "operator" + gap + "".join(t.text for t in words[1:])
                qualified = start > first and self.tokens[start - 1].text == "::"
                head.append(Token("word", "::" if qualified else name, token.line))
                i = self._skip(i)
                after_parameters = True
            elif text == "<" and previous and self.tokens[i - 1].kind == "word":
                i = self._skip_angles(i)
            elif text == "(":
                keyword = previous in NOT_A_FUNCTION
                if not keyword and not after_parameters and self.tokens[i - 1].kind == "word" \
                        and not any(t.text == "=" for t in head):
                    name = previous
                    after_parameters = True
                i = self._skip(i)
                if keyword and previous == "requires" and self.tokens[i].text == "{":
                    i = self._skip(i)  # requires (parameters) { ... }
            elif text == "{":
                close = self._skip(i)
                if previous == "requires" or any(t.text == "=" for t in head) or (
                        in_initialisers and self.tokens[i - 1].kind == "word"):
                    i = close
                    continue
                body = (i + 1, close - 1)
                i = close
                if after_parameters and not (i < len(self.tokens) and self.tokens[i].text == ";"):
                    break
                if not after_parameters:
                    while i < len(self.tokens) and self.tokens[i].text != ";":
                        i += 1
                i += 1
                break
            elif text == ";":
                i += 1
                break
            elif text == "}":  # unbalanced: give up on this one
                i += 1
                break
            else:
                if text == ":" and after_parameters:
                    in_initialisers = True
                head.append(token)
                i += 1
        return self._classify(head, name, body, is_friend, after_parameters, first, doc), i

    def _classify(self, head, name, body, is_friend, after_parameters, first, doc):
        words = [t.text for t in head if t.text not in ("inline", "constexpr", "static", "const")]
        line = self.tokens[first].line
        if not words or is_friend or words[0] in ("static_assert", "extern", "typedef"):
            return None
        if words[0] in ("struct", "class", "union", "enum"):
            if body is None:
                return None  # declared ahead
            rest = [w for w in words[1:] if w not in ("class", "struct", "final")]
            if len(rest) > 1 and rest[1] == "::":
                return None  # a specialisation of somebody else's template
            kind = "enum" if words[0] == "enum" else "type"
            result = Declaration(rest[0] if rest else "", kind, line, doc)
            # The bases are all words after the colon; only those that are detail types matter.
            result.bases = rest[2:]
            if kind == "enum":
                result.members = self._enumerators(*body)
            else:
                self._members(result, body, public=words[0] != "class")
            return result
        if words[0] == "concept":
            return Declaration(words[1], "concept", line, doc)
        if words[0] == "using":
            return Declaration(words[1], "alias", line, doc) if "=" in words else None
        if after_parameters:
            at = max((k for k, t in enumerate(head) if t.text == name), default=0)
            if head[at].text != name or (at > 0 and head[at - 1].text == "::"):
                return None  # a member that is defined outside its class
            return Declaration(name, "function", line, doc)
        before = words[:words.index("=")] if "=" in words else words
        names = [w for w in before if re.match(r"[A-Za-z_]\w*$", w)]
        return Declaration(names[-1], "variable", line, doc) if len(names) > 1 else None

    def _enumerators(self, start, end):
        names, i, fresh = [], start, True
        while i < end:
            token = self.tokens[i]
            if token.text in OPEN:
                i = self._skip(i)
                continue
            if fresh and token.kind == "word":
                names.append(token.text)
                fresh = False
            fresh = fresh or token.text == ","
            i += 1
        return names

    def _members(self, owner, body, public):
        i, end = body
        while i < end:
            token = self.tokens[i]
            if token.kind == "doc":
                i += 1
                continue
            if token.text in ("public", "private", "protected") and self.tokens[i + 1].text == ":":
                public = token.text == "public"
                i += 2
                continue
            member, i = self._declaration(i, "")
            if member and public and member.name not in ("", "operator=", owner.name):
                owner.members.append(member.name)
                owner.members.extend(f"{member.name}::{m}" for m in member.members)
