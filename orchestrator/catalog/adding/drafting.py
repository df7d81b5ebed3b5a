"""A first `blueprint.yaml` for a module that has none: phrases and questions from names and descriptions, to edit."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from orchestrator.types import Variable

from ..archive import Files
from ..configuration import Configuration
from ..errors import CatalogError
from ..variables import module_outputs, module_variables

_HEAD = """\
# Drafted from the module's names and descriptions. Say in your own words how people ask for it (the more unlike each
# other the phrases are, the better they are understood), what must be asked, and how risky it is.
"""
_NOISE = frozenset({"terraform", "module", "tf", "aws", "azurerm", "azure", "google", "gcp", "master", "main"})
_VERSION = re.compile(
    r"[-_.]?v?\d+(?:\.\d+)+.*$|[-_](?:main|master)$|\.(?:zip|tar|tgz|tar\.gz|tar\.xz)$", re.IGNORECASE
)
_NAME_VARIABLES = (
    "name",
    "bucket",
    "identifier",
    "{noun}_name",
    "{last}_name",
    "cluster_name",
    "function_name",
    "queue_name",
)
_OUTPUTS = ("arn", "id", "name", "endpoint", "url", "address", "domain_name")
_MOST_OUTPUTS = 6
_LONGEST_DESCRIPTION = 300
_BRANDS = {
    each.casefold(): each
    for each in [
        "ACL",
        "API",
        "AWS",
        "CDN",
        "CIDR",
        "DNS",
        "EC2",
        "ECR",
        "ECS",
        "EFS",
        "EKS",
        "ELB",
        "IAM",
        "KMS",
        "NAT",
        "RDS",
        "S3",
        "SES",
        "SNS",
        "SQS",
        "SSL",
        "TLS",
        "VPC",
        "VPN",
        "WAF",
    ]
}
_VOWELS = re.compile(
    r"(?:[aeio]|u(?!n[i]|s[ei])|(?:s3|rds|sns|sqs|ec2|ecs|efs|eks|elb|alb|nlb|nat|iam|acl|mq|ssl)\b)", re.IGNORECASE
)


def name_from(text: str) -> str:
    """A blueprint's name of a folder's or an archive's: `terraform-aws-s3-bucket-4.11.0.zip` is `s3-bucket`."""
    bare = text
    while (shorter := _VERSION.sub("", bare)) != bare:
        bare = shorter
    words = [word for word in re.split(r"[^a-z0-9]+", bare.lower()) if word]
    kept = [word for word in words if word not in _NOISE] or words
    name = "-".join(kept).lstrip("0123456789-")[:63].strip("-")
    if not name:
        raise CatalogError("Give the blueprint a name: it cannot be told from the file's.")
    return name


def manifest_draft(name: str, files: Files, configuration: Configuration) -> str:
    """The text of a `blueprint.yaml` that loads as it is. Raises CatalogError."""
    noun = name.replace("-", " ")
    variables = module_variables(configuration)
    called = _name_variable(variables, noun)
    ask = [called.name] if called is not None else []
    ask += [each.name for each in variables if each.required and each.name not in ask]
    fields: dict[str, Any] = {
        "name": name,
        "title": _title(noun),
        "description": _description(files) or f"{_title(noun)}, made by a Terraform module.",
        "kind": "terraform",
        "noun": noun,
        "nouns": [noun, _plural(noun)],
        # Nobody has looked at it yet: somebody else approves, until that is found to be too much.
        "risk": {"apply": "high", "destroy": "high"},
        "phrases": [*_asking(noun), *_with_options(noun, variables)],
        "destroy_phrases": _deleting(noun),
        "ask": ask,
        "outputs": _outputs(module_outputs(configuration), noun),
    }
    return _HEAD + yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=110)


def _name_variable(variables: Iterable[Variable], noun: str) -> Variable | None:
    """The variable that says what the thing is called."""
    texts = {each.name: each for each in variables if each.type in ("string", "any") and not each.sensitive}
    words = {"noun": noun.replace(" ", "_"), "last": noun.rpartition(" ")[2]}
    for pattern in _NAME_VARIABLES:
        if (found := texts.get(pattern.format(**words))) is not None:
            return found
    about_name = re.compile(r"^(?:the )?name (?:of|for) (?:the|this|your|a)\b", re.IGNORECASE)
    return next((each for each in texts.values() if about_name.match(each.description)), None)


def _asking(noun: str) -> list[str]:
    a = article(noun)
    return [
        f"create {a} {noun} called {{name}}",
        f"create {a} {{environment}} {noun} named {{name}}",
        f"make {a} {noun} {{name}} in {{environment}}",
        f"set up {a} {noun} for {{name}}",
        f"i would like {a} {noun} in {{environment}}",
        f"we need {a} {noun} called {{name}}",
        f"please provision {a} {noun} named {{name}}",
        f"can i have {a} {noun}",
        f"could you build {a} {noun} for us",
        f"give me {a} new {noun} in {{environment}}",
        f"add {a} {noun} {{name}}",
        f"spin up {a} {noun} called {{name}}",
        f"deploy {a} {noun} to {{environment}}",
        f"my team wants {a} {noun}",
        f"launch another {noun} in {{environment}}",
        f"change the {noun} {{name}}",
        f"update my {noun} in {{environment}}",
    ]


def _with_options(noun: str, variables: Iterable[Variable], most: int = 6) -> list[str]:
    """`create a vpc with nat gateway`: what can be switched on, from the names of the switches."""
    a, words = article(noun), []
    for each in variables:
        found = re.fullmatch(r"(?:enable|with)_([a-z]+(?:_[a-z]+){0,2})", each.name)
        if each.type == "bool" and found is not None:
            words.append(found[1].replace("_", " "))
    return [f"create {a} {noun} with {each}" for each in words[:most]]


def _deleting(noun: str) -> list[str]:
    return [
        f"delete the {noun}",
        f"delete the {noun} {{name}}",
        f"remove the {{environment}} {noun} called {{name}}",
        f"tear down the {noun} {{name}}",
        f"get rid of the {noun} in {{environment}}",
        f"we no longer need the {noun} {{name}}",
    ]


def _outputs(outputs: Mapping[str, bool], noun: str) -> list[str]:
    """Of many outputs those that people ask for; a sensitive one is never among them."""
    plain = [name for name, sensitive in outputs.items() if not sensitive]
    stem = noun.replace(" ", "_")
    ranked = [
        f"{lead}{end}" for end in _OUTPUTS for lead in (f"{stem}_", f"this_{stem}_", f"{stem.rpartition('_')[2]}_", "")
    ]
    found = [name for name in ranked if name in plain]
    return list(dict.fromkeys([*found, *(plain if len(plain) <= _MOST_OUTPUTS else [])]))[:_MOST_OUTPUTS]


def _description(files: Files) -> str:
    """The first words of the module's README that are neither heading nor badge."""
    text = next(
        (content.decode("utf-8", "replace") for path, content in files.items() if path.lower() == "readme.md"), ""
    )
    for block in re.split(r"\n\s*\n", text[:5_000]):
        line = " ".join(block.split())
        if line and line[0] not in "#[!<|>*-`":
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line).replace("`", "")
            return (
                plain if len(plain) <= _LONGEST_DESCRIPTION else f"{plain[:_LONGEST_DESCRIPTION].rsplit(' ', 1)[0]} …"
            )
    return ""


def _title(noun: str) -> str:
    words = [_BRANDS.get(word, word) for word in noun.split()]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _plural(noun: str) -> str:
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def article(noun: str) -> str:
    return "an" if _VOWELS.match(noun) else "a"
