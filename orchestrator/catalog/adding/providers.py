"""Sources of providers: `hashicorp/aws` is `registry.terraform.io/hashicorp/aws`."""

from collections.abc import Iterable

REGISTRY = "registry.terraform.io"
PUBLIC = "hashicorp"


def source_of(text: str) -> str:
    """The full source of `aws`, `hashicorp/aws` or `example.com/acme/aws`."""
    parts = [part for part in text.strip().lower().split("/") if part]
    filled = [REGISTRY, PUBLIC][: max(0, 3 - len(parts))]
    return "/".join([*filled, *parts])


def source_shown(source: str) -> str:
    """Without the registry that everybody means."""
    return source.removeprefix(f"{REGISTRY}/")


def sources(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(source_of(each) for each in texts if each.strip())
