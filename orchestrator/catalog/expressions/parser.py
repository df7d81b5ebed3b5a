"""Tokens to a tree, by precedence climbing."""

from .errors import Unsupported
from .lexer import Token, tokens
from .nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    For,
    Index,
    Literal,
    Mapping,
    Name,
    Node,
    Sequence,
    Splat,
    Unary,
)

_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_CONSTANTS = {"true": True, "false": False, "null": None}


def parse(source: str) -> Node:
    """The tree of one expression; Unsupported when there is anything we do not know."""
    try:
        parser = _Parser(tokens(source))
        node = parser.expression()
        parser.expect("end", "")
    except RecursionError:
        raise Unsupported("nested too deeply") from None
    return node


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0

    def expression(self) -> Node:
        test = self._binary(1)
        if not self._take("?"):
            return test
        yes = self.expression()
        self.expect("operator", ":")
        return Conditional(test, yes, self.expression())

    def expect(self, kind: str, text: str) -> None:
        token = self._next()
        if token != Token(kind, text):
            raise Unsupported(f"{text or 'the end'} expected, found {token.text!r}")

    def _binary(self, lowest: int) -> Node:
        left = self._unary()
        while (precedence := self._precedence()) >= lowest:
            operator = self._next().text
            left = Binary(operator, left, self._binary(precedence + 1))
        return left

    def _precedence(self) -> int:
        token = self._peek()
        return _PRECEDENCE.get(token.text, 0) if token.kind == "operator" else 0

    def _unary(self) -> Node:
        for operator in ("!", "-"):
            if self._take(operator):
                return Unary(operator, self._unary())
        return self._postfix(self._primary())

    def _postfix(self, node: Node) -> Node:
        while True:
            if self._take("."):
                node = self._after_dot(node)
            elif self._take("["):
                node = self._after_bracket(node)
            else:
                return node

    def _after_dot(self, node: Node) -> Node:
        token = self._next()
        if token.kind == "number" and token.text.isdigit():
            return Index(node, Literal(int(token.text)))
        if token.kind != "name":
            raise Unsupported(f"an attribute expected, found {token.text!r}")
        return Attribute(node, token.text)

    def _after_bracket(self, node: Node) -> Node:
        if self._take("*"):
            self.expect("operator", "]")
            name = self._name() if self._take(".") else None
            return Splat(node, name)
        key = self.expression()
        self.expect("operator", "]")
        return Index(node, key)

    def _primary(self) -> Node:
        token = self._next()
        if token.kind == "number":
            return Literal(float(token.text) if set(token.text) & set(".eE") else int(token.text))
        if token.kind == "string":
            return Literal(token.text)
        if token.kind == "name":
            return self._named(token.text)
        if token.text == "(":
            inner = self.expression()
            self.expect("operator", ")")
            return inner
        if token.text == "[":
            return self._for("]") if self._at_for() else Sequence(self._list("]"))
        if token.text == "{":
            return self._for("}") if self._at_for() else self._object()
        raise Unsupported(f"a value expected, found {token.text!r}")

    def _named(self, name: str) -> Node:
        if name in _CONSTANTS:
            return Literal(_CONSTANTS[name])
        if self._take("("):
            return Call(name, self._list(")"))
        return Name(name)

    def _list(self, end: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._take(end):
            items.append(self.expression())
            if not self._take(","):
                self.expect("operator", end)
                break
        return tuple(items)

    def _object(self) -> Node:
        items: list[tuple[Node, Node]] = []
        while not self._take("}"):
            key = self.expression()
            if not self._take("="):
                self.expect("operator", ":")
            items.append((Literal(key.name) if isinstance(key, Name) else key, self.expression()))
            self._take(",")
        return Mapping(tuple(items))

    def _for(self, end: str) -> Node:
        self._next()
        names = [self._name()]
        if self._take(","):
            names.append(self._name())
        self.expect("name", "in")
        source = self.expression()
        self.expect("operator", ":")
        result = self.expression()
        key = None
        if end == "}":
            self.expect("operator", "=>")
            key, result = result, self.expression()
        test = self.expression() if self._take("if") else None
        self.expect("operator", end)
        return For(tuple(names), source, result, test, key)

    def _at_for(self) -> bool:
        return self._peek() == Token("name", "for")

    def _name(self) -> str:
        token = self._next()
        if token.kind != "name":
            raise Unsupported(f"a name expected, found {token.text!r}")
        return token.text

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _take(self, text: str) -> bool:
        token = self._peek()
        if token.kind in {"operator", "name"} and token.text == text:
            self._next()
            return True
        return False
